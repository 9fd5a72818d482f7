// Whether generators kept time. One that stands still, or gets no CPU, starts late what was due and lets all of it loose at once: those
// users were not offered as was asked, and nothing that is measured of them tells of the wait before they began.
import { stoodStillMetric } from '../../../node-image/contract/agent-protocol.ts';
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import type { LoadCurve } from '../../plan/plan.ts';
import { type Delivery, MOST_DROPPED } from './delivery.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import { type RunClock, wholeRunRange } from '../readings/read-at.ts';
import { countOf, type Readings, type Stretch } from '../readings/readings.ts';

/** Iterations of an open load that started more than a second after they were due. */
export interface LateStarts {
  readonly load: string;
  readonly count: number;
  /** Of the latest. */
  readonly worstMs: number;
}

/** A generator pushed nothing for a while, and then went on. */
export interface Standstill {
  readonly node: string;
  /** Milliseconds after the start of the load, right to about a second. */
  readonly fromMs: number;
  readonly forMs: number;
}

export interface GeneratorLag {
  readonly lateStarts: readonly LateStarts[];
  readonly standstills: readonly Standstill[];
}

export const NO_LAG: GeneratorLag = { lateStarts: [], standstills: [] };

/** As generators have it: what is less late is not pushed. */
const LATE_MS = 1000;
/** What a generator did before the start of the load is over, and scraped, by then. */
const BEGINNING_MS = 3000;

/** @throws TopolabError `promql-failed` where Prometheus cannot be asked. */
export async function measureLag(
  deliveries: readonly Delivery[],
  stretch: Stretch,
  readings: Readings,
  observed: { readonly clock: RunClock; readonly lastedMs: number },
): Promise<GeneratorLag> {
  const open = deliveries.filter(({ model }) => model === 'open');
  const lateStarts = await Promise.all(open.map((each) => readLateStarts(each, stretch, readings)));
  return {
    lateStarts: lateStarts.filter((each) => each !== null),
    standstills: await readStandstills(readings.client, observed, stretch.startMs),
  };
}

/**
 * Null where there are none, or so many were dropped that this tells for itself. Generators number the iterations that they start: after a dropped one, also in a
 * warm-up, each seems later than it was, by no more than the time in which as many are due.
 */
async function readLateStarts(
  { load, asked, dropped }: Delivery,
  stretch: Stretch,
  readings: Readings,
): Promise<LateStarts | null> {
  if (dropped > MOST_DROPPED * asked) return null;
  const drops = (await readings.totals(K6Metric.dropped)).filter(({ labels }) => labels['group'] === load);
  const seemsMs = drops.length === 0 ? 0 : countOf(drops) * slowestIntervalMs(load, readings);
  const lags = await readings.gained(K6Metric.startLag, load, stretch);
  const late = lags
    .flatMap(({ buckets }) => buckets)
    .filter(({ lower, count }) => count > 0.5 && lower * 1000 >= LATE_MS + seemsMs);
  if (late.length === 0) return null;
  const count = Math.round(late.reduce((sum, bucket) => sum + bucket.count, 0));
  return { load, count, worstMs: Math.max(...late.map(({ upper }) => upper * 1000)) - seemsMs };
}

/** Between two iterations where the fewest are due; infinite where at some moment none are. */
function slowestIntervalMs(load: string, { context: { loads } }: Readings): number {
  const rates = loads.filter((each) => each.load === load).flatMap(ratesOf);
  return 1000 / Math.min(...rates);
}

function ratesOf({ start, stages }: LoadCurve): number[] {
  return [start, ...stages.map(({ target }) => target)];
}

async function readStandstills(
  client: PrometheusClient,
  { clock, lastedMs }: { readonly clock: RunClock; readonly lastedMs: number },
  countedFromMs: number,
): Promise<Standstill[]> {
  const endSeconds = (clock.startMs + lastedMs) / 1000;
  const selector = `${stoodStillMetric}{run="${clock.run}"}[${wholeRunRange(endSeconds, clock)}]`;
  const found = await client.querySamples(selector, endSeconds);
  return found
    .flatMap(({ labels, points }) =>
      findStandstills(
        labels['node'] ?? '',
        points.map(([seconds, total]) => [seconds * 1000 - clock.startMs, total * 1000] as const),
        countedFromMs,
      ),
    )
    .toSorted((a, b) => a.fromMs - b.fromMs);
}

/**
 * @param totals milliseconds after the start of the load, and those that the generator had stood still till then. A generator's counter begins anew with each probe.
 * @param countedFromMs the end of a warm-up. What was due while a generator stood still comes all at once, and takes about as long to be served: a standstill that
 * ended earlier than that before what counts leaves no trace there. Default 0.
 */
export function findStandstills(
  node: string,
  totals: readonly (readonly [number, number])[],
  countedFromMs = 0,
): readonly Standstill[] {
  return totals.flatMap(([atMs, total], index) => {
    const before = totals[index - 1]?.[1] ?? 0;
    const forMs = total < before ? total : total - before;
    if (atMs < BEGINNING_MS || forMs <= 0 || atMs + forMs < countedFromMs) return [];
    return [{ node, fromMs: Math.max(0, atMs - forMs), forMs }];
  });
}
