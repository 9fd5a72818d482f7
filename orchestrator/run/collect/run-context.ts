// What the steps of one run work with, and what they leave for the next ones.
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import type { RunEvent } from '../../record/event.ts';
import type { RunFolder } from '../../record/folder/run-folder.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { EndedGenerator, Generators } from '../deployment/generators.ts';
import type { RunGuard } from '../guard/run-guard.ts';
import type { RunOptions } from '../options/run-options.ts';

export interface RunContext {
  readonly options: RunOptions;
  readonly run: string;
  readonly folder: RunFolder;
  readonly recorder: Recorder;
  readonly metrics: RunMetrics;
  /** All that were recorded so far. */
  readonly events: readonly RunEvent[];
  readonly guard: RunGuard;
}

/** How far a run has come. */
export interface Reached {
  deployment?: Deployment;
  generators?: Generators;
  /** Epoch milliseconds of offset 0 on our clock; undefined before the load has started. */
  loadStartMs?: number;
  /** Where the run stopped short of its plan. */
  endOffsetMs?: number;
  ended: readonly EndedGenerator[];
  /** Those of the scripts' own thresholds are known once the scripts have been looked at. */
  objectives: readonly Objective[];
}
