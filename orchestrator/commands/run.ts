// `topolab run FILE`: from a scenario file to a verdict and a report.
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { ExitCode } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { printableInColour } from '../printable.ts';
import { followRun } from '../live/follow-run.ts';
import type { RunReport } from '../report/facts/run-report.ts';
import { renderSummary } from '../report/render-summary.ts';
import { makeFoldersOf, type PipelineFiles, writeRunFiles } from '../report/write-pipeline-files.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import { type ChosenRun, loadSweep } from './load-sweep.ts';
import { prepareEnvironment, prepareHosts } from './prepare-engine.ts';
import { type EngineChoice, hostChoice } from './prepare-options.ts';
import { type ReportedRun, runReported } from './run-reported.ts';
import { brokenBy, runSweep } from './run-sweep.ts';
import type { SweepFacts } from '../report/sweep/sweep-facts.ts';
import { wantsColour } from './terminal.ts';

/** Trials that are chosen where there is time for more: with as many on either side a comparison of ten objectives can show a difference. */
const MOST_CHOSEN = 10;

export interface RunCommandOptions extends PipelineFiles, EngineChoice {
  readonly setup?: boolean;
  /** `name=value`; several values make a sweep. */
  readonly set: readonly string[];
  readonly seed?: number;
  /** How often each combination of values is run. Default: once, or with `within` as often as there is time for. */
  readonly repeat?: number;
  /** Time for all runs, milliseconds. */
  readonly within?: number;
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
  const runs = await loadSweep(file, combinations, {
    seed: options.seed,
    signal: options.signal,
    acrossHosts: options.engine === 'swarm',
  });
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
  const repeat = options.repeat ?? (options.within === undefined ? 1 : MOST_CHOSEN);
  if (others.length > 0 || repeat > 1) {
    const swept = await runSweep(
      file,
      runs,
      { ...options, repeat },
      async (run) => await runOnce(file, run, runs, told, options),
    );
    told.sweep = swept.facts;
    if (swept.left !== undefined) throw swept.left;
    return swept.exitCode;
  }
  const result = await runOnce(file, first, runs, told, options);
  // What broke is an error like any other: printed once, by main.ts.
  if (result.outcome === 'broken') throw brokenBy(result.error);
  if (result.left !== undefined) throw result.left;
  return result.exitCode;
}

/**
 * Prints the summary and adds the run to what is told. Throws only where no run came about.
 * @param deployed with those of the same sweep.
 */
async function runOnce(
  file: string,
  { set, scenario, plan }: ChosenRun,
  deployed: readonly ChosenRun[],
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
    const prepare = { ...hostChoice(options), setup: options.setup === true, progress, signal };
    await using reached = await prepareHosts({ ...prepare, deployed });
    const { environment, versions } = await prepareEnvironment(reached, scenario, prepare);
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
