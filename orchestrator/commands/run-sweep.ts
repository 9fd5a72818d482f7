// A sweep: the runs of several combinations of values, or of one again and again, one after the other, and what they come to together.
import { join } from 'node:path';
import { ExitCode, TopolabError, worstExitCode } from '../errors.ts';
import { renderTable } from '../format/render-table.ts';
import { printable, printableInColour } from '../printable.ts';
import { SweepFolder } from '../record/folder/sweep.ts';
import type { SweepFacts } from '../report/sweep/sweep-facts.ts';
import { sweepSummary } from '../report/sweep/sweep-summary.ts';
import { makeRunId } from '../run/identity/run-id.ts';
import { valuesWithout } from '../secrets/without-secrets.ts';
import { TimeBudget } from '../trials/time-budget.ts';
import type { Ended } from '../trials/time-left.ts';
import { trialOrder } from '../trials/trial-order.ts';
import { type ChosenRun, describeSet } from './load-sweep.ts';
import { writeSweep } from './report.ts';
import type { ReportedRun } from './run-reported.ts';
import { wantsColour } from './terminal.ts';

export interface SweepOptions {
  /** How often each combination of values is run. */
  readonly repeat: number;
  /** Time for all of them, milliseconds; undefined = as long as it takes. */
  readonly within?: number | undefined;
  /** Where the folder of the sweep is made. */
  readonly runs: string;
  readonly signal: AbortSignal;
}

export interface SweptRuns {
  /** The worst of all runs. */
  readonly exitCode: number;
  /** undefined where the folder has vanished meanwhile. */
  readonly facts: SweepFacts | undefined;
  /** What a run left on the engine: the sweep went no further. */
  readonly left: TopolabError | undefined;
}

/** A run that broke does not keep the others from running; an interrupt does. */
export async function runSweep(
  file: string,
  runs: readonly ChosenRun[],
  options: SweepOptions,
  runOnce: (run: ChosenRun) => Promise<ReportedRun>,
): Promise<SweptRuns> {
  const rows: string[][] = [];
  let worst: number = ExitCode.pass;
  let left: TopolabError | undefined;
  const ordered = inOrder(runs, options.repeat);
  const kept = await beginSweep(file, runs, ordered.length, options);
  const budget = new TimeBudget(options.within);
  const ended: Ended[] = [];
  for (const [index, { run, trial }] of ordered.entries()) {
    // What a run left would disturb the next one.
    if (options.signal.aborted || left !== undefined) break;
    const kind = describeSet(run.set);
    if (!budget.allows(kind, ended)) break;
    const startedAtMs = Date.now();
    const label = [kind, trial === undefined ? '' : `(${trial} of ${options.repeat})`]
      .filter(Boolean)
      .join(' ');
    process.stdout.write(printable(`\nRun ${index + 1} of ${ordered.length}: ${label}\n`));
    const { outcome, exitCode, folder, error, ...result } = await runOnce(run);
    left = result.left;
    if (outcome === 'broken') process.stderr.write(printable(`topolab: ${brokenBy(error).message}\n`));
    ended.push({ kind, tookMs: Date.now() - startedAtMs });
    rows.push([label, outcome, folder]);
    const numbered = trial === undefined ? {} : { trial };
    await kept.add({ set: valuesWithout(run.set), ...numbered, folder, outcome, exitCode });
    worst = worstExitCode([worst, exitCode]);
  }
  // Also where it was interrupted between two runs: those that ended tell nothing of the others.
  if (options.signal.aborted && rows.length < ordered.length)
    worst = worstExitCode([worst, ExitCode.interrupted]);
  if (isIncomplete(runs, ended)) worst = worstExitCode([worst, ExitCode.invalid]);
  const facts = await writeSweep(kept.path);
  tellSweep(rows, facts);
  process.stdout.write(`\nReport of all runs: ${join(kept.path, 'report.html')}\n`);
  return { exitCode: worst, facts, left };
}

/** Whether there was no time for some combination of values at all: nothing is known of it. */
function isIncomplete(runs: readonly ChosenRun[], ended: readonly Ended[]): boolean {
  return runs.some(({ set }) => !ended.some(({ kind }) => kind === describeSet(set)));
}

/** As they were given; where they are repeated, in rounds that are each drawn from the first scenario's seed. */
function inOrder(
  runs: readonly ChosenRun[],
  repeat: number,
): readonly { readonly run: ChosenRun; readonly trial?: number }[] {
  if (repeat === 1) return runs.map((run) => ({ run }));
  const seed = runs[0]?.scenario.seed ?? 0;
  return trialOrder(
    runs.map(() => repeat),
    seed,
  ).flatMap(({ subject, trial }) => {
    const run = runs[subject];
    return run === undefined ? [] : [{ run, trial }];
  });
}

async function beginSweep(
  file: string,
  runs: readonly ChosenRun[],
  planned: number,
  options: SweepOptions,
): Promise<SweepFolder> {
  const now = new Date();
  return await SweepFolder.create(options.runs, {
    sweep: `sweep-${makeRunId(runs[0]?.scenario.name ?? 'runs', now)}`,
    file,
    startedAt: now.toISOString(),
    planned,
    ...(options.within !== undefined && { withinMs: options.within }),
    combinations: runs.map(({ set }) => valuesWithout(set)),
  });
}

/** Every run with its folder, and what they come to together. */
function tellSweep(rows: readonly (readonly string[])[], facts: SweepFacts | undefined): void {
  const table = { head: ['values', 'outcome', 'folder'], numeric: [], flexible: 2 };
  const lines = renderTable(
    { ...table, rows: rows.map((cells) => ({ cells })) },
    (text) => text,
    Number.POSITIVE_INFINITY,
  );
  process.stdout.write(printable(`\n${lines.join('\n')}\n`));
  if (facts === undefined) return;
  const width = process.stdout.columns ?? 100;
  const summary = sweepSummary(facts, { colour: wantsColour(process.stdout), width });
  process.stdout.write(printableInColour(`\n${summary.join('\n')}\n`));
}

/** Of a run that could not be carried out. */
export function brokenBy(error: unknown): TopolabError {
  if (error instanceof TopolabError) return error;
  return new TopolabError(`run the scenario: ${String(error)}`, {
    code: 'run-broken',
    exitCode: ExitCode.broken,
    cause: error,
  });
}
