// One run of a failure study, and what it showed.
import type { FaultImpact } from '../measure/fault-impact.ts';

/** What is asked of a run: which nodes die. */
export interface Trial {
  /** Which of the study's variants: the index of its values. */
  readonly variant: number;
  /** Names of the nodes that are killed at once; none = the control run. */
  readonly killed: readonly string[];
  /** 1, or 2 where the same is tried again to see whether it was chance. */
  readonly attempt: 1 | 2;
}

/** One line of trials.ndjson. */
export interface TrialResult extends Trial {
  /** Of the run, relative to the study's folder. */
  readonly folder: string;
  readonly tookMs: number;
  /** Why nothing can be concluded from it, the weightiest reason first; empty = it can be believed. */
  readonly invalid: readonly string[];
  /** From the kill to the end of the load; of the control run, what its users saw at that very moment. null = no samples. */
  readonly impact: FaultImpact | null;
  /** Served in the last five seconds of the load, as a share of what was served before the kill; null = not measured. */
  readonly servedAtEnd: number | null;
  /** Names of objectives that were missed. */
  readonly missed: readonly string[];
  /** What each node sent on average in the last stretch of the load, in bytes per second. Shows who has taken over. */
  readonly sentBytesPerSecond: Readonly<Record<string, number>>;
}

export function isControl({ killed }: Pick<Trial, 'killed'>): boolean {
  return killed.length === 0;
}
