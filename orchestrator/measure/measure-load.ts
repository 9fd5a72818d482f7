// Measures a load once it has ended: a run's, or that of a probe. Settle → collect → saturations → figures, objectives, delivery.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Panel } from '../../dashboards/panels/panel.ts';
import { chooseStepSeconds, collectSamples } from '../metrics/collect-samples.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import type { LoadCurve } from '../plan/plan.ts';
import type { CheckedRecords } from '../record/checked-records.ts';
import type { RunEvent } from '../record/event.ts';
import { hostLosses, hostNames } from '../record/host-losses.ts';
import type { SavedSamples } from '../record/samples.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import { warmUpNames } from '../scenario/timeline/timeline.ts';
import type { AccessFigures } from './changes/access-figures.ts';
import { measureAccess } from './objectives/measure-access.ts';
import { findAskedNothing, findHeardNothing } from './objectives/asked-nothing.ts';
import { type Delivery, measureDeliveryIn } from './generators/delivery.ts';
import { measureFaultCosts } from './impacts/fault-cost.ts';
import type { FaultCost, Figures, LoadFigures, ObjectiveResult, PhaseFigures } from './figures/figures.ts';
import { findSaturations, type FoundSaturations } from './saturation/find-saturation.ts';
import { type GeneratorLag, measureLag, NO_LAG } from './generators/generator-lag.ts';
import { measureFigures } from './figures/measure-figures.ts';
import { measureObjective } from './objectives/measure-objective.ts';
import { measureImpacts } from './impacts/measure-impacts.ts';
import { measurePhases, type PhaseStretch } from './figures/measure-phases.ts';
import { measureRecords } from './objectives/measure-records.ts';
import { measureRecovery } from './objectives/measure-recovery.ts';
import { measureSwitches } from './changes/measure-switches.ts';
import { measureUpdates } from './changes/measure-updates.ts';
import { measureWithin, timedSwitch, timedUpdate } from './objectives/measure-within.ts';
import { operationsOf } from './impacts/operations.ts';
import { Readings, type Stretch } from './readings/readings.ts';
import { resourcePanels, resourceSeriesOf } from './saturation/resource-panels.ts';
import type { RunFault } from './impacts/run-faults.ts';
import { askSecondWitness, type SecondWitness } from './generators/second-witness.ts';
import { silentGenerators } from './generators/silent-generators.ts';
import { ALL_WATCHED, measureWatched, type Watched } from './saturation/watched.ts';
import { measureWhole } from './saturation/whole-load.ts';

/** A scrape and a remote write each come at most 1 s after the fact, and take a moment to be stored. */
const SETTLE_MS = 2500;

/** Waits until Prometheus has what happened up to now. Rejects when the signal aborts. */
export async function settle(signal?: AbortSignal): Promise<void> {
  await sleep(SETTLE_MS, undefined, { signal });
}

export interface LoadToMeasure {
  /** What its generators' samples carry as `run`. */
  readonly run: string;
  /** What samples of containers and host carry as `run`. A probe's generators are a run of their own. */
  readonly observedAs: string;
  /** Offset 0 on the engine's clock, milliseconds since 1970. */
  readonly startMs: number;
  /** How far the load went: its end, or the moment at which it was ended early. */
  readonly lastedMs: number;
  /** By when all that was pushed and scraped of it had come, which may be long after: answers within the grace, and teardown(). */
  readonly settledMs: number;
  readonly loads: readonly LoadCurve[];
  /** Stretches that figures are wanted of. */
  readonly phases: readonly PhaseStretch[];
  /** The faults of the run, in order of time: what the objective `recovered` is about. None of a probe. */
  readonly faults: readonly RunFault[];
  /** What became of the records that the run itself has written; null where none were, or they were not read back. */
  readonly records: CheckedRecords | null;
  /** What was recorded of the run: what the objectives `updated` and `switched` are about. Nothing of a probe. */
  readonly events: readonly RunEvent[];
  /** What canaries found; null of a probe, and where users have no rights. */
  readonly access: AccessFigures | null;
  /** Each with the stretch it is about; null where the load ended before that did. */
  readonly objectives: readonly { readonly objective: Objective; readonly window: Stretch | null }[];
  /** The stretch that is asked about as a whole: whether the load came, and what came of it. */
  readonly whole: Stretch;
  /** It was ended before its time: what it cut off then is nobody's failure. */
  readonly endedEarly: boolean;
  /** Generators that have a CPU limit, by node. */
  readonly limitedGenerators: readonly string[];
  /** Generator → the summary that it left at its end. */
  readonly summaries: Readonly<Record<string, unknown>>;
  /** Also looks at what was used over the load as a whole: where it was so short that rates over 5 s may miss what ran out. */
  readonly asWhole: boolean;
}

