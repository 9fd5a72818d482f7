// A capacity study: for every size a search, every trial of a search on nodes of its own.
import { join } from 'node:path';
import { createRandom } from '../capacity/random.ts';
import type { Probe } from '../capacity/probe.ts';
import { type CapacitySearch, createSearch } from '../capacity/search.ts';
import type { SearchResult } from '../capacity/search-result.ts';
import { exitedNodes } from '../judge/exited-nodes.ts';
import type { ScriptFacts } from '../load/script-facts.ts';
import { RunMetrics } from '../metrics/run-metrics.ts';
import { makeFolder } from '../make-folder.ts';
import { pause } from '../pause.ts';
import { makePlan } from '../plan/make-plan.ts';
import { Deployment } from '../run/deployment/deployment.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import { guarded } from '../run/guard/guarded.ts';
import type { RunEvent } from '../record/event.ts';
import { Recorder } from '../record/recorder.ts';
import { makeTrialId } from '../run/identity/run-id.ts';
import { runLabels } from '../run/identity/run-labels.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import { hidingFor } from '../secrets/hiding-for.ts';
import { requireSecrets } from '../secrets/without-secrets.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TimeBudget } from '../trials/time-budget.ts';
import { leftoverMs } from './leftover-work.ts';
import { Pace, type PaceState } from './pace.ts';
import { replay, type SizeSearch } from './replay.ts';
import { runProbe } from './run-probe.ts';
import { nameSize, probeLoad, sizedScenario } from './sized-scenario.ts';
import type { StudyFolder, StudyProbe } from './study-folder.ts';
import { takeTurns } from './take-turns.ts';

export interface StudyOptions extends DeploymentEnvironment {
  /** Names the study; its deployments are runs of their own (makeTrialId). */
  readonly study: string;
  readonly scenario: Scenario;
  readonly question: CapacityQuestion;
  readonly folder: StudyFolder;
  readonly onProgress: (progress: StudyProgress) => void;
  readonly warn: (message: string) => void;
  /** Default: there is time for all trials. */
  readonly budget?: TimeBudget | undefined;
  readonly signal: AbortSignal;
}

export interface StudyProgress extends PaceState {
  readonly size: string;
  readonly trial: number;
  /** What goes on: `launch`, or the probe under way. */
  readonly probe: Probe | undefined;
  /** The probe that has just ended. */
  readonly ended: StudyProbe | undefined;
}

export interface SizeResult {
  readonly size: number;
  readonly result: SearchResult;
}

/** Load → what k6 says of its script. */
type Facts = Map<string, ScriptFacts>;

/** How long a study waits until others leave it the host's CPU again. */
const CALM_DOWN_MS = 20_000;

/**
 * Runs a study to its end, or as far as there is time, or goes on with one whose folder holds finished probes. Rejects when the signal
 * aborts; everything finished by then is in the folder.
 */
export async function runStudy(options: StudyOptions): Promise<SizeResult[]> {
  const { question, scenario, folder, budget, signal } = options;
  requireSecrets([scenario], `study ${scenario.name}`);
  const searches = question.sizes.map((size, index) => ({
    size,
    search: searchFor(question, scenario.seed + index),
  }));
  const pace = new Pace(question);
  replay(searches, await folder.probes(), pace, folder.path);
  const random = createRandom(scenario.seed);
  const facts: Facts = new Map();
  await takeTurns(searches, {
    random,
    budget,
    runTrial: async (turn, first) => {
      signal.throwIfAborted();
      return await runTrial(turn, first, pace, facts, options);
    },
  });
  return searches.map(({ size, search }) => ({ size, result: search.soFar() }));
}

/** The search of one size. Rates are written with a digit or two, and never so coarsely that it makes a hundredth. */
export function searchFor(question: CapacityQuestion, seed: number): CapacitySearch {
  const { minRate, maxRate, settleMs, measureMs, precision, minTrials, maxTrials } = question;
  return createSearch({
    minRate,
    maxRate,
    settleMs,
    measureMs,
    precision,
    minTrials,
    maxTrials,
    seed,
    resolution: Math.min(0.1, 10 ** Math.floor(Math.log10(minRate / 100))),
  });
}

