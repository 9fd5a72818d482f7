// Whom a fault hits, once checked: all nodes of a group, some of them by a rule, nodes by name, or all that are on some hosts.

export const TARGET_RULES = ['random', 'newest', 'oldest', 'tracker', 'best-connected', 'seeder'] as const;

/**
 * By chance, the newest or oldest by join, the tracker, the peers with the most connections (known only at run time), or the first of
 * those that hold all files from the start.
 */
export type TargetRule = (typeof TARGET_RULES)[number];

/** Hosts by name, those of a zone, or some of them by chance. `count`: 1 or more; `share`: above 0, at most 1, rounded up to whole hosts. */
export type ChosenHosts =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly share: number };

export interface Target {
  /** Where to look; empty only with the rule `best-connected`: all peers and clients that help. */
  readonly groups: readonly string[];
  readonly who: /** Those that join while the fault lasts are hit too. */
    | { readonly kind: 'all' }
    | { readonly kind: 'names'; readonly nodes: readonly string[] }
    /** 1 or more; fewer where there are fewer. */
    | { readonly kind: 'count'; readonly rule: TargetRule; readonly count: number }
    /** Above 0, at most 1; of those that are there, rounded up to whole nodes. */
    | { readonly kind: 'share'; readonly rule: TargetRule; readonly share: number }
    /** All nodes that are on these hosts, known only at run time. */
    | { readonly kind: 'hosts'; readonly hosts: ChosenHosts };
}

/** How the target was chosen, in one word, for events. */
export function ruleOf({ who }: Target): TargetRule | 'all' | 'named' | 'host' {
  if (who.kind === 'all') return 'all';
  if (who.kind === 'hosts') return 'host';
  return who.kind === 'names' ? 'named' : who.rule;
}