/** All that measuring a load comes to. */
export interface Measured {
  readonly objectives: readonly ObjectiveResult[];
  readonly phases: readonly PhaseFigures[];
  /** Over the whole stretch, all loads together; null where nothing was measured. */
  readonly whole: Figures | null;
  /** Likewise, each load. */
  readonly loads: readonly LoadFigures[];
  readonly saturations: FoundSaturations;
  readonly watched: Watched;
  readonly witness: SecondWitness;
  readonly deliveries: readonly Delivery[];
  /** What each fault cost beside the operations that it lost. */
  readonly faultCosts: readonly FaultCost[];
  readonly lag: GeneratorLag;
}

/**
 * Call it when the load has settled.
 * @param samples those of `resourcePanels` where they have been collected already.
 * @throws TopolabError `promql-failed` where Prometheus cannot be asked.
 */
export async function measureLoad(
  load: LoadToMeasure,
  prometheus: PrometheusClient,
  samples?: SavedSamples,
): Promise<Measured> {
  const { run, startMs, lastedMs, settledMs, loads, endedEarly, whole } = load;
  const uncounted = warmUpNames(load.phases);
  const readings = new Readings(prometheus, {
    run,
    startMs,
    lastedMs,
    settledMs,
    loads,
    endedEarly,
    uncounted,
  });
  const collected = samples ?? (await collectDuring(load, resourcePanels, prometheus));
  const saturations = await measureSaturations(load, prometheus, collected);
  const asksInPhases = load.objectives.some(
    ({ objective: { measure, phase } }) => measure.kind === 'delivered' && phase !== null,
  );
  const told = asksInPhases ? load.phases.filter(({ name }) => !uncounted.includes(name)) : [];
  const deliveries = await Promise.all(
    loads.map(async (curve) => {
      const delivery = await measureDeliveryIn(curve, whole, told, readings);
      const askedNothing = await findAskedNothing(curve.load, whole, load.objectives, readings);
      const heardNothing = await findHeardNothing(curve.load, whole, load.objectives, readings);
      return {
        ...delivery,
        ...(askedNothing !== undefined && { askedNothing }),
        ...(heardNothing && { heardNothing }),
      };
    }),
  );
  const observed = { clock: { run: load.observedAs, startMs }, lastedMs };
  const objectives: ObjectiveResult[] = [];
  for (const { objective, window } of load.objectives)
    objectives.push(await measureAny(objective, window, load, readings, collected));
  return {
    objectives,
    phases: await measurePhases(load.phases, readings, saturations.phases),
    whole: await measureFigures(null, whole, readings),
    loads: await Promise.all(
      loads.map(async (each) => ({
        load: each.load,
        ...(await measureFigures(each.load, whole, readings)),
      })),
    ),
    saturations,
    watched: await measureWatched(
      {
        ...load,
        countedFromMs: whole.startMs,
        hosts: hostNames(load.events),
        hostLosses: hostLosses(load.events),
      },
      prometheus,
      collected,
    ),
    witness: await askSecondWitness(load.summaries, readings),
    deliveries,
    faultCosts: await measureCosts(load, readings, collected),
    lag: await measureLag(deliveries, whole, readings, observed),
  };
}

