// Phases and what changes when, once checked, with defaults filled in.
import type { Link } from '../groups/group.ts';

/** A named stretch of a run. Phases follow each other without gaps from offset 0 to the end of the run. */
export interface Phase {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

export type Change =
  /** Set the number of nodes, or change it by a number. */
  | { readonly kind: 'scale'; readonly group: string; readonly to: number }
  | { readonly kind: 'scale'; readonly group: string; readonly by: number }
  /** Change the limits of every running node of a group, and of those that join later. null = as before. */
  | {
      readonly kind: 'resize';
      readonly group: string;
      readonly cpus: number | null;
      readonly memoryBytes: number | null;
    }
  /** Change the link of every running node of a group, and of those that join later. What is left out stays as it was. */
  | { readonly kind: 'link'; readonly group: string; readonly link: Partial<Link> }
  /** Kill nodes (SIGKILL) that a rule chooses. */
  | {
      readonly kind: 'kill';
      /** Where to look for them; null (only with `best-connected`) = all peers and clients that help. */
      readonly group: string | null;
      readonly rule: KillRule;
      /** How many nodes, 1 or more; fewer where there are fewer. */
      readonly count: number;
      /** As many new nodes join this long after; null = they stay dead. */
      readonly replaceAfterMs: number | null;
    };

/**
 * Which nodes a kill takes: by chance, the newest or oldest by join, the tracker, the peers with the most connections
 * (known only at run time), or the first of those that hold all files from the start.
 */
export type KillRule = 'random' | 'newest' | 'oldest' | 'tracker' | 'best-connected' | 'seeder';

export interface TimelineEntry {
  /** When, as offsets from the start of the load. `every` fires at from, from+every, … strictly before until. */
  readonly schedule:
    | { readonly kind: 'at'; readonly atMs: number }
    | { readonly kind: 'every'; readonly everyMs: number; readonly fromMs: number; readonly untilMs: number };
  readonly change: Change;
  /** Where it stands in the scenario: `timeline[0]`. */
  readonly source: string;
}
