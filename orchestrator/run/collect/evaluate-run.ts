// After the load: samples, figures and verdict into the run's folder. Each is kept as soon as it is there, so a failure on the way
// costs only what comes after it.
import { raceSignal } from 'race-signal';
import { allPanels, totalsPanels } from '../../../dashboards/panels/all-panels.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { generatorNodes } from '../../load/generator-spec.ts';
import { exitedNodes } from '../../judge/exited-nodes.ts';
import { judge, type JudgeInput } from '../../judge/judge.ts';
import { accessFigures } from '../../measure/changes/access-figures.ts';
import {
  collectDuring,
  type LoadToMeasure,
  type Measured,
  measureLoad,
  nothingMeasured,
} from '../../measure/measure-load.ts';
import type { PhaseFigures } from '../../measure/figures/figures.ts';
import { failedChanges } from '../../measure/changes/failed-changes.ts';
import { HANGING_SERIES, readHanging } from '../../measure/impacts/hanging.ts';
import { lostEvents } from '../../measure/changes/lost-events.ts';
import { faultsOf } from '../../measure/impacts/run-faults.ts';
import { unseenFaults } from '../../measure/impacts/unseen-faults.ts';
import type { Stretch } from '../../measure/readings/readings.ts';
import { resourcePanels } from '../../measure/saturation/resource-panels.ts';
import { serviceWitnesses } from '../../measure/changes/service-witnesses.ts';
import { wronglyAccepted } from '../../measure/changes/wrongly-accepted.ts';
import { chooseStepSeconds } from '../../metrics/collect-samples.ts';
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import { greatestDemands } from '../../plan/greatest-demand.ts';
import type { Plan } from '../../plan/plan.ts';
import type { CheckedRecords } from '../../record/checked-records.ts';
import type { RunEvent, RunOutcome } from '../../record/event.ts';
import { hostLosses } from '../../record/host-losses.ts';
import type { RunFolder, SavedRun } from '../../record/folder/run-folder.ts';
import type { SavedSamples } from '../../record/samples.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { warmUpEndMs } from '../../scenario/timeline/timeline.ts';
import { lateChangesOf } from './late-changes.ts';

/** A load that is over before 3 s have passed of rates over 5 s that know nothing of before, and a scrape or two. */
const SHORT_LOAD_MS = 10_000;

export interface EvaluateOptions {
  readonly folder: RunFolder;
  readonly run: string;
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** The scenario's, and those that the scripts' own thresholds come to. */
  readonly objectives: readonly Objective[];
  readonly outcome: RunOutcome;
  readonly error: unknown;
  /** Undefined where the run ended before anything could be measured. */
  readonly prometheus: PrometheusClient | undefined;
  /** Offset 0 on the engine's clock, milliseconds since 1970. */
  readonly engineStartMs: number;
  /** How far the load went: the end of the plan, or the moment of the interruption. */
  readonly endOffsetMs: number;
  /** When Prometheus had scraped the nodes for the last time, after the end of the load. */
  readonly settledOffsetMs: number;
  readonly generators: JudgeInput['generators'];
  readonly warn: (message: string) => void;
  /** Gives up measuring. */
  readonly hurry: AbortSignal;
}

/** Returns the exit code of the verdict. */
export async function evaluateRun(options: EvaluateOptions): Promise<number> {
  const { folder, outcome, error, warn, hurry, objectives, prometheus } = options;
  let measured = nothingMeasured(objectives);
  let measuringError: string | undefined;
  try {
    if (prometheus !== undefined) measured = await raceSignal(measureRun(options, prometheus), hurry);
  } catch (cause) {
    measuringError = messageOf(cause);
    warn(`measure the run: ${measuringError}`);
  }
  const { events } = folder.saved();
  const verdict = judge({
    outcome,
    ...(outcome === 'broken' ? { error: messageOf(error) } : {}),
    ...(error instanceof TopolabError ? { errorExitCode: error.exitCode } : {}),
    ...(measuringError === undefined ? {} : { measuringError }),
    generators: options.generators,
    exited: exitedNodes(events, options.settledOffsetMs),
    ...delaysIn(events),
    records: recordsIn(events),
    lostEvents: lostEvents(events),
    wronglyAccepted: wronglyAccepted(accessFigures(options.scenario, events), events),
    failedChanges: failedChanges(events),
    unseenFaults: unseenFaults(events),
    hostLosses: hostLosses(events),
    helperReturns: events.filter((event) => event.type === 'helper-returned'),
    ...abortionIn(events),
    ...measured,
    phases: measured.phases.map((figures) => withLate(figures, events, options)),
  });
  await folder.write('verdict.json', verdict);
  return verdict.exitCode;
}

async function measureRun(options: EvaluateOptions, prometheus: PrometheusClient): Promise<Measured> {
  const load = loadOf(options, options.folder.saved());
  const samples = await collectRun(load, options, prometheus);
  await options.folder.write('metrics.json', samples);
  return await measureLoad(load, prometheus, samples);
}

