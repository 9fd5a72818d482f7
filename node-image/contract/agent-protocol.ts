// What the orchestrator and the agent tell each other: docs/agent-protocol.md has the requests, here are the values in them.

/** Where Prometheus asks the agent for targets and counters. */
export const agentPort = 9700;
/** Where generators write through the agent's gate, on the observers' network. */
export const gatePort = 9701;
/** Where Prometheus can be asked through the agent, and not be written to. */
export const readerPort = 9702;
/** Counter {group, node}, among those of containers: for how long a generator stood still. */
export const stoodStillMetric = 'topolab_generator_stood_still_seconds_total';

type Labels = Readonly<Record<string, string>>;

/** One entry of Prometheus' HTTP service discovery. */
export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels: Labels;
}

/** A container of the run, whose counters the agent reads. */
export interface MeasuredContainer {
  /** The engine's, 64 hexadecimal digits. */
  readonly id: string;
  /** Of its metrics. */
  readonly labels: Labels;
}

/** Where containers' first processes are on the agent's host. */
export interface FoundProcesses {
  /** By container id. One without a process is left out. */
  readonly pids: Readonly<Record<string, number>>;
}

/** Which containers the kernel has frozen on the agent's host. */
export interface FrozenContainers {
  /** By container id. One without a process is left out, and so are all where the kernel does not tell. */
  readonly frozen: Readonly<Record<string, boolean>>;
}

/** What came of asking a node once: `answered` also with an error; `silent` = nothing came back in time. */
export type AskedOnce = 'answered' | 'refused' | 'silent';

/** A generator that may write to Prometheus through the agent's gate. */
export interface AdmittedGenerator {
  /** Its part of the path, made for it alone: whoever knows it writes in its name. */
  readonly secret: string;
  /** What all that it writes is labelled with. */
  readonly labels: Labels;
}

/** Samples of a generator that did not reach Prometheus, and why. */
export interface GateRefusal {
  readonly node: string;
  readonly reason: string;
  readonly samples: number;
}
