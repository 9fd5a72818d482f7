// A suite's trials, interleaved: each round has one trial of every cell, in an order drawn from the seed.
import { type Ahead, runTrials, type TrialProgress } from '../trials/run-trials.ts';
import type { TimeBudget } from '../trials/time-budget.ts';
import { type OrderedTrial, trialOrder } from '../trials/trial-order.ts';
import type { SuiteFolder, SuiteRun, SuiteSubject, SuiteTrial, SuiteTrialResult } from './suite-folder.ts';

export type SuiteProgress = TrialProgress<SuiteTrial, SuiteTrialResult>;

/** What came of a trial, by whoever carried it out. */
export type Conducted = Pick<SuiteTrialResult, 'folder' | 'exitCode' | 'invalid'>;

export interface SuiteOptions {
  readonly folder: SuiteFolder;
  readonly run: SuiteRun;
  /** Carries out a trial within the suite's folder. Throws where nothing further can be run, and when it is interrupted: such a trial begins anew later. */
  readonly conduct: (subject: SuiteSubject, trial: SuiteTrial) => Promise<Conducted>;
  readonly onProgress: (progress: SuiteProgress) => void;
  /** Default: there is time for all trials. */
  readonly budget?: TimeBudget | undefined;
}

/** Runs what is missing, and keeps each trial as soon as it has ended. Throws what `conduct` throws. */
export async function runSuite({ folder, run, conduct, onProgress, budget }: SuiteOptions): Promise<void> {
  await runTrials<SuiteTrial, SuiteTrialResult>({
    done: await folder.trials(),
    ahead: (done) => aheadOf(run, done),
    kindOf: kindOf,
    run: async (trial) => {
      const subject = run.subjects.find((each) => kindOf(each) === kindOf(trial));
      if (subject === undefined) throw new Error(`no scenario for ${kindOf(trial)}`);
      const startedAtMs = Date.now();
      const conducted = await conduct(subject, trial);
      return { ...trial, ...conducted, startedAtMs, tookMs: Date.now() - startedAtMs };
    },
    keep: (result) => folder.addTrial(result),
    onProgress,
    budget,
  });
}

/** What is missing, in its order; then once more whatever had no valid measurement. */
export function missingTrials(
  { suite, subjects }: Pick<SuiteRun, 'suite' | 'subjects'>,
  done: readonly SuiteTrialResult[],
): SuiteTrial[] {
  const order = trialOrder(
    subjects.map(({ trials }) => trials),
    suite.seed,
  );
  const trials = order.flatMap((each) => trialOf(subjects, each) ?? []);
  const resultsOf = (trial: SuiteTrial) =>
    done.filter((each) => kindOf(each) === kindOf(trial) && each.trial === trial.trial);
  const first = trials.filter((trial) => resultsOf(trial).length === 0);
  const again = trials.filter((trial) => {
    const results = resultsOf(trial);
    return results.length === 1 && results.every(({ invalid }) => invalid.length > 0);
  });
  return [...first, ...again.map((trial): SuiteTrial => ({ ...trial, attempt: 2 }))];
}

function aheadOf(run: SuiteRun, done: readonly SuiteTrialResult[]): Ahead<SuiteTrial> | undefined {
  const missing = missingTrials(run, done);
  const [next] = missing;
  return next === undefined ? undefined : { next, kinds: missing.map(kindOf) };
}

function trialOf(
  subjects: readonly SuiteSubject[],
  { subject, trial }: OrderedTrial,
): SuiteTrial | undefined {
  const found = subjects[subject];
  return found === undefined
    ? undefined
    : { scenario: found.scenario, column: found.column, trial, attempt: 1 };
}

function kindOf({ scenario, column }: Pick<SuiteTrial, 'scenario' | 'column'>): string {
  return `${scenario} ${column}`;
}
