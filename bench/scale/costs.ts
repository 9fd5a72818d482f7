// What processes of the benchmark `scale` tell of themselves.

/** What a run does in turn; `load`: reading the program itself. */
export type Stage = 'load' | 'plan' | 'launch' | 'run' | 'collect' | 'remove' | 'report';

export interface StageCost {
  readonly stage: Stage;
  readonly cpuSeconds: number;
  /** By the clock. */
  readonly seconds: number;
  /** Resident memory of the process, at its highest. */
  readonly peakBytes: number;
}

export interface SimulatedRun {
  readonly nodes: number;
  readonly outcome: string;
  readonly error: string | undefined;
  readonly exitCode: number;
  readonly actions: number;
  readonly events: number;
  /** Containers that were still there at the end. */
  readonly left: number;
  /** The first few. */
  readonly warnings: readonly string[];
  readonly stages: readonly StageCost[];
  /** The largest push of each kind. */
  readonly pushedBytes: Readonly<Record<string, number>>;
  /** Sizes of the run folder's files, by name. */
  readonly savedBytes: Readonly<Record<string, number>>;
}

/** What making a plan cost. */
export interface PlanCost {
  readonly actions: number;
  readonly cpuSeconds: number;
  /** Resident memory of the process at its highest, beyond what it was before. */
  readonly grownBytes: number;
}
