// What a benchmark is: a module of this folder that exports `run`. `npm run bench` finds it by that, runs it and prints its rows.

/** One figure, beside what it is compared with and what it should be. */
export interface BenchRow {
  readonly name: string;
  /** NaN where it could not be measured. */
  readonly measured: number;
  /** `s`, `ms`, `% of a core`; '' for counts and shares. */
  readonly unit: string;
  /** What the figure stands beside, in the same unit, measured in the same run wherever that can be. */
  readonly reference?: { readonly what: string; readonly value: number };
  /** Of measured to reference, where the aim is about it. From pairs where both were measured in turn, so not always their quotient. */
  readonly ratio?: number;
  /** In words; `none` where the figure is there to be known. */
  readonly aim: string;
  /** True also where there is no aim; false where the figure is missing. */
  readonly met: boolean;
  /** What limits the figure, and how it came about. */
  readonly note?: string;
}

export interface BenchContext {
  /** How often to measure what varies: what was asked for, else 3. */
  readonly repetitions: number;
  /** What was asked for, for a benchmark whose own number is another; undefined = nothing. */
  readonly repetitionsAsked: number | undefined;
  readonly signal: AbortSignal;
  /** A line for who waits. */
  readonly say: (line: string) => void;
  /** Runs a measured part while nothing else measures on this machine (see `--lock`). */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface Benchmark {
  run(context: BenchContext): Promise<readonly BenchRow[]> | readonly BenchRow[];
}

/** What became of one benchmark. */
export interface BenchResult {
  readonly benchmark: string;
  readonly rows: readonly BenchRow[];
  readonly tookMs: number;
  /** Load average of the last minute before it began: how quiet the machine was. */
  readonly loadBefore: number;
  /** Why it failed; absent where it did not. */
  readonly error?: string;
}