/** All probes of one trial, on nodes launched for it, or those up to one of which a node has ended. False where there was no time for all of them. */
async function runTrial(
  { size, search }: SizeSearch,
  first: Probe,
  pace: Pace,
  facts: Facts,
  options: StudyOptions,
): Promise<boolean> {
  const { hosts, study, question, folder, onProgress, nodeImage, budget, warn } = options;
  const scenario = sizedScenario(options.scenario, question, size);
  const run = makeTrialId(study, size, first.trial);
  const tell = (probe: Probe | undefined, ended: StudyProbe | undefined) =>
    onProgress({
      size: nameSize(question, size),
      trial: first.trial,
      probe,
      ended,
      ...pace.state(budget?.leftMs),
    });
  const startedMs = performance.now();
  let loadMs = 0;
  let isLeft = false;
  const guard = {
    hosts,
    run,
    image: nodeImage,
    labels: runLabels(run, scenario.name),
    warn,
    moment: () => '',
  };
  await guarded(guard, options.signal, async (signal) => {
    tell(undefined, undefined);
    const events: RunEvent[] = [];
    // A queue that a probe leaves would make the next one slower than its rate does.
    let idleAtMs = 0;
    await using deployment = await deploy({ run, size, scenario, facts, events }, { ...options, signal });
    for (
      let probe = search.next();
      probe.kind === 'probe' && probe.trial === first.trial;
      probe = search.next()
    ) {
      if (budget !== undefined && budget.leftMs < probe.settleMs + probe.measureMs) {
        isLeft = true;
        break;
      }
      tell(probe, undefined);
      await pause(Math.max(0, idleAtMs - Date.now()), signal);
      const startedAtMs = Date.now();
      const asked = { deployment, scenario: options.scenario, question, run, facts, events, signal };
      const result = await runProbe(probe, asked);
      const finished: StudyProbe = { ...probe, ...result, size, startedAtMs };
      folder.addProbe(finished);
      search.record(result);
      loadMs += result.loadMs;
      pace.probeDone(size, result.loadMs);
      tell(undefined, finished);
      if (result.disturbed === true) await pause(CALM_DOWN_MS, signal).catch(() => {});
      idleAtMs = startedAtMs + result.loadMs + leftoverMs(probe, result);
      // Without it the others are not the size that is measured: the trial goes on with new ones.
      if (exitedNodes(events).length > 0) break;
    }
  });
  if (isLeft) return false;
  const next = search.next();
  if (next.kind === 'done' || next.trial !== first.trial)
    pace.trialDone(size, next.kind === 'done', performance.now() - startedMs - loadMs);
  return true;
}

interface Deployed {
  readonly run: string;
  readonly size: number;
  readonly scenario: Scenario;
  readonly facts: Facts;
  /** What happens to its nodes is added here. */
  readonly events: RunEvent[];
}

async function deploy(
  { run, size, scenario, facts, events }: Deployed,
  options: StudyOptions,
): Promise<Deployment> {
  const { folder } = options;
  const { hide } = hidingFor(scenario, options.secrets);
  const recorder = new Recorder(
    {
      event(event) {
        if (event.type === 'node-exited' || event.type === 'node-out-of-memory') events.push(event);
        if (event.type === 'node-ready')
          folder.addNodeStart({ size, group: event.group, tookMs: event.tookMs });
      },
    },
    [],
  );
  const metrics = new RunMetrics({ run, scenario: scenario.name });
  // A probe is measured as a whole, whatever phase an objective is meant for.
  metrics.setObjectives(scenario.objectives.map((objective) => ({ ...objective, phase: null })));
  const keepLog = async (node: string, log: string) => {
    await makeFolder(join(folder.path, 'logs'));
    await folder.writeText(join('logs', `${run}-${node}.log`), hide(log));
  };
  return await Deployment.openStanding(
    { ...options, run, scenario, recorder, metrics, keepLog },
    makePlan(scenario, { acrossHosts: options.hosts.length > 1 }),
    (deployment) => lookAtScript(deployment, facts, options),
  );
}

/** Once a study, before any node is launched: what is wrong with the script is the user's to mend, and found in seconds. */
async function lookAtScript(
  deployment: Deployment,
  facts: Facts,
  { scenario, question, warn, signal }: StudyOptions,
): Promise<void> {
  if (facts.size > 0) return;
  const { load } = probeLoad(scenario, question, { rate: question.minRate, lastsMs: question.measureMs });
  for (const warning of await deployment.generators([load], [], { facts }).inspect(signal)) warn(warning);
  if ([...facts.values()].some(({ thresholds }) => thresholds.length > 0))
    warn(
      `Thresholds of ${load.script} don't count in a study of capacity: the scenario's objectives decide.`,
    );
}
