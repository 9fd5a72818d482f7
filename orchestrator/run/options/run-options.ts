// What carrying out a run takes, and what its followers may ask meanwhile.
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunSource } from '../../record/event.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { DeploymentEnvironment } from './deployment-options.ts';
import type { GroupCount } from '../../fleet/nodes/roster.ts';
import type { EventListener } from '../../record/recorder.ts';

/** What a follower of the run (the live view) may ask while it goes on. */
export interface RunProgress {
  readonly run: string;
  readonly startMs: number;
  readonly counts: () => readonly GroupCount[];
  readonly prometheus: PrometheusClient;
  /** Engine host's clock minus ours. */
  readonly clockOffsetMs: number;
}

export interface SuitePlace {
  /** Id of the suite's folder. */
  readonly suite: string;
  /** Name of the scenario within the suite. */
  readonly part: string;
  readonly column: string;
  readonly trial: number;
}

export interface RunOptions extends DeploymentEnvironment {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** The scenario as written, kept in the run's folder under this name. */
  readonly source: { readonly name: string; readonly text: string };
  /** How the command named it, for whoever runs it again. */
  readonly namedAs?: RunSource;
  /** Which cell of which chart it is a trial for, so that Prometheus can be asked for all runs of a suite; absent from runs of no suite. */
  readonly place?: SuitePlace;
  readonly runsFolder: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly onEvent: EventListener;
  /** Called once, when the load begins. */
  readonly onProgress: (progress: RunProgress) => void;
  /** Interrupts: what was measured so far is kept. */
  readonly signal: AbortSignal;
  /** Interrupts at once: only cleans up. */
  readonly hurry: AbortSignal;
}
