// The figures of a stretch of load, over the requests and iterations that were started in it: what was offered, what was served, what
// failed, and how long users waited. What never ended counts: as an error, and with the time that it had waited.
import { offeredBetween } from '../../plan/load-curve.ts';
import type { LoadCurve } from '../../plan/plan.ts';
import { askedOf } from '../generators/delivery.ts';
import { censoredPercentile, type CensoredPercentile, type Waits } from './censored-percentile.ts';
import {
  type CheckCounts,
  failedIterations,
  type Figures,
  LONG_WAIT_MS,
  type IterationCounts,
  type PercentileName,
  type RequestCounts,
} from './figures.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import { addBuckets } from '../../statistics/merged-histogram.ts';
import type { Reading, Window } from '../readings/read-at.ts';
import { countOf, type Readings, type Stretch, type Tags } from '../readings/readings.ts';

export interface MeasuredRequests {
  readonly counts: RequestCounts;
  readonly waits: Waits;
  /** Until they had a connection, which is no part of `waits`. */
  readonly connections: Waits;
}

export interface Latency extends CensoredPercentile {
  /** It is the wait for a connection. */
  readonly connecting?: true;
}

/** @param load null = all loads together. */
export async function measureFigures(
  load: string | null,
  stretch: Stretch,
  readings: Readings,
): Promise<Figures> {
  const [requests, iterations, checks, waited] = await Promise.all([
    measureRequests(load, stretch, readings),
    measureIterations(load, stretch, readings),
    measureChecks(load, stretch, readings),
    waitedShare(load, stretch, readings),
  ]);
  const percentiles = NAMES.map((name) => [name, latencyMs(requests, Number(name.slice(1)))] as const);
  const valueOf = (name: PercentileName) => percentiles.find(([each]) => each === name)?.[1]?.value ?? null;
  const hung = await hungShare(load, requests, stretch, readings);
  return {
    offeredPerSecond: offeredPerSecond(load, stretch, readings),
    servedPerSecond: requests && servedPerSecond(requests, stretch),
    errorShare: errorShareOf(requests?.counts, iterations, hung),
    p50Ms: valueOf('p50'),
    p95Ms: valueOf('p95'),
    p99Ms: valueOf('p99'),
    atLeast: percentiles.flatMap(([name, found]) => (found?.atLeast === true ? [name] : [])),
    servedShare: servedShareOf(iterations),
    hungShare: hung,
    waitedShare: waited,
    ...(requests === null ? {} : { requests: requests.counts }),
    iterations,
    checks,
  };
}

const NAMES: readonly PercentileName[] = ['p50', 'p95', 'p99'];

/** Of a request that k6 gives up: it follows ten redirects, and the one after them is the answer. */
const ANSWERS_SENT_ON = 11;

/** Statuses of gRPC: OK; cancelled, deadline exceeded, unavailable. */
const CALL_OK = '0';
const CALL_CANCELLED = '1';
const CALLS_WITHOUT_ANSWER: readonly string[] = [CALL_CANCELLED, '4', '14'];

/**
 * Of HTTP and gRPC. Null where no request was started. One histogram answers nearly everything: it has a count, and labels that say what came of it.
 * @param tags those that are asked for. Of a request that was cut off nobody knows its tags: it counts as one of them.
 * @param of `http`: without calls of gRPC, as k6's metrics of HTTP. Default: both.
 */