/** Any objective, from where it is measured: records, events, what canaries found, saved samples, or exact windows. */
async function measureAny(
  objective: Objective,
  window: Stretch | null,
  load: LoadToMeasure,
  readings: Readings,
  samples: SavedSamples,
): Promise<ObjectiveResult> {
  const { records, events, access, lastedMs } = load;
  const { kind } = objective.measure;
  if (kind === 'recordsLost' || kind === 'rpo') return measureRecords(objective, records);
  if (window === null) {
    const none = unmeasured(objective, 'the run ended before the window of this objective did');
    return { ...none, unreached: true };
  }
  switch (kind) {
    case 'recovered':
      return await measureRecovered(objective, window, readings, { ...load, samples });
    case 'updated': {
      const updates = measureUpdates(events, samples, lastedMs).map(timedUpdate);
      return measureWithin(objective, window, updates, lastedMs);
    }
    case 'switched': {
      const switches = measureSwitches(events, samples, lastedMs).map(timedSwitch);
      return measureWithin(objective, window, switches, lastedMs);
    }
    case 'refused':
    case 'unauthorised':
      return measureAccess(objective, window, access, events);
    case 'latency':
    case 'errors':
    case 'delivered':
    case 'served':
    case 'checks':
    case 'metric':
    case 'promql':
      return await measureObjective(objective, window, readings);
  }
}

/** Where nothing could be measured: every objective is without samples. */
export function nothingMeasured(objectives: readonly Objective[]): Measured {
  const empty: SavedSamples = { stepSeconds: 1, panels: {} };
  return {
    objectives: objectives.map((objective) => unmeasured(objective, 'nothing was measured')),
    phases: [],
    whole: null,
    loads: [],
    saturations: findSaturations(resourceSeriesOf(empty), []),
    watched: ALL_WATCHED,
    witness: { disagreements: [], silent: [] },
    deliveries: [],
    faultCosts: [],
    lag: NO_LAG,
  };
}

/** What ran out, from the first request on: what runs out does so as soon as the load is there. */
export async function measureSaturations(
  load: Pick<LoadToMeasure, 'observedAs' | 'startMs' | 'lastedMs' | 'phases' | 'asWhole'>,
  prometheus: PrometheusClient,
  samples?: SavedSamples,
): Promise<FoundSaturations> {
  const { observedAs: run, startMs, lastedMs, phases, asWhole } = load;
  const collected = samples ?? (await collectDuring(load, resourcePanels, prometheus));
  const whole = asWhole ? await measureWhole(prometheus, { run, startMs, lastedMs }) : undefined;
  return findSaturations(resourceSeriesOf(collected), phases, whole);
}

/** Panels' series over the time of a load. `stepSeconds`: where other series have to share it. */
export async function collectDuring(
  { observedAs: run, startMs, lastedMs }: Pick<LoadToMeasure, 'observedAs' | 'startMs' | 'lastedMs'>,
  panels: readonly Panel[],
  prometheus: PrometheusClient,
  stepSeconds = chooseStepSeconds(lastedMs),
): Promise<SavedSamples> {
  return await collectSamples(prometheus, panels, {
    run,
    startMs,
    endMs: startMs + lastedMs,
    stepSeconds,
  });
}

/** Users of generators that have gone silent are not served either, and no fault is to blame for that. */
async function measureRecovered(
  objective: Objective,
  window: Stretch,
  readings: Readings,
  {
    faults,
    lastedMs,
    samples,
  }: Pick<LoadToMeasure, 'faults' | 'lastedMs'> & { readonly samples: SavedSamples },
): Promise<ObjectiveResult> {
  const silent = await silentGenerators(objective.load, readings);
  if (silent !== null) return unmeasured(objective, silent);
  const series = operationsOf({ samples });
  return measureRecovery(
    objective,
    window,
    series === undefined ? null : measureImpacts(series, faults, lastedMs),
  );
}

async function measureCosts(
  { faults, lastedMs, objectives, phases }: LoadToMeasure,
  readings: Readings,
  samples: SavedSamples,
): Promise<readonly FaultCost[]> {
  const series = operationsOf({ samples });
  if (series === undefined || faults.length === 0) return [];
  const asked = { objectives: objectives.map(({ objective }) => objective), phases };
  return await measureFaultCosts(measureImpacts(series, faults, lastedMs), asked, readings);
}

function unmeasured(objective: Objective, why: string): ObjectiveResult {
  return { objective, status: 'no-samples', measured: null, why };
}
