// What a deployment is opened with.
import type { Hosts } from '../../cluster/host.ts';
import type { ImageIdentity } from '../../engine/engine.ts';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { TakenSecrets } from '../../secrets/take-secrets.ts';
import type { Layout } from '../needs/lay-out.ts';

/** The long-lived Prometheus and agent of `topolab stack`, where they are up. */
export interface SharedObservers {
  readonly agentId: string;
}

/** What every deployment of a command has in common. */
export interface DeploymentEnvironment {
  /** Where its containers are placed. The first makes the run's networks, and has its Prometheus. */
  readonly hosts: Hosts;
  /** On which of them each comes. */
  readonly layout: Layout;
  /** Image references as they stand on the hosts' engines. */
  readonly imageFor: (image: string) => string;
  readonly nodeImage: string;
  readonly prometheusImage: string;
  readonly sharedObservers: SharedObservers | undefined;
  /** What each image is, for the record. */
  readonly images?: Readonly<Record<string, ImageIdentity>>;
  /** What the scenario's groups and loads are handed. */
  readonly secrets: TakenSecrets;
}

export interface DeploymentOptions extends DeploymentEnvironment {
  /** The run that everything is labelled with. */
  readonly run: string;
  readonly scenario: Scenario;
  readonly recorder: Recorder;
  readonly metrics: RunMetrics;
  /** Called before every push of metrics, to set those that change by themselves. */
  readonly beforePush?: () => void;
  /** Whether a host other than the first is gone, asked where something could not be done there: the run goes on without it. Default: it does not. */
  readonly isHostGone?: (host: string) => Promise<boolean>;
  /** Keeps the log of a node that is about to be removed. */
  readonly keepLog: (node: string, log: string) => Promise<void>;
  readonly signal: AbortSignal;
}
