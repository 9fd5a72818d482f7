// `topolab capacity FILE`: searches the capacity of every size, says how many nodes a target needs, and checks it.
import { resolve } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { printableInColour } from '../printable.ts';
import { createProgress, type Progress } from '../live/create-progress.ts';
import { createSetupProgress } from '../live/setup-progress.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { RunSource } from '../record/event.ts';
import { renderStudySummary } from '../report/render-study-summary.ts';
import { perSecond } from '../report/study/study-words.ts';
import { makeFoldersOf, type PipelineFiles, writeStudyFiles } from '../report/write-pipeline-files.ts';
import { writeStudyReport } from '../report/write-study-report.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import { makeRunId } from '../run/identity/run-id.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import { onlySet } from '../scenario/parameters/parse-sets.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { askedScenario } from '../study/asked-scenario.ts';
import { type AnswerOptions, answerStudy, otherLoads, type StudyAnswer } from '../study/answer-study.ts';
import { judgeFailure } from '../study/failure-check.ts';
import { failureScenario } from '../study/failure-scenario.ts';
import { checkMs } from '../study/least-time.ts';
import { runStudy, type SizeResult, type StudyProgress } from '../study/run-study.ts';
import { readStudy } from '../study/read-study.ts';
import { studyExitCode } from '../study/study-exit-code.ts';
import { type StudyDescription, StudyFolder } from '../study/study-folder.ts';
import type { TimeBudget } from '../trials/time-budget.ts';
import { hidingFor } from '../secrets/hiding-for.ts';
import { madeSource, requireSecrets, sourceWithout, withoutSecrets } from '../secrets/without-secrets.ts';
import { budgetsOf, refuseTooLittle } from './capacity-time.ts';
import { choiceOf, hostsOnRecord, keptChoice } from './chosen-hosts.ts';
import { deployedByStudy } from './deployed.ts';
import { loadRunnable } from './load-planned.ts';
import { keepInputs } from './kept-inputs.ts';
import { prepareEnvironment, prepareHosts } from './prepare-engine.ts';
import { type EngineChoice, hostChoice } from './prepare-options.ts';
import { timeLeft } from './time-left.ts';
import { runReported } from './run-reported.ts';
import { wantsColour } from './terminal.ts';

export interface CapacityCommandOptions extends PipelineFiles, EngineChoice {
  readonly setup?: boolean;
  readonly set: readonly string[];
  readonly seed?: number;
  /** Folder of a study to go on with. */
  readonly resume?: string;
  readonly studies: string;
  /** Whether N+1 nodes are checked by killing one. */
  readonly check: boolean;
  /** Time for all of it once images are there, milliseconds. */
  readonly within?: number;
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
}

interface Asked {
  readonly scenario: Scenario;
  readonly question: CapacityQuestion;
  /** Undefined for a study that begins. */
  readonly folder: StudyFolder | undefined;
  /** How the command named the scenario; undefined for one that goes on. */
  readonly source: RunSource | undefined;
  /** Of a study that goes on: as it was begun. */
  readonly choice: EngineChoice;
}

