// One run of a failure study, and what it showed.
import type { FaultImpact } from '../measure/impacts/fault-impact.ts';

/** What is asked of a run: which nodes die. */
export interface Trial {
  /** Which of the study's variants: the index of its values. */
  readonly variant: number;
  /** Names of the nodes that are killed at once; none, and no host = the control run. */
  readonly killed: readonly string[];
  /** The host that is lost, whose nodes are those in `killed`: as far as the control run tells, and of one that has been run those that were there. */
  readonly host?: string;
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
  /** Which host each node was on; absent where there is but one, and from studies of earlier versions. */
  readonly hosts?: Readonly<Record<string, string>>;
}

export function isControl({ killed, host }: Pick<Trial, 'killed' | 'host'>): boolean {
  return killed.length === 0 && host === undefined;
}

/** The same for all trials of the same loss, and for no others. */
export function lossKey({ killed, host }: Pick<Trial, 'killed' | 'host'>): string {
  return host === undefined ? killed.toSorted().join(' ') : `host ${host}`;
}
