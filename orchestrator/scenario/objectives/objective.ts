// What must hold, once checked, with defaults filled in.
import type { Comparison } from './comparison.ts';
import type { Measure } from './objective-kinds.ts';

export interface Objective {
  /** For people: given in the scenario, or made from the measure: `p95 latency of users in peak`. */
  readonly name: string;
  readonly measure: Measure;
  readonly comparison: Comparison;
  /** In the unit of its kind (`ObjectiveKind.unit`). */
  readonly bound: number;
  /** The phase it is measured over; null = the whole run. */
  readonly phase: string | null;
  /** The load it is measured on; null = all loads together. */
  readonly load: string | null;
  /** Only requests, checks or samples with all these tags. Absent = all of them. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Ends the run once it is missed, judged by what has come so far. Absent = the run goes on. */
  readonly abort?: { readonly afterMs: number };
}

/** Whether an objective is about all requests of its load, as the figures of reports and panels are. */
export function isUntagged({ tags }: Pick<Objective, 'tags'>): boolean {
  return tags === undefined;
}
