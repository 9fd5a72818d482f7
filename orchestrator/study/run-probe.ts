// One probe of a capacity search: a stretch of load at one rate on a deployment that stands, measured and judged by the
// scenario's objectives.
import { findSaturations, type FoundSaturations } from '../capacity/find-saturation.ts';
import { resourcePanels, resourceSeriesOf } from '../capacity/resource-panels.ts';
import type { Probe, ProbeResult } from '../capacity/search.ts';
import { collectSamples } from '../metrics/collect-samples.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { measureDelivery, MOST_DROPPED } from '../objectives/delivery.ts';
import { measureObjective, measurePhases } from '../objectives/measure.ts';
import type { ObjectiveResult, PhaseFigures, Saturation } from '../objectives/verdict.ts';
import { measureWhole } from '../objectives/whole-load.ts';
import { curveOf } from '../plan/load-curve.ts';
import type { Deployment } from '../run/deployment.ts';
import type { Generators } from '../run/generators.ts';
import type { CapacityQuestion } from '../scenario/capacity-question.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { measureTransfer, type Transfer } from './measure-transfer.ts';
import { probeLoad } from './sized-scenario.ts';
import { watchForLoss } from './watch-probe.ts';

/** What a probe measured, kept in the study's folder. */
export interface ProbeFigures {
  readonly figures: PhaseFigures | null;
  readonly objectives: readonly ObjectiveResult[];
  /** The first resource to run out while it was measured. */
  readonly saturated: Saturation | null;
  /** Null where no operation ended while it was measured. Absent from studies of earlier versions. */
  readonly transfer?: Transfer | null;
}

export interface ProbeContext {
  readonly deployment: Deployment;
  readonly scenario: Scenario;
  readonly question: CapacityQuestion;
  /** The run that the deployment is labelled with. */
  readonly run: string;
  readonly signal: AbortSignal;
}

/** Remote writes come at most a second after the fact, and take a moment to be stored. */
const ARRIVE_MS = 2000;
/** Why a probe was invalid, where waiting may help. */
export const FILLED_BY_OTHERS = 'others than this study filled the host';
export const STOLEN = "a hypervisor took the host's CPU for others";

/** Runs a probe. A measurement that can't be believed is an outcome; what breaks is an error. */
export async function runProbe(probe: Probe, context: ProbeContext): Promise<ProbeResult & ProbeFigures> {
  const { deployment, scenario, question, run, signal } = context;
  const lastsMs = probe.settleMs + probe.measureMs;
  const load = probeLoad(scenario, question, probe.rate, lastsMs);
  // Generators of every probe are a run of their own to Prometheus, so that none is taken for another's that has fallen silent.
  const loadRun = `${run}-p${probe.number}`;
  await using generators = deployment.generators([load], loadRun);
  await generators.prepare(signal);
  const engineStartMs = Date.now() + deployment.clockOffsetMs;
  await generators.start();
  const { ended, lostAtMs } = await endOrLose(probe, generators, { ...context, loadRun, engineStartMs });
  signal.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, ARRIVE_MS));

  const window = { startMs: probe.settleMs, endMs: lostAtMs ?? lastsMs };
  const curve = curveOf(load, scenario.groups);
  const clock = { run: loadRun, startMs: engineStartMs, loads: [curve] };
  const { prometheus } = deployment;
  const objectives: ObjectiveResult[] = [];
  for (const objective of scenario.objectives) {
    objectives.push(await measureObjective({ ...objective, phase: null }, window, prometheus, clock));
  }
  const phase = { name: `${probe.rate}/s`, ...window };
  const [figures = null] = await measurePhases([phase], prometheus, clock);
  const saturations = await saturationsOf(prometheus, run, engineStartMs, window.endMs);
  const delivery = await measureDelivery(curve, window, prometheus, clock);
  // A generator that was stopped because the probe was lost ends with k6's code for that, 105.
  const failed = ended.find(
    ({ exitCode }) => exitCode !== 0 && exitCode !== 99 && (lostAtMs === null || exitCode !== 105),
  );
  const invalid = whyInvalid({
    objectives,
    generatorFailed: failed?.node,
    generatorSaturated: saturations.generators[0]?.node,
    hostByOthers: saturations.hostByOthers !== null,
    hostStolen: saturations.hostStolen !== null,
    hostWatched: saturations.hostWatched,
    droppedShare: delivery.asked > 0 ? delivery.dropped / delivery.asked : 0,
  });
  const missed = objectives.filter(({ status }) => status === 'missed');
  return {
    outcome: invalid !== undefined ? 'invalid' : missed.length > 0 ? 'missed' : 'held',
    loadMs: window.endMs,
    servedPerSecond: figures?.servedPerSecond ?? null,
    note:
      invalid ?? missed.map(({ objective, measured }) => `${objective.name}: ${format(measured)}`).join(', '),
    figures,
    objectives,
    saturated: saturations.first,
    transfer: await measureTransfer(window, prometheus, clock),
  };
}