export async function measureRequests(
  load: string | null,
  stretch: Stretch,
  readings: Readings,
  tags: Tags = {},
  of: 'http' | 'all' = 'all',
): Promise<MeasuredRequests | null> {
  const gained = (metric: string, tagged: Tags = {}) => readings.gained(metric, load, stretch, tagged);
  const [requests, blocked, calls, begun, over, sentOn, open, closed, waited] = await Promise.all([
    gained(K6Metric.requestDuration, tags),
    gained(K6Metric.requestBlocked, tags),
    of === 'http' ? [] : gained(K6Metric.callDuration, tags),
    gained(K6Metric.requestsStarted),
    gained(K6Metric.requestsEnded),
    gained(K6Metric.requestsSentOn, tags),
    of === 'http' ? [] : gained(K6Metric.requestsLeftOpen, tags),
    of === 'http' ? [] : gained(K6Metric.requestsClosed, tags),
    gained(K6Metric.unanswered, tags),
  ]);
  const ended = [...requests, ...calls];
  const without = [
    ...requests.filter(hasNoStatus),
    ...calls.filter(({ labels }) => CALLS_WITHOUT_ANSWER.includes(labels['status'] ?? '')),
  ];
  const cutOff = readings.context.endedEarly === true ? 0 : whole(countOf(begun) - countOf(over));
  const closedHere = Math.min(countOf(closed), countOf(without.filter(isCancelled)));
  const lost = Math.max(0, countOf(without) - closedHere);
  // Of a request that it can't make, as by a URL that is none, k6 itself counts nothing.
  const unmade = whole(countOf(waited) - lost);
  const started = countOf(ended) + countOf(open) + unmade + cutOff;
  if (started <= 0) return null;
  // Where the script has k6 judge no answers, those that never came are failures all the same.
  const expected = requests.filter(
    (each) => !hasNoStatus(each) && each.labels['expected_response'] !== 'false',
  );
  const ledNowhere = Math.min(ANSWERS_SENT_ON * countOf(sentOn), countOf(expected.filter(isRedirect)));
  const served =
    countOf(expected) -
    ledNowhere +
    countOf(open) +
    closedHere +
    countOf(calls.filter(({ labels }) => labels['status'] === CALL_OK));
  const unanswered = addBuckets(countOf(waited) > 0 ? waited : lost < 0.5 ? [] : without);
  // Clients of gRPC connect beforehand.
  const connected = { buckets: [{ lower: 0, upper: 0, count: countOf(calls) }] };
  return {
    counts: {
      started,
      failed: Math.max(0, started - served),
      unanswered: lost + unmade + cutOff,
      cutOff,
      ...statusesOf(
        requests.filter((each) => !hasNoStatus(each) && each.labels['expected_response'] === 'false'),
        calls.filter((each) => !without.includes(each) && each.labels['status'] !== CALL_OK),
      ),
      ...acceptedOf(expected.filter(hasErrorStatus)),
    },
    waits: {
      answers: addBuckets(ended.filter((each) => !without.includes(each))),
      unanswered,
      cutOff,
    },
    connections: {
      answers: addBuckets([...blocked.filter((each) => !hasNoStatus(each)), connected]),
      unanswered,
      cutOff,
    },
  };
}

function statusesOf(
  requests: readonly Reading[],
  calls: readonly Reading[],
): Pick<RequestCounts, 'statuses'> {
  const all = [...byStatus(requests), ...byStatus(calls, 'gRPC ')];
  return all.length === 0 ? {} : { statuses: Object.fromEntries(all) };
}

function acceptedOf(requests: readonly Reading[]): Pick<RequestCounts, 'accepted'> {
  const all = byStatus(requests);
  return all.length === 0 ? {} : { accepted: Object.fromEntries(all) };
}

function byStatus(readings: readonly Reading[], prefix = ''): (readonly [string, number])[] {
  const each = Map.groupBy(readings, ({ labels }) => `${prefix}${labels['status']}`);
  return [...each]
    .map(([status, those]) => [status, countOf(those)] as const)
    .filter(([, count]) => whole(count) > 0);
}

function hasErrorStatus({ labels }: Reading): boolean {
  return Number(labels['status']) >= 400;
}

function isCancelled({ labels }: Reading): boolean {
  return labels['status'] === CALL_CANCELLED;
}

function isRedirect({ labels }: Reading): boolean {
  return /^30[12378]$/.test(labels['status'] ?? '');
}

/** Readings between two pushes are off by a hair's breadth. */
function whole(count: number): number {
  return count < 0.5 ? 0 : count;
}