function loadOf(
  options: EvaluateOptions,
  { events, k6Summaries: summaries }: Pick<SavedRun, 'events' | 'k6Summaries'>,
): LoadToMeasure {
  const { run, scenario, plan, engineStartMs, endOffsetMs, settledOffsetMs } = options;
  return {
    run,
    observedAs: run,
    startMs: engineStartMs,
    lastedMs: endOffsetMs,
    settledMs: settledOffsetMs,
    loads: plan.loads,
    // Of a run that was cut short, the figures of its last phase cover what there was of it.
    phases: plan.phases
      .filter(({ startMs }) => startMs < endOffsetMs)
      .map((phase) => ({ ...phase, endMs: Math.min(phase.endMs, endOffsetMs), cohort: phase.name })),
    faults: faultsOf(events),
    records: recordsIn(events),
    events,
    access: accessFigures(scenario, events),
    objectives: options.objectives.map((objective) => ({
      objective,
      window: windowOf(objective, options),
    })),
    whole: wholeOf(plan, endOffsetMs),
    endedEarly:
      options.outcome !== 'completed' ||
      events.some(({ type }) => type === 'run-aborted') ||
      hostLosses(events).some(({ needed }) => needed.length > 0),
    limitedGenerators: scenario.loads.flatMap((load) => (load.cpus === null ? [] : generatorNodes(load))),
    summaries,
    asWhole: endOffsetMs < SHORT_LOAD_MS,
  };
}

/** Null where the run ended before the objective's window did. */
function windowOf({ phase }: Objective, { plan, outcome, endOffsetMs }: EvaluateOptions): Stretch | null {
  const window = stretchOf(phase, plan);
  if (window === undefined) return null;
  // A run that came to its end before its time, as all users were served, has nothing more to come.
  const neededMs = outcome === 'completed' ? window.startMs : window.endMs;
  if (neededMs > endOffsetMs) return null;
  return { ...window, endMs: Math.min(window.endMs, endOffsetMs) };
}

/** What an objective is about in a run that goes as planned. */
export function stretchOf(phase: string | null, plan: Plan): Stretch | undefined {
  if (phase === null) return wholeOf(plan, plan.durationMs);
  const found = plan.phases.find(({ name }) => name === phase);
  return found && { startMs: found.startMs, endMs: found.endMs, cohort: phase };
}

/** Where the run ended within its warm-up, that is all there is. */
function wholeOf({ durationMs, phases }: Plan, endOffsetMs: number): Stretch {
  const endMs = Math.min(durationMs, endOffsetMs);
  return { startMs: Math.min(warmUpEndMs(phases), endMs), endMs };
}

async function collectRun(
  load: LoadToMeasure,
  { settledOffsetMs, scenario, plan }: EvaluateOptions,
  prometheus: PrometheusClient,
): Promise<SavedSamples> {
  const nodes = greatestDemands(scenario, plan).reduce((sum, { containers }) => sum + containers, 0);
  const stepSeconds = chooseStepSeconds(settledOffsetMs, 1, nodes);
  const asked = load.events.some(
    (event) =>
      event.type === 'node-enrolled' ||
      (event.type === 'action-started' && event.action.change.kind === 'update'),
  );
  const panels = [...allPanels, ...resourcePanels, ...(asked ? serviceWitnesses : [])];
  const during = await collectDuring(load, panels, prometheus, stepSeconds);
  // What nodes have counted in the end is only scraped after the end. Whole steps, so that the last one is not before it.
  const steps = Math.ceil(settledOffsetMs / 1000 / stepSeconds);
  const settled = { ...load, lastedMs: steps * stepSeconds * 1000 };
  const totals = await collectDuring(settled, totalsPanels, prometheus, stepSeconds);
  const [first] = load.faults;
  const usual = first && { startMs: load.whole.startMs, endMs: first.atMs };
  const hanging =
    usual === undefined
      ? {}
      : { [HANGING_SERIES]: [await readHanging(prometheus, { ...load, stepSeconds }, usual)] };
  return { ...during, panels: { ...during.panels, ...totals.panels, ...hanging } };
}

function withLate(
  figures: PhaseFigures,
  events: readonly RunEvent[],
  { plan, endOffsetMs }: EvaluateOptions,
): PhaseFigures {
  const phase = plan.phases.find(({ name }) => name === figures.phase);
  const late = phase === undefined ? [] : lateChangesOf(phase, events, endOffsetMs);
  return late.length === 0 ? figures : { ...figures, late };
}

function recordsIn(events: readonly RunEvent[]): CheckedRecords | null {
  return events.findLast((event) => event.type === 'records-checked') ?? null;
}

function delaysIn(events: readonly RunEvent[]): Pick<JudgeInput, 'delays'> {
  const delays = events.findLast((event) => event.type === 'delays-measured');
  return delays === undefined ? {} : { delays };
}

function abortionIn(events: readonly RunEvent[]): Pick<JudgeInput, 'aborted'> {
  const found = events.find((event) => event.type === 'run-aborted');
  return found === undefined
    ? {}
    : { aborted: { objective: found.objective, offsetMs: found.offsetMs ?? 0 } };
}