/** Waits for the end of a probe, or ends it once it is clearly lost; `lostAtMs` is when, counted from its start. */
async function endOrLose(
  probe: Probe,
  generators: Generators,
  {
    deployment,
    scenario,
    loadRun,
    engineStartMs,
    signal,
  }: ProbeContext & { loadRun: string; engineStartMs: number },
): Promise<{ ended: { node: string; exitCode: number }[]; lostAtMs: number | null }> {
  const over = new AbortController();
  const ending = generators.end(probe.settleMs + probe.measureMs).finally(() => over.abort());
  // Awaited below; until then, and where telling them to end fails first, a lost engine must not count as unhandled.
  ending.catch(() => {});
  const { prometheus, clockOffsetMs } = deployment;
  const lost = await watchForLoss({
    probe,
    prometheus,
    run: loadRun,
    engineStartMs,
    clockOffsetMs,
    objectives: scenario.objectives,
    ended: AbortSignal.any([over.signal, signal]),
  });
  if (!lost) {
    if (signal.aborted) await generators.stop();
    return { ended: await ending, lostAtMs: null };
  }
  const lostAtMs = Math.round(Date.now() + clockOffsetMs - engineStartMs);
  await generators.stop();
  return { ended: await ending, lostAtMs };
}

/**
 * What ran out, from the first request on, settling included: what runs out does so as soon as the load is there. A probe that is lost
 * early is over before sliding rates show it, so it is looked at as a whole as well.
 */
async function saturationsOf(
  prometheus: PrometheusClient,
  run: string,
  startMs: number,
  lastedMs: number,
): Promise<FoundSaturations> {
  const range = { run, startMs, endMs: startMs + lastedMs };
  const samples = await collectSamples(prometheus, resourcePanels, range);
  const whole = await measureWhole(prometheus, { run, startMs, lastedMs });
  return findSaturations(resourceSeriesOf(samples), [], whole);
}

/** Why a probe says nothing about the system, or undefined. Pure. */
export function whyInvalid(facts: {
  readonly objectives: readonly ObjectiveResult[];
  readonly generatorFailed: string | undefined;
  readonly generatorSaturated: string | undefined;
  readonly hostByOthers: boolean;
  readonly hostStolen: boolean;
  readonly hostWatched: boolean;
  readonly droppedShare: number;
}): string | undefined {
  const {
    objectives,
    generatorFailed,
    generatorSaturated,
    hostByOthers,
    hostStolen,
    hostWatched,
    droppedShare,
  } = facts;
  if (generatorFailed !== undefined) return `generator ${generatorFailed} failed`;
  if (generatorSaturated !== undefined) return `generator ${generatorSaturated} was short of CPU`;
  if (!hostWatched) return "no sample of the host's CPU";
  if (hostStolen) return STOLEN;
  if (hostByOthers) return FILLED_BY_OTHERS;
  const unmeasured = objectives.find(({ status }) => status === 'no-samples');
  if (unmeasured !== undefined) return `${unmeasured.objective.name}: ${unmeasured.why ?? 'no samples'}`;
  // Iterations are dropped when all virtual users wait for answers. Where an objective is missed as well, the system is slow;
  // where all hold, there were too few users to offer the rate.
  const held = objectives.every(({ status }) => status === 'held');
  if (held && droppedShare > MOST_DROPPED)
    return 'too few virtual users to offer this rate: raise maxVirtualUsers';
  return undefined;
}

function format(measured: number | null): string {
  return measured === null ? 'no value' : String(Number(measured.toPrecision(3)));
}
