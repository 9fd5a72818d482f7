// `topolab failures FILE`: which nodes are single points of failure, and what the loss of each costs the users.
import { basename, resolve } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { beginFailures } from '../failures/begin-failures.ts';
import { exitCodeOf } from '../failures/exit-code.ts';
import { FailuresFolder, type FailureStudy } from '../failures/failures-folder.ts';
import { readFailures, type SavedFailures } from '../failures/read-failures.ts';
import { losingHost } from '../failures/killing.ts';
import { askedOf, type FailuresProgress, nodesOf, runFailures } from '../failures/run-failures.ts';
import { undisturbed } from '../failures/trial-scenario.ts';
import { whyNotStudied } from '../failures/why-not-studied.ts';
import type { Progress } from '../live/create-progress.ts';
import { makeFolder } from '../make-folder.ts';
import { printable, printableInColour } from '../printable.ts';
import { describeTrial, variantName } from '../report/failures/failure-words.ts';
import { renderFailuresSummary } from '../report/render-failures-summary.ts';
import { writeFailuresReport } from '../report/write-failures-report.ts';
import { makeFoldersOf, type PipelineFiles, writeFailureFiles } from '../report/write-pipeline-files.ts';
import { parseSets } from '../scenario/parameters/parse-sets.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { requireSecrets } from '../secrets/without-secrets.ts';
import { TimeBudget } from '../trials/time-budget.ts';
import { choiceOf, keptChoice } from './chosen-hosts.ts';
import { conductTrials } from './conduct-trials.ts';
import { deployedByRun } from './deployed.ts';
import { loadSweep } from './load-sweep.ts';
import { type EngineChoice, hostChoice } from './prepare-options.ts';
import { timeLeft } from './time-left.ts';
import { runReported } from './run-reported.ts';
import { wantsColour } from './terminal.ts';

export interface FailuresCommandOptions extends PipelineFiles, EngineChoice {
  readonly setup?: boolean;
  /** `name=value`; several values study one variant after the other. */
  readonly set: readonly string[];
  readonly seed?: number;
  /** Groups whose nodes are killed; none = all. */
  readonly group: readonly string[];
  /** Most pairs that are killed at once. */
  readonly pairs: number;
  readonly resume?: string;
  /** Time for all runs, milliseconds. */
  readonly within?: number;
  readonly failures: string;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

/** Returns 0 where no node is a single point of failure, 3 where one is, and 4 where nothing can be concluded. */
export async function failuresCommand(
  file: string | undefined,
  options: FailuresCommandOptions,
): Promise<number> {
  const { signal, hurry, within } = options;
  const begun = options.resume === undefined ? await begin(file, options) : await goOn(options.resume);
  await makeFoldersOf(options);
  signal.throwIfAborted();
  const { folder, study, scenarios } = begun;
  await conductTrials({
    // What the loss of any host takes is the same.
    scenarios: losesHosts(study) ? scenarios.map((each) => losingHost(each, '').scenario) : scenarios,
    deployed: scenarios.map(deployedByRun),
    choice: choiceOf(study),
    setup: options.setup === true,
    signal,
    folder: folder.path,
    run: async ({ environments, versions, progress }) => {
      progress.note(`failure study ${folder.path}`);
      const onProgress = showProgress(progress, study);
      const run = runReported;
      const budget = new TimeBudget(within);
      await runFailures({ environments, versions, folder, study, run, onProgress, budget, signal, hurry });
    },
    tell: async () => await writeReports(folder.path, options),
    what: 'the failure study',
    resume: `topolab failures --resume ${folder.path}`,
  });
  return await reportFailures(folder.path, options);
}

export async function writeReports(path: string, files: PipelineFiles): Promise<SavedFailures> {
  const saved = await readFailures(new FailuresFolder(path));
  await writeFailuresReport(saved);
  await writeFailureFiles(saved, files);
  return saved;
}

interface Begun {
  readonly folder: FailuresFolder;
  readonly study: FailureStudy;
  /** With their secrets, in the order of the variants. */
  readonly scenarios: readonly Scenario[];
}

async function begin(file: string | undefined, options: FailuresCommandOptions): Promise<Begun> {
  if (file === undefined) {
    throw new TopolabError('study failures: no scenario given', {
      code: 'no-scenario',
      hint: 'Write topolab failures FILE, or --resume FOLDER to continue a study.',
      exitCode: ExitCode.usage,
    });
  }
  const { seed, signal } = options;
  const choice = hostChoice(options);
  // All of them before the first run: a study that can't be finished is not begun.
  const sweep = await loadSweep(file, parseSets(options.set), {
    seed,
    signal,
    acrossHosts: choice.engine === 'swarm',
  });
  const studied = sweep.map(({ set, scenario }) => ({ set, scenario: undisturbed(scenario) }));
  for (const { scenario } of studied) checkStudied(file, scenario, options.group);
  const scenarios = studied.map(({ scenario }) => scenario);
  const [first] = scenarios;
  if (first === undefined) throw new Error('there is always one combination of values');
  await makeFolder(options.failures);
  const begun = await beginFailures(resolve(options.failures), {
    name: first.name,
    file,
    mostPairs: options.pairs,
    groups: options.group.length === 0 ? null : options.group,
    ...(options.within !== undefined && { withinMs: options.within }),
    ...keptChoice(choice),
    variants: studied,
  });
  return { ...begun, scenarios };
}

/** What a failure study can't be made of. */
function checkStudied(file: string, scenario: Scenario, groups: readonly string[]): void {
  const refused = whyNotStudied(scenario, groups);
  if (refused === undefined) return;
  throw new TopolabError(`study the failures of ${file}: ${refused.problem}`, {
    code: 'not-studied',
    hint: refused.hint,
    exitCode: ExitCode.usage,
  });
}

async function goOn(path: string): Promise<Begun> {
  const folder = new FailuresFolder(resolve(path));
  const study = await folder.study();
  const scenarios = study.variants.map(({ scenario }) => scenario);
  requireSecrets(scenarios, `resume study ${path}`, 'start a new study');
  return { folder, study, scenarios };
}

function losesHosts(study: FailureStudy): boolean {
  return study.swarm !== undefined && askedOf(study).ofHosts;
}

function showProgress(progress: Progress, study: FailureStudy): (progress: FailuresProgress) => void {
  let step: ReturnType<Progress['step']> | undefined;
  const total = study.variants.reduce((sum, variant) => sum + nodesOf(variant, study).length + 1, 0);
  progress.note(
    printable(
      `${total} runs to kill every node once${losesHosts(study) ? ', then one for every host with nodes' : ''}${study.mostPairs > 0 ? ', then pairs of nodes that replace each other' : ''}`,
    ),
  );
  return ({ trial, variant, done, known, leftMs, result }) => {
    if (result !== undefined) {
      step?.done(result.invalid[0] ?? basename(result.folder));
      return;
    }
    const name = variantName(variant);
    step = progress.step(`${name === '' ? '' : `${name}: `}${describeTrial(trial)}`);
    step.update(`${done + 1} of ${known}${timeLeft(leftMs)}`);
  };
}

/** Makes the report from the folder. Returns the exit code that the study ended with. */
export async function reportFailures(path: string, files: PipelineFiles): Promise<number> {
  const saved = await writeReports(path, files);
  const columns = process.stdout.columns ?? 100;
  const summary = renderFailuresSummary(saved, { colour: wantsColour(process.stdout), width: columns });
  process.stdout.write(printableInColour(`${summary}\n`));
  return exitCodeOf(saved);
}
