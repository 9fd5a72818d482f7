// Whom a fault hits, once checked: all nodes of a group, some of them by a rule, or nodes by name.

export const TARGET_RULES = ['random', 'newest', 'oldest', 'tracker', 'best-connected', 'seeder'] as const;

/**
 * By chance, the newest or oldest by join, the tracker, the peers with the most connections (known only at run time), or the first of
 * those that hold all files from the start.
 */
export type TargetRule = (typeof TARGET_RULES)[number];

export interface Target {
  /** Where to look; empty only with the rule `best-connected`: all peers and clients that help. */
  readonly groups: readonly string[];
  readonly who: /** Those that join while the fault lasts are hit too. */
    | { readonly kind: 'all' }
    | { readonly kind: 'names'; readonly nodes: readonly string[] }
    /** 1 or more; fewer where there are fewer. */
    | { readonly kind: 'count'; readonly rule: TargetRule; readonly count: number }
    /** Above 0, at most 1; of those that are there, rounded up to whole nodes. */
    | { readonly kind: 'share'; readonly rule: TargetRule; readonly share: number };
}

/** How the target was chosen, in one word, for events. */
export function ruleOf({ who }: Target): TargetRule | 'all' | 'named' {
  if (who.kind === 'all') return 'all';
  return who.kind === 'names' ? 'named' : who.rule;
}