function hasNoStatus({ labels }: Reading): boolean {
  return labels['status'] === '0';
}

/**
 * How long users waited at the least: k6 times a request from when it has a connection, and a server that accepts none for seconds would seem quick. The
 * percentiles of both waits are known, and that of their sum is no less than either.
 */
export function latencyMs(requests: MeasuredRequests | null, percentile: number): Latency | null {
  const answered = percentileMs(requests, percentile);
  const connected = requests && percentileMs({ ...requests, waits: requests.connections }, percentile);
  if (answered === null || connected === null || connected.value <= answered.value) return answered;
  return { value: connected.value, atLeast: connected.atLeast || answered.atLeast, connecting: true };
}

/** Of the time from when a request has a connection. Null where no answer came. Milliseconds. */
export function percentileMs(
  requests: MeasuredRequests | null,
  percentile: number,
): CensoredPercentile | null {
  const found = requests && censoredPercentile(requests.waits, percentile / 100);
  return found && { ...found, value: found.value * 1000 };
}

export function servedPerSecond({ counts }: MeasuredRequests, window: Window): number {
  return (counts.started - counts.failed) / secondsOf(window);
}

/** Null where the generators did not tell of iterations. */
export async function measureIterations(
  load: string | null,
  stretch: Stretch,
  readings: Readings,
): Promise<IterationCounts | null> {
  const started = await readings.count(K6Metric.iterationsStarted, load, stretch);
  if (started === null) return null;
  const over = await readings.gained(K6Metric.iterationsOver, load, stretch);
  const ended = (outcome: string) => countOf(over.filter(({ labels }) => labels['outcome'] === outcome));
  const cutOff = readings.context.endedEarly === true ? 0 : Math.max(0, started - countOf(over));
  return {
    offered: await offeredIterations(load, started, stretch, readings),
    started,
    done: ended('done'),
    exceptions: ended('exception'),
    disconnected: ended('disconnected'),
    cutOff,
    unfinished: ended('unfinished'),
  };
}

export async function measureChecks(
  load: string | null,
  stretch: Stretch,
  readings: Readings,
  tags: Tags = {},
): Promise<readonly CheckCounts[]> {
  const told = await readings.told(K6Metric.checks, load, stretch, tags);
  const byName = Map.groupBy(told, ({ labels }) => labels['check'] ?? '');
  return [...byName].map(([check, series]) => {
    const fails = countOf(series.filter(({ labels }) => labels['outcome'] === 'fail'));
    return { check, passes: countOf(series) - fails, fails };
  });
}

/** Of the checks that were made, the share that passed; null where none was. `check`: null = all of them together. */
export function passedShare(checks: readonly CheckCounts[], check: string | null): number | null {
  const asked = checks.filter((each) => check === null || each.check === check);
  const passes = asked.reduce((sum, each) => sum + each.passes, 0);
  const made = passes + asked.reduce((sum, each) => sum + each.fails, 0);
  return made > 0 ? passes / made : null;
}

/**
 * Of the time that the users of closed loads had, the share that they spent on requests which were never answered; null where there is no such load. Such
 * a user asks nothing else meanwhile, so that of all requests his one is next to nothing, however long he waits.
 */
export async function hungShare(
  load: string | null,
  requests: MeasuredRequests | null,
  stretch: Stretch,
  readings: Readings,
): Promise<number | null> {
  const loads = loadsOf(load, readings).filter(({ unit }) => unit === 'virtual-users');
  if (loads.length === 0) return null;
  const userSeconds = userSecondsOf(loads, stretch);
  const hung = loads.map(async (each) => await hungSecondsOf(each.load, stretch, readings));
  const hungSeconds = (await Promise.all(hung)).reduce((sum, each) => sum + each, 0);
  // Nobody asked anything: either all hung all the time, or there was nobody.
  if (requests === null && hungSeconds <= 0) return null;
  return userSeconds > 0 ? Math.min(1, hungSeconds / userSeconds) : null;
}

