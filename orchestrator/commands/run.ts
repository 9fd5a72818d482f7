// `topolab run FILE`: from a scenario file to a verdict and a report.
import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { ExitCode, TopolabError, worstExitCode } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { printable, printableInColour } from '../printable.ts';
import { followRun } from '../live/follow-run.ts';
import { SweepFolder } from '../record/folder/sweep.ts';
import type { RunReport } from '../report/facts/run-report.ts';
import { renderSummary } from '../report/render-summary.ts';
import { renderTable } from '../format/render-table.ts';
import { makeFoldersOf, type PipelineFiles, writeRunFiles } from '../report/write-pipeline-files.ts';
import { makeRunId } from '../run/run-id.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import { type ChosenRun, describeSet, loadSweep } from './load-sweep.ts';
import { valuesWithout } from '../secrets/without-secrets.ts';
import { prepareEngine, prepareEnvironment } from './prepare-engine.ts';
import { type ReportedRun, runReported } from './run-reported.ts';
import { writeSweep } from './report.ts';
import type { SweepFacts } from '../report/sweep/sweep-facts.ts';
import { sweepSummary } from '../report/sweep/sweep-summary.ts';
import { trialOrder } from '../trials/trial-order.ts';
import { wantsColour } from './terminal.ts';

export interface RunCommandOptions extends PipelineFiles {
  readonly setup?: boolean;
  /** `name=value`; several values make a sweep. */
  readonly set: readonly string[];
  readonly seed?: number;
  /** How often each combination of values is run. */
  readonly repeat: number;
  readonly runs: string;
  readonly live: boolean;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/**
 * Runs the scenario, or with a sweep each combination of values, one after the other; with `repeat` again and again, in an order drawn from the seed. Returns the exit code, of
 * a sweep the worst. Throws where no run came about, what broke a single run, and what a run left on the engine: its
 * summary has been printed by then, and a sweep goes no further.
 */
export async function runCommand(file: string, options: RunCommandOptions): Promise<number> {
  const combinations = parseSets(options.set);
  // All of them before the first run: a sweep that can't be finished is not begun.
  const runs = await loadSweep(file, combinations, { seed: options.seed, signal: options.signal });
  await makeFolder(options.runs);
  await makeFoldersOf(options);
  options.signal.throwIfAborted();
  const told: Told = { finished: [] };
  try {
    return await runAll(file, runs, told, options);
  } finally {
    if (told.finished.length > 0) await writeRunFiles(told.finished, options, told.sweep);
  }
}

/** What there is to tell by the time the command ends, however it does. */
interface Told {
  readonly finished: RunReport[];
  sweep?: SweepFacts | undefined;
}

async function runAll(
  file: string,
  runs: readonly ChosenRun[],
  told: Told,
  options: RunCommandOptions,
): Promise<number> {
  const [first, ...others] = runs;
  if (first === undefined) return ExitCode.pass;
  if (others.length > 0 || options.repeat > 1) return await sweep(file, runs, told, options);
  const result = await runOnce(file, first, told, options);
  // What broke is an error like any other: printed once, by main.ts.
  if (result.outcome === 'broken') throw brokenBy(result.error);
  if (result.left !== undefined) throw result.left;
  return result.exitCode;
}

/** A run that broke does not keep the others from running; an interrupt does. */
async function sweep(
  file: string,
  runs: readonly ChosenRun[],
  told: Told,
  options: RunCommandOptions,
): Promise<number> {
  const rows: string[][] = [];
  let worst: number = ExitCode.pass;
  let left: TopolabError | undefined;
  const ordered = inOrder(runs, options.repeat);
  const kept = await beginSweep(file, runs, ordered.length, options);
  for (const [index, { run, trial }] of ordered.entries()) {
    // What a run left would disturb the next one.
    if (options.signal.aborted || left !== undefined) break;
    const label = [describeSet(run.set), trial === undefined ? '' : `(${trial} of ${options.repeat})`]
      .filter(Boolean)
      .join(' ');
    process.stdout.write(printable(`\nRun ${index + 1} of ${ordered.length}: ${label}\n`));
    const { outcome, exitCode, folder, error, ...result } = await runOnce(file, run, told, options);
    left = result.left;
    if (outcome === 'broken') process.stderr.write(printable(`topolab: ${brokenBy(error).message}\n`));
    rows.push([label, outcome, folder]);
    const numbered = trial === undefined ? {} : { trial };
    await kept.add({ set: valuesWithout(run.set), ...numbered, folder, outcome, exitCode });
    worst = worstExitCode([worst, exitCode]);
  }
  told.sweep = await writeSweep(kept.path);
  tellSweep(rows, told.sweep);
  process.stdout.write(`\nReport of all runs: ${join(kept.path, 'report.html')}\n`);
  if (left !== undefined) throw left;
  return worst;
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
  options: RunCommandOptions,
): Promise<SweepFolder> {
  const now = new Date();
  return await SweepFolder.create(options.runs, {
    sweep: `sweep-${makeRunId(runs[0]?.scenario.name ?? 'runs', now)}`,
    file,
    startedAt: now.toISOString(),
    planned,
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

/** Prints the summary and adds the run to what is told. Throws only where no run came about. */
async function runOnce(
  file: string,
  { set, scenario, plan }: ChosenRun,
  told: Told,
  options: RunCommandOptions,
): Promise<ReportedRun> {
  const { signal, hurry } = options;
  const source = { name: `scenario.source${extname(file)}`, text: await readFile(file, 'utf8') };
  const progress = followRun({
    scenario,
    plan,
    stream: process.stdout,
    isTty: options.live && process.stdout.isTTY === true,
    colour: wantsColour(process.stdout),
  });
  let result: ReportedRun;
  try {
    const prepare = { setup: options.setup === true, progress, signal };
    await using engine = await prepareEngine(prepare);
    const { environment, versions } = await prepareEnvironment(engine, scenario, prepare);
    result = await runReported({
      ...environment,
      versions,
      scenario,
      plan,
      source,
      namedAs: { file, set },
      runsFolder: resolve(options.runs),
      onEvent: (event) => progress.event(event),
      onProgress: (run) => progress.start(run),
      signal,
      hurry,
    });
  } finally {
    progress.close();
  }
  const width = process.stdout.columns ?? 100;
  told.finished.push(result.report);
  const summary = renderSummary(result.report, { colour: wantsColour(process.stdout), width });
  process.stdout.write(printableInColour(`${summary}\n`));
  return result;
}

function brokenBy(error: unknown): TopolabError {
  if (error instanceof TopolabError) return error;
  return new TopolabError(`run the scenario: ${String(error)}`, {
    code: 'run-broken',
    exitCode: ExitCode.broken,
    cause: error,
  });
}
