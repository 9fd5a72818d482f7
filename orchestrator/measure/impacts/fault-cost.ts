// What a fault cost its users beside the operations that it lost: those that it made slow, and how many users it touched. From k6's histograms
// and counters in Prometheus, and so exact but for the second in which k6 pushes them.
import { isUntagged, type Objective } from '../../scenario/objectives/objective.ts';
import { MOST_TOLD_USERS } from '../../scenario/text/run-bounds.ts';
import type { Phase } from '../../scenario/timeline/timeline.ts';
import { addBuckets, countAbove, percentileOf } from '../../statistics/merged-histogram.ts';
import { BEFORE_MS } from './fault-impact.ts';
import type { FaultCost, SlowOperations, TouchedUsers } from '../figures/figures.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import type { MeasuredFault } from './measure-impacts.ts';
import { increaseOver, type Reading, type Window } from '../readings/read-at.ts';
import { countOf, type Readings } from '../readings/readings.ts';

/** Each costs Prometheus a dozen queries. A run of more, such as a flapping link's, is told by the first of them. */
const MOST_FAULTS = 50;

/** @param asked the objectives and phases of the scenario. */
export async function measureFaultCosts(
  faults: readonly MeasuredFault[],
  asked: { readonly objectives: readonly Objective[]; readonly phases: readonly Phase[] },
  readings: Readings,
): Promise<FaultCost[]> {
  const costs: FaultCost[] = [];
  for (const fault of faults.slice(0, MOST_FAULTS)) {
    const stretch = stretchOf(fault);
    costs.push({
      id: fault.id,
      slow: await slowIn(stretch, boundAt(fault.atMs, asked, readings), readings),
      users: await touchedIn(stretch, readings),
    });
  }
  return costs;
}

/**
 * From its beginning until users were served as before, and at least to its end; to the next fault or the end of the load where either did not come
 * about before.
 */
export function stretchOf({ atMs, endedMs, untilMs, recoveredSinceBeginningMs }: MeasuredFault): Window {
  const recoveredMs = recoveredSinceBeginningMs === null ? untilMs : atMs + recoveredSinceBeginningMs;
  // One that disturbed nobody may have made them wait for as long as it lasted.
  const lastsMs = endedMs ?? (recoveredSinceBeginningMs === 0 ? untilMs : recoveredMs);
  return { startMs: atMs, endMs: Math.min(untilMs, Math.max(recoveredMs, lastsMs)) };
}

/** Milliseconds; undefined where no objective says how long an operation may take. */
export function boundAt(
  atMs: number,
  { objectives, phases }: { readonly objectives: readonly Objective[]; readonly phases: readonly Phase[] },
  { context: { loads } }: Pick<Readings, 'context'>,
): number | undefined {
  const phase = phases.find(({ startMs, endMs }) => atMs >= startMs && atMs < endMs)?.name;
  const bounds = objectives
    .filter(isUntagged)
    .flatMap(({ measure, bound, phase: of, load }) =>
      measure.kind === 'latency' && (of === null || of === phase) && (load === null || loads.length === 1)
        ? [{ percentile: measure.percentile, bound }]
        : [],
    );
  return bounds.toSorted((a, b) => b.percentile - a.percentile || a.bound - b.bound)[0]?.bound;
}

async function slowIn(
  stretch: Window,
  objectiveMs: number | undefined,
  readings: Readings,
): Promise<SlowOperations | null> {
  const usual = async () => {
    const before = { startMs: Math.max(0, stretch.startMs - BEFORE_MS), endMs: stretch.startMs };
    return percentileOf(await answeredIn(before, readings), 0.99);
  };
  const thanSeconds = objectiveMs === undefined ? await usual() : objectiveMs / 1000;
  if (thanSeconds === null) return null;
  const answered = await answeredIn(stretch, readings);
  // Where nobody was answered, nobody was answered in time either.
  if (answered.every(({ count }) => count <= 0)) return null;
  const count = countAbove(answered, thanSeconds);
  return {
    count: Math.round(count),
    thanMs: thanSeconds * 1000,
    bound: objectiveMs === undefined ? 'p99-before' : 'objective',
  };
}

async function answeredIn(stretch: Window, readings: Readings) {
  const answered = await gainedIn(K6Metric.requestDuration, stretch, readings, ',expected_response="true"');
  return addBuckets(answered);
}

async function touchedIn(stretch: Window, readings: Readings): Promise<TouchedUsers | null> {
  const isOpen = readings.context.loads.every(({ unit }) => unit === 'per-second');
  return isOpen ? await iterationsTouched(stretch, readings) : await usersTouched(stretch, readings);
}

async function iterationsTouched(stretch: Window, readings: Readings): Promise<TouchedUsers | null> {
  const over = await gainedIn(K6Metric.iterationsOver, told(stretch, readings), readings);
  const count = (...outcomes: readonly string[]) =>
    Math.round(countOf(over.filter(({ labels }) => outcomes.includes(labels['outcome'] ?? ''))));
  const touched = count('failed', 'disconnected', 'exception') + (await cutOffIn(stretch, readings));
  const all = touched + count('done');
  return all === 0 ? null : { touched, all, each: 'iteration' };
}

/** Whoever hangs until the load ends and is given up there has no outcome, and was touched by what goes on until then. */
async function cutOffIn({ endMs }: Window, readings: Readings): Promise<number> {
  const { endedEarly, lastedMs } = readings.context;
  if (endMs < lastedMs || endedEarly === true) return 0;
  const started = await readings.totals(K6Metric.iterationsStarted);
  const over = await readings.totals(K6Metric.iterationsOver);
  return started.length === 0 ? 0 : Math.max(0, Math.round(countOf(started) - countOf(over)));
}

async function usersTouched(stretch: Window, readings: Readings): Promise<TouchedUsers | null> {
  const loads = readings.context.loads.filter(({ unit }) => unit !== 'per-second').map(({ load }) => load);
  const isTheirs = ({ labels }: Reading) => loads.includes(labels['group'] ?? '');
  const failed = (await gainedIn(K6Metric.usersFailed, told(stretch, readings), readings)).filter(
    (reading) => isTheirs(reading) && reading.count > 0.5,
  );
  const touched = new Set(failed.map(({ labels }) => `${labels['group']} ${labels['user']}`)).size;
  const all = await usersIn(stretch, loads, readings);
  // Of too many users, generators do not tell them apart.
  if (all === 0 || all > MOST_TOLD_USERS) return null;
  return { touched: Math.min(touched, all), all, each: 'virtual-user' };
}

async function usersIn(
  { startMs, endMs }: Window,
  loads: readonly string[],
  { client, context }: Readings,
): Promise<number> {
  const seconds = Math.max(1, Math.ceil((endMs - startMs) / 1000));
  const users = `${K6Metric.virtualUsers}{run="${context.run}",group=~"${loads.join('|')}"}`;
  const atSeconds = (context.startMs + endMs) / 1000;
  const [found] = await client.queryInstant(`sum(max_over_time(${users}[${seconds}s]))`, atSeconds);
  return found?.value ?? 0;
}

/** Users who hang until the load ends are told of then. */
function told({ startMs, endMs }: Window, { context, finalMs }: Readings): Window {
  return { startMs, endMs: endMs < context.lastedMs ? endMs : finalMs };
}

async function gainedIn(
  metric: string,
  stretch: Window,
  { client, context }: Readings,
  more = '',
): Promise<readonly Reading[]> {
  return await increaseOver(client, `${metric}{run="${context.run}"${more}}`, stretch, context);
}