/** Returns the exit code that the answer comes to (study-exit-code.ts). */
export async function capacityCommand(
  file: string | undefined,
  options: CapacityCommandOptions,
): Promise<number> {
  const asked = options.resume === undefined ? await ask(file, options) : await goOn(options.resume);
  const { scenario, question } = asked;
  const { signal } = options;
  if (asked.folder === undefined) await makeFolder(options.studies);
  await makeFoldersOf(options);
  signal.throwIfAborted();
  const stream = process.stdout;
  const terminal = { stream, isTty: stream.isTTY === true, colour: wantsColour(stream) };
  using progress = createProgress({ ...terminal, now: Date.now });
  const setup = createSetupProgress(terminal, progress);
  const prepare = { ...asked.choice, setup: options.setup === true, progress: setup, signal };
  await using reached = await prepareHosts({ ...prepare, deployed: [deployedByStudy(scenario, question)] });
  const [{ engine }] = reached.hosts;
  for (const remark of [...(scenario.notHonoured ?? []), ...engine.reach.remarks])
    progress.note(`! ${remark}`);
  const others = otherLoads(scenario, question);
  if (others.length > 0)
    progress.note(
      `! Only load ${question.load} is offered in a study of capacity, without ${others.join(', ')}.`,
    );
  const { environment, versions } = await prepareEnvironment(reached, scenario, prepare);
  const made = { versions, images: environment.images, ...keptChoice(asked.choice) };
  const folder = asked.folder ?? (await beginStudy(asked, environment, made, options.studies));
  await keepInputs(folder.path, [scenario], [environment]);
  progress.note(`study ${folder.path}`);
  try {
    const { study } = await folder.description();
    const { budget, forSearch } = budgetsOf(question, options);
    const shown = showProgress(progress);
    const results = await runStudy({
      ...environment,
      study,
      scenario,
      question,
      folder,
      onProgress: shown.seen,
      warn: (message) => progress.note(`warning: ${message}`),
      budget: forSearch,
      signal,
    });
    shown.end();
    const checked = options.check
      ? await checkFailure(asked, results, folder, environment, progress, { ...options, budget })
      : null;
    await concludeStudy(folder, asked, results, checked ?? { failureCheck: null });
    progress.close();
    const saved = await readStudy(folder.path);
    await writeStudyFiles(saved, options);
    const summary = renderStudySummary(saved, { colour: terminal.colour, width: stream.columns ?? 100 });
    stream.write(printableInColour(`${summary}\n`));
    if (checked?.left !== undefined) throw checked.left;
    return studyExitCode(saved.answer);
  } catch (error) {
    if (!signal.aborted) throw hidingFor(scenario, environment.secrets).hideInError(error);
    throw new TopolabError('the study was interrupted; every finished probe is kept', {
      code: 'interrupted',
      hint: `Continue with: topolab capacity --resume ${folder.path}`,
      exitCode: ExitCode.interrupted,
      cause: error,
    });
  }
}

async function ask(file: string | undefined, options: CapacityCommandOptions): Promise<Asked> {
  if (file === undefined) {
    throw new TopolabError('search for the capacity: no scenario given', {
      code: 'no-scenario',
      hint: 'Write topolab capacity FILE, or --resume FOLDER to continue a study.',
      exitCode: ExitCode.usage,
    });
  }
  const { seed, signal } = options;
  const chosen = onlySet(options.set);
  const choice = hostChoice(options);
  const acrossHosts = choice.engine === 'swarm';
  const { scenario } = await loadRunnable(file, { set: chosen, seed, signal, acrossHosts });
  if (scenario.capacity === null) {
    throw new TopolabError(`search for the capacity of ${file}: it has no \`capacity\` section`, {
      code: 'no-capacity-question',
      hint: 'Add a `capacity` section: its load, sizes and rates (docs/guide/capacity.md#asking-the-question).',
      exitCode: ExitCode.usage,
    });
  }
  refuseTooLittle(file, scenario.capacity, options);
  const asked = askedScenario(scenario);
  return {
    scenario: asked,
    question: scenario.capacity,
    folder: undefined,
    source: { file, set: chosen },
    choice,
  };
}

async function goOn(path: string): Promise<Asked> {
  const folder = new StudyFolder(resolve(path));
  const description = await folder.description();
  const { scenario, question } = description;
  if ([...scenario.groups, ...scenario.loads].some((owner) => !('secrets' in owner))) {
    throw new TopolabError(`resume study ${path}: it was started by another version of Topolab`, {
      code: 'study-outdated',
      hint: 'You can still make its report: topolab report FOLDER. To measure more, start a new search.',
      exitCode: ExitCode.usage,
    });
  }
  requireSecrets([scenario], `resume study ${path}`, 'start a new study');
  return { scenario, question, folder, source: undefined, choice: choiceOf(description) };
}