/** Of those whose wait was never over k6 ended the iteration by force. */
async function hungSecondsOf(load: string, stretch: Stretch, readings: Readings): Promise<number> {
  const seconds = async (metric: string) => (await readings.count(metric, load, stretch)) ?? 0;
  const [hung, booked, over] = await Promise.all([
    seconds(K6Metric.hung),
    seconds(K6Metric.waitsBooked),
    seconds(K6Metric.waitsOver),
  ]);
  const cutOff = readings.context.endedEarly === true ? 0 : booked - over;
  // Sums of fractions, in another order.
  return hung + (cutOff < 0.001 ? 0 : cutOff);
}

/**
 * Of the time that the users of closed loads had, the share in which they waited for answers that came, but began late. Such a user asks nothing else meanwhile, so that
 * no percentile of all requests shows how many they were. null where there is no such load; users who are each served once wait as long as it takes.
 */
async function waitedShare(
  load: string | null,
  stretch: Stretch,
  readings: Readings,
): Promise<number | null> {
  const loads = loadsOf(load, readings).filter(
    ({ unit, mayEndEarly }) => unit === 'virtual-users' && mayEndEarly !== true,
  );
  const userSeconds = userSecondsOf(loads, stretch);
  if (userSeconds <= 0) return null;
  const waits = loads.map((each) => readings.gained(K6Metric.requestWaiting, each.load, stretch));
  const waited = (await Promise.all(waits))
    .flat()
    .filter((each) => !hasNoStatus(each))
    .flatMap(({ buckets }) => buckets)
    .reduce((sum, { lower, count }) => sum + (lower * 1000 >= LONG_WAIT_MS ? lower * count : 0), 0);
  return Math.min(1, waited / userSeconds);
}

function userSecondsOf(loads: readonly LoadCurve[], { startMs, endMs }: Window): number {
  return loads.reduce((sum, each) => sum + offeredBetween(each, startMs, endMs), 0);
}

/**
 * The largest of the shares of failed requests, of failed iterations and, in closed loads, of the users' time without an answer; null where there
 * was none of them.
 */
export function errorShareOf(
  requests: RequestCounts | undefined,
  iterations: IterationCounts | null | undefined,
  hung: number | null = null,
): number | null {
  const shares = [
    ...(hung === null ? [] : [hung]),
    ...(requests === undefined || requests.started <= 0 ? [] : [requests.failed / requests.started]),
    ...(iterations == null || iterations.started <= 0
      ? []
      : [failedIterations(iterations) / iterations.started]),
  ];
  return shares.length === 0 ? null : Math.max(0, ...shares);
}

export function servedShareOf(iterations: IterationCounts | null): number | null {
  if (iterations === null) return null;
  const due = iterations.offered - iterations.unfinished;
  return due <= 0 ? null : Math.min(1, iterations.done / due);
}

/** The plan knows what open loads are to offer; of others it is what k6 tried to start. */
async function offeredIterations(
  load: string | null,
  started: number,
  stretch: Stretch,
  readings: Readings,
): Promise<number> {
  const loads = loadsOf(load, readings);
  const dropped = (await readings.count(K6Metric.dropped, load, stretch)) ?? 0;
  if (loads.length === 0 || loads.some(({ unit }) => unit !== 'per-second')) return started + dropped;
  return askedOf(loads, stretch, { started, dropped });
}

function offeredPerSecond(load: string | null, window: Window, readings: Readings): number | null {
  const loads = loadsOf(load, readings);
  if (loads.length === 0 || loads.some(({ unit }) => unit !== 'per-second')) return null;
  const offered = loads.reduce((sum, each) => sum + offeredBetween(each, window.startMs, window.endMs), 0);
  return offered / secondsOf(window);
}

function loadsOf(load: string | null, { context }: Readings) {
  return context.loads.filter((each) => load === null || each.load === load);
}

function secondsOf(window: Window): number {
  return (window.endMs - window.startMs) / 1000;
}
