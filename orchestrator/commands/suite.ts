// `topolab suite FILE`: runs the scenarios of a suite in repeated, interleaved trials, and draws the chart that compares them.
import { resolve } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { counted } from '../format/format-value.ts';
import type { Progress } from '../live/create-progress.ts';
import { makeFolder } from '../make-folder.ts';
import { printable, printableInColour } from '../printable.ts';
import { renderSuiteSummary } from '../report/suite/suite-summary.ts';
import { writeSuiteReport } from '../report/suite/write-suite-report.ts';
import { makeFoldersOf, type PipelineFiles, writeSuiteFiles } from '../report/write-pipeline-files.ts';
import type { Deployed } from '../run/needs/lay-out.ts';
import { makeRunId } from '../run/identity/run-id.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { requireSecrets, withoutSecrets } from '../secrets/without-secrets.ts';
import { narrowSuite } from '../suite/narrow-suite.ts';
import { readSuite, type SavedSuite } from '../suite/read-suite.ts';
import { runSuite, type SuiteProgress } from '../suite/run-suite.ts';
import { SUITE_VERSION, SuiteFolder, type SuiteRun } from '../suite/suite-folder.ts';
import { suiteExitCode } from '../suite/suite-exit-code.ts';
import { TimeBudget } from '../trials/time-budget.ts';
import { choiceOf, keptChoice } from './chosen-hosts.ts';
import { CONDUCT } from './conduct-subject.ts';
import { conductTrials, type TrialSession } from './conduct-trials.ts';
import { deployedByRun, deployedByStudy } from './deployed.ts';
import { countTrials, loadSuiteRuns } from './load-suite-runs.ts';
import { type EngineChoice, hostChoice } from './prepare-options.ts';
import { timeLeft } from './time-left.ts';
import { wantsColour } from './terminal.ts';

