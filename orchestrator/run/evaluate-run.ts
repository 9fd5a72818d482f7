// After the load: samples, figures and verdict into the run's folder, then the report. Each is kept as soon as it is there, so a
// failure on the way costs only what comes after it.
import { raceSignal } from 'race-signal';
import { allPanels, totalsPanels } from '../../dashboards/panels/all-panels.ts';
import { findSaturations } from '../capacity/find-saturation.ts';
import { resourcePanels, resourceSeriesOf } from '../capacity/resource-panels.ts';
import { messageOf } from '../errors.ts';
import { chooseStepSeconds, collectSamples } from '../metrics/collect-samples.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { measureDelivery } from '../objectives/delivery.ts';
import { judge, type JudgeInput } from '../objectives/judge.ts';
import { measureObjective, measurePhases } from '../objectives/measure.ts';
import type { ObjectiveResult } from '../objectives/verdict.ts';
import { measureWhole } from '../objectives/whole-load.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunOutcome } from '../record/event.ts';
import type { RunFolder } from '../record/run-folder.ts';
import { readRun } from '../record/run-folder.ts';
import type { SavedSamples } from '../record/samples.ts';
import { writeReport } from '../report/write-report.ts';
import type { Objective, Scenario } from '../scenario/scenario.ts';

/** A load that is over before 3 s have passed of rates over 5 s that know nothing of before, and a scrape or two. */
const SHORT_LOAD_MS = 10_000;

export interface EvaluateOptions {
  readonly folder: RunFolder;
  readonly run: string;
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly outcome: RunOutcome;
  readonly error: unknown;
  /** Undefined where the run ended before anything could be measured. */
  readonly prometheus: PrometheusClient | undefined;
  /** Offset 0 on the engine's clock, milliseconds since 1970. */
  readonly engineStartMs: number;
  /** How far the load went: the end of the plan, or the moment of the interruption. */
  readonly endOffsetMs: number;
  /** By when the nodes' last figures had been scraped: after the end. */
  readonly settledOffsetMs: number;
  readonly generators: JudgeInput['generators'];
  readonly warn: (message: string) => void;
  /** Gives up measuring. */
  readonly hurry: AbortSignal;
}

/** Returns the exit code of the verdict. */
export async function evaluateRun(options: EvaluateOptions): Promise<number> {
  const { folder, outcome, error, warn, hurry } = options;
  let measured = nothingMeasured(options);
  let measuringError: string | undefined;
  try {
    measured = await raceSignal(measureRun(options), hurry);
  } catch (cause) {
    measuringError = messageOf(cause);
    warn(`measure the run: ${measuringError}`);
  }
  const verdict = judge({
    outcome,
    ...(outcome === 'broken' ? { error: messageOf(error) } : {}),
    ...(measuringError === undefined ? {} : { measuringError }),
    generators: options.generators,
    ...measured,
  });
  await folder.write('verdict.json', verdict);
  await writeReport(await readRun(folder.path));
  return verdict.exitCode;
}

type Measured = Pick<JudgeInput, 'objectives' | 'phases' | 'saturations' | 'deliveries'>;

async function measureRun(options: EvaluateOptions): Promise<Measured> {
  const { prometheus, run, scenario, plan, engineStartMs, endOffsetMs, settledOffsetMs, folder } = options;
  if (prometheus === undefined) return nothingMeasured(options);
  const stepSeconds = chooseStepSeconds(settledOffsetMs);
  const range = { run, startMs: engineStartMs, endMs: engineStartMs + endOffsetMs, stepSeconds };
  const during = await collectSamples(prometheus, [...allPanels, ...resourcePanels], range);
  // What nodes have counted in the end is only scraped after the end. Whole steps, so that the last one is not before it.
  const steps = Math.ceil(settledOffsetMs / 1000 / stepSeconds);
  const totals = await collectSamples(prometheus, totalsPanels, {
    ...range,
    endMs: engineStartMs + steps * stepSeconds * 1000,
  });
  const samples: SavedSamples = { ...during, panels: { ...during.panels, ...totals.panels } };
  await folder.write('metrics.json', samples);
  const context = { run, startMs: engineStartMs, loads: plan.loads };
  // Of a run that was cut short, the figures of its last phase cover what there was of it.
  const reached = plan.phases
    .filter(({ startMs }) => startMs < endOffsetMs)
    .map((phase) => ({ ...phase, endMs: Math.min(phase.endMs, endOffsetMs) }));
  const short = endOffsetMs < SHORT_LOAD_MS;
  const whole = short
    ? await measureWhole(prometheus, { run, startMs: engineStartMs, lastedMs: endOffsetMs })
    : undefined;
  const saturations = findSaturations(resourceSeriesOf(samples), plan.phases, whole);
  const wholeRun = { startMs: 0, endMs: plan.durationMs };
  const objectives: ObjectiveResult[] = [];
  for (const objective of scenario.objectives) {
    const window =
      objective.phase === null ? wholeRun : plan.phases.find(({ name }) => name === objective.phase);
    // A run that came to its end before its time, as all users were served, has nothing more to come.
    const reachedMs = options.outcome === 'completed' ? window?.startMs : window?.endMs;
    const cutShort = window === undefined || reachedMs === undefined || reachedMs > endOffsetMs;
    objectives.push(
      cutShort
        ? unmeasured(objective, 'the run ended before the window of this objective did')
        : await measureObjective(
            objective,
            { startMs: window.startMs, endMs: Math.min(window.endMs, endOffsetMs) },
            prometheus,
            context,
          ),
    );
  }
  const deliveries = await Promise.all(
    plan.loads.map((load) =>
      measureDelivery(
        load,
        { startMs: 0, endMs: Math.min(plan.durationMs, endOffsetMs) },
        prometheus,
        context,
      ),
    ),
  );
  return {
    objectives,
    phases: await measurePhases(reached, prometheus, context, saturations.phases),
    saturations,
    deliveries,
  };
}

function nothingMeasured({ scenario }: EvaluateOptions): Measured {
  const empty: SavedSamples = { stepSeconds: 1, panels: {} };
  return {
    objectives: scenario.objectives.map((objective) => unmeasured(objective, 'nothing was measured')),
    phases: [],
    saturations: findSaturations(resourceSeriesOf(empty), []),
    deliveries: [],
  };
}

function unmeasured(objective: Objective, why: string): ObjectiveResult {
  return { objective, status: 'no-samples', measured: null, why };
}