/** Makes the folder of a new study. */
export async function beginStudy(
  { scenario, question, source }: Pick<Asked, 'scenario' | 'question' | 'source'>,
  environment: Pick<DeploymentEnvironment, 'hosts' | 'layout'>,
  made: Pick<StudyDescription, 'versions' | 'images' | 'swarm'>,
  root: string,
): Promise<StudyFolder> {
  const study = makeRunId(scenario.name, new Date());
  const startedAtMs = Date.now();
  const description = {
    schemaVersion: 1,
    study,
    startedAtMs,
    ...(source === undefined ? {} : { source: sourceWithout(source) }),
    question,
    scenario: withoutSecrets(scenario),
    ...made,
    host: environment.hosts[0].engine.description,
    ...hostsOnRecord(environment),
  } as const;
  return await StudyFolder.create(resolve(root), description);
}

function showProgress(progress: Progress): { seen: (progress: StudyProgress) => void; end: () => void } {
  let step: ReturnType<Progress['step']> | undefined;
  let current = '';
  const seen = ({ size, trial, probe, ended, trialsDone, trialsExpected, leftMs }: StudyProgress) => {
    const name = `${size}, trial ${trial}`;
    if (name !== current) {
      step?.done();
      step = progress.step(name);
      current = name;
    }
    const left = timeLeft(leftMs);
    const done = `${trialsDone} of ${trialsExpected} trials${left}`;
    if (ended !== undefined)
      progress.note(`  ${perSecond(ended.rate)} ${ended.outcome}${ended.note ? `: ${ended.note}` : ''}`);
    step?.update(
      probe === undefined
        ? done
        : `${perSecond(probe.rate)} for ${(probe.settleMs + probe.measureMs) / 1000} s; ${done}`,
    );
  };
  return { seen, end: () => step?.done() };
}

async function checkFailure(
  { scenario, question }: Pick<Asked, 'scenario' | 'question'>,
  results: readonly SizeResult[],
  folder: StudyFolder,
  environment: DeploymentEnvironment,
  progress: Progress,
  { signal, hurry, budget }: CapacityCommandOptions & { readonly budget: TimeBudget | undefined },
): Promise<(Checked & { readonly left: TopolabError | undefined }) | null> {
  const { answer } = await answered(folder, { scenario, question }, results, { failureCheck: null });
  const spare = answer?.sizings.find((sizing) => sizing.spare === 1);
  if (answer === null || spare === undefined) return null;
  if (budget !== undefined && budget.leftMs < checkMs(question))
    return { failureCheck: null, checkLeftOut: true, left: undefined };
  const step = progress.step(
    `check ${spare.nodes} nodes at ${perSecond(answer.targetRate)}, one of them killed`,
  );
  const checked = failureScenario(scenario, question, spare.nodes);
  const run = await runReported({
    ...environment,
    scenario: checked,
    plan: makePlan(checked, { acrossHosts: environment.hosts.length > 1 }),
    source: madeSource(checked),
    runsFolder: folder.path,
    versions: (await folder.description()).versions,
    onEvent: () => {},
    onProgress: () => {},
    signal,
    hurry,
  });
  signal.throwIfAborted();
  step.done();
  const { nodes } = spare;
  const failureCheck = judgeFailure(run.saved, { nodes, targetRate: answer.targetRate });
  return { failureCheck, left: run.left };
}

/** What came of the check of N+1. */
type Checked = Pick<AnswerOptions, 'failureCheck' | 'checkLeftOut'>;

/** Answers a study from what its folder holds, and writes answer and report. */
export async function concludeStudy(
  folder: StudyFolder,
  asked: Pick<Asked, 'scenario' | 'question'>,
  results: readonly SizeResult[],
  checked: Checked,
): Promise<StudyAnswer> {
  const answer = await answered(folder, asked, results, checked);
  await folder.write('answer.json', answer);
  await writeStudyReport(folder.path);
  return answer;
}

async function answered(
  folder: StudyFolder,
  { scenario, question }: Pick<Asked, 'scenario' | 'question'>,
  results: readonly SizeResult[],
  checked: Checked,
): Promise<StudyAnswer> {
  const [probes, nodeStarts] = [await folder.probes(), await folder.nodeStarts()];
  return answerStudy({ scenario, question, results, probes, nodeStarts, ...checked });
}