export interface SuiteCommandOptions extends Pick<PipelineFiles, 'markdown'>, EngineChoice {
  readonly setup?: boolean;
  readonly quick?: boolean;
  /** Names of rows and columns; none = all. */
  readonly row: readonly string[];
  readonly column: readonly string[];
  /** In place of all numbers of trials in the suite. */
  readonly trials?: number;
  readonly seed?: number;
  readonly resume?: string;
  /** Time for all trials, milliseconds. */
  readonly within?: number;
  /** Where the folder is made. */
  readonly charts: string;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Returns 0 where every cell that was to be measured is, and 4 where one is not. */
export async function suiteCommand(file: string | undefined, options: SuiteCommandOptions): Promise<number> {
  const { signal } = options;
  const begun = options.resume === undefined ? await begin(file, options) : await goOn(options.resume);
  await makeFoldersOf(options);
  signal.throwIfAborted();
  const { folder, run, scenarios } = begun;
  await conductTrials({
    scenarios,
    deployed: deployedBy(begun),
    choice: choiceOf(run),
    setup: options.setup === true,
    signal,
    folder: folder.path,
    run: async (session) => await runAll(begun, session, options),
    tell: async () => await writeReports(folder.path, options),
    what: 'the suite',
    resume: `topolab suite --resume ${folder.path}`,
  });
  return await reportSuite(folder.path, options);
}

interface Begun {
  readonly folder: SuiteFolder;
  readonly run: SuiteRun;
  /** With their secrets, in the order of the subjects. */
  readonly scenarios: readonly Scenario[];
}

async function begin(file: string | undefined, options: SuiteCommandOptions): Promise<Begun> {
  if (file === undefined) {
    throw new TopolabError('run a suite: no suite given', {
      code: 'no-suite',
      hint: 'Write topolab suite FILE, or --resume FOLDER to continue one.',
      exitCode: ExitCode.usage,
    });
  }
  const { quick = false, trials, signal, row: rows, column: columns, seed, within } = options;
  // All of it before the first trial: a suite that can't be finished is not begun.
  const choice = hostChoice(options);
  const acrossHosts = choice.engine === 'swarm';
  const loaded = await loadSuiteRuns(file, { quick, trials, signal, acrossHosts });
  const suite = narrowSuite(loaded.suite, { rows, columns });
  const kept = loaded.subjects.filter(({ scenario, column }) =>
    suite.scenarios.some(
      (each) => each.name === scenario && each.columns.some((one) => one.column === column),
    ),
  );
  const run: SuiteRun = {
    schemaVersion: SUITE_VERSION,
    id: makeRunId(suite.name, new Date()),
    startedAtMs: Date.now(),
    file,
    quick,
    ...(within !== undefined && { withinMs: within }),
    ...keptChoice(choice),
    suite: seed === undefined ? suite : { ...suite, seed },
    subjects: kept.map((subject) => ({ ...subject, resolved: withoutSecrets(subject.resolved) })),
  };
  await makeFolder(options.charts);
  process.stdout.write(`${counted(countTrials(kept), 'trial')}\n`);
  const scenarios = kept.map(({ resolved }) => resolved);
  return { folder: await SuiteFolder.create(resolve(options.charts), run), run, scenarios };
}

async function goOn(path: string): Promise<Begun> {
  const folder = new SuiteFolder(resolve(path));
  const run = await folder.study();
  const scenarios = run.subjects.map(({ resolved }) => resolved);
  requireSecrets(scenarios, `resume study ${path}`, 'start a new study');
  return { folder, run, scenarios };
}

function deployedBy({ run: { suite, subjects }, scenarios }: Begun): Deployed[] {
  return scenarios.map((scenario, index) => {
    const part = suite.scenarios.find(({ name }) => name === subjects[index]?.scenario);
    const question = part?.command === 'capacity' ? scenario.capacity : null;
    return question === null ? deployedByRun(scenario) : deployedByStudy(scenario, question);
  });
}

async function runAll(
  { folder, run, scenarios }: Begun,
  session: TrialSession,
  { signal, hurry, within }: SuiteCommandOptions,
): Promise<void> {
  session.progress.note(`suite ${folder.path}`);
  await runSuite({
    folder,
    run,
    onProgress: showProgress(session.progress),
    budget: new TimeBudget(within),
    conduct: async (subject, { trial }) => {
      const index = run.subjects.indexOf(subject);
      const [scenario, environment] = [scenarios[index], session.environments[index]];
      const part = run.suite.scenarios.find(({ name }) => name === subject.scenario);
      if (scenario === undefined || environment === undefined || part === undefined)
        throw new Error(`nothing was prepared for ${subject.scenario}, ${subject.column}`);
      const set = part.columns.find(({ column }) => column === subject.column)?.set ?? {};
      return await CONDUCT[part.command]({
        scenario,
        named: { file: part.file, set },
        environment,
        session,
        folder: folder.path,
        place: { suite: run.id, part: part.name, column: subject.column, trial },
        signal,
        hurry,
      });
    },
  });
}

function showProgress(progress: Progress): (progress: SuiteProgress) => void {
  let step: ReturnType<Progress['step']> | undefined;
  return ({ trial: { scenario, column, trial, attempt }, done, known, leftMs, result }) => {
    if (result !== undefined) {
      const [reason] = result.invalid;
      if (reason === undefined) step?.done();
      else step?.fail(reason);
      return;
    }
    const name = `${scenario}: ${column}, trial ${trial}${attempt === 2 ? ' (again)' : ''}`;
    step = progress.step(printable(name));
    step.update(`${done + 1} of ${known}${timeLeft(leftMs)}`);
  };
}

async function writeReports(path: string, files: Pick<PipelineFiles, 'markdown'>): Promise<SavedSuite> {
  const saved = await readSuite(new SuiteFolder(path));
  await writeSuiteReport(saved);
  await writeSuiteFiles(saved, files);
  return saved;
}

/** Makes the report from the folder. Returns the exit code that the suite ended with. */
export async function reportSuite(path: string, files: Pick<PipelineFiles, 'markdown'>): Promise<number> {
  const saved = await writeReports(path, files);
  const width = process.stdout.columns ?? 120;
  const summary = renderSuiteSummary(saved, { colour: wantsColour(process.stdout), width });
  process.stdout.write(printableInColour(`${summary}\n`));
  return suiteExitCode(saved.chart, saved.run);
}
