// Trials one after the other: what is still to be found out → a trial → its result, kept → … until no question is left.
import { TimeBudget } from './time-budget.ts';
import { timeLeft } from './time-left.ts';

/** The next trial, and what is known to come. */
export interface Ahead<Trial> {
  readonly next: Trial;
  /** Of the next one and of each that is known to follow it: trials of one kind take about as long as each other. */
  readonly kinds: readonly string[];
}

export interface TrialProgress<Trial, Result> {
  readonly trial: Trial;
  /** Trials that have ended, and those that are known by now. */
  readonly done: number;
  readonly known: number;
  /** Undefined before the first trial has ended. */
  readonly leftMs: number | undefined;
  /** Once it has ended. */
  readonly result?: Result;
}

export interface TrialsOptions<Trial, Result> {
  /** Results of earlier sessions: their trials are not run again. */
  readonly done: readonly Result[];
  /** What follows from the results so far; undefined where nothing is left to do. */
  readonly ahead: (done: readonly Result[]) => Ahead<Trial> | undefined;
  readonly kindOf: (result: Result) => string;
  readonly run: (trial: Trial, done: readonly Result[]) => Promise<Result>;
  /** Called as soon as a trial has ended. */
  readonly keep: (result: Result) => void;
  readonly onProgress: (progress: TrialProgress<Trial, Result>) => void;
  /** Default: there is time for all of them. */
  readonly budget?: TimeBudget | undefined;
  /** There is no time for so many trials that are known by then. */
  readonly onLeftOut?: (count: number) => void;
}

/** Throws what `run` throws: what was kept by then is there. */
export async function runTrials<Trial, Result extends { readonly tookMs: number }>(
  options: TrialsOptions<Trial, Result>,
): Promise<readonly Result[]> {
  const { ahead, kindOf, run, keep, onProgress, budget = new TimeBudget(), onLeftOut } = options;
  const done = [...options.done];
  for (;;) {
    const coming = ahead(done);
    if (coming === undefined) return done;
    const { next, kinds } = coming;
    const timed = done.map((result) => ({ kind: kindOf(result), tookMs: result.tookMs }));
    if (!budget.allows(kinds[0] ?? '', timed)) {
      onLeftOut?.(kinds.length);
      return done;
    }
    const progress = {
      trial: next,
      done: done.length,
      known: done.length + kinds.length,
      leftMs: timeLeft(kinds, timed),
    };
    onProgress(progress);
    const result = await run(next, done);
    done.push(result);
    keep(result);
    onProgress({ ...progress, done: done.length, result });
  }
}
