// Phases and what changes when, once checked, with defaults filled in.
import type { Topology } from '../../../node-image/contract/way.ts';
import type { GrantChange, RevokeChange } from '../access/access.ts';
import type { Fault } from '../../faults/registry.ts';
import type { Update } from './update.ts';

/** A named stretch of a run. Phases follow each other without gaps from offset 0 to the end of the run. */
export interface Phase {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The run as a whole begins after it. */
  readonly warmUp?: true;
}

/** When what counts begins: warm-ups come first. */
export function warmUpEndMs(phases: readonly Phase[]): number {
  return phases.findLast(({ warmUp }) => warmUp === true)?.endMs ?? 0;
}

/** Names of the phases that figures of the run as a whole leave out. */
export function warmUpNames(phases: readonly Pick<Phase, 'name' | 'warmUp'>[]): string[] {
  return phases.flatMap(({ name, warmUp }) => (warmUp === true ? [name] : []));
}

/** All of a store, or what has changed since the backup before. */
export type BackupType = 'full' | 'incremental';

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
  /** Make a backup of a store. */
  | { readonly kind: 'backup'; readonly group: string; readonly type: BackupType }
  /** Bring a destroyed store back from its backup. */
  | { readonly kind: 'restore'; readonly group: string }
  /** Give a group another program, and replace its nodes by new ones that run it. */
  | { readonly kind: 'update'; readonly group: string; readonly update: Update }
  /** Make peers of clients, or clients of them again, and move what they keep along. */
  | { readonly kind: 'switch'; readonly group: string; readonly to: Topology; readonly holdMs: number }
  /** Change what a user may do. */
  | GrantChange
  | RevokeChange
  /** Hurt nodes, or change them until it is taken back. */
  | { readonly kind: 'fault'; readonly fault: Fault };

export interface TimelineEntry {
  /** When, as offsets from the start of the load. `every` fires at from, from+every, … strictly before until. */
  readonly schedule:
    | { readonly kind: 'at'; readonly atMs: number }
    | { readonly kind: 'every'; readonly everyMs: number; readonly fromMs: number; readonly untilMs: number };
  readonly change: Change;
  /** Where it stands in the scenario: `timeline[0]`. */
  readonly source: string;
}
