// Any metric of k6, its own or a script's, over a stretch of a load and all generators: what k6's thresholds ask of one generator's samples
// alone. Histograms are added up, counters too; a share is made of counts and never of shares.
import type { Objective } from '../scenario/objectives/objective.ts';
import { addBuckets, percentileOf } from '../statistics/merged-histogram.ts';
import { K6Metric } from './k6-metrics.ts';
import { measureChecks, measureRequests, passedShare, percentileMs } from './measure-figures.ts';
import type { Reading } from './read-at.ts';
import { countOf, k6Selector, type Readings, type Stretch, type Tags } from './readings.ts';

type Aggregate = Extract<Objective['measure'], { kind: 'metric' }>['aggregate'];

/** In k6's unit. `unsampled`: a counter that nothing has ever raised, which may be as meant or misspelt. */
export interface MetricFigure {
  readonly value: number;
  /** It is only known to be no less. */
  readonly atLeast?: boolean;
  readonly unsampled?: boolean;
}

/** What is asked, of whom and when. */
interface Asked {
  readonly metric: string;
  readonly aggregate: Aggregate;
  readonly load: string | null;
  readonly tags: Tags;
  readonly stretch: Stretch;
}

/** How k6's output names a trend, and how many of k6's units are in one of Prometheus'. */
const TRENDS = [
  { suffix: '_seconds', factor: 1000 },
  { suffix: '_bytes', factor: 1 },
  { suffix: '', factor: 1 },
] as const;
/** Gauges of a generator that add up over generators. Of others the newest value counts. */
const ADDED_GAUGES: readonly string[] = ['vus', 'vus_max'];

/** Null where there is no sample. */
export async function measureMetric(asked: Asked, readings: Readings): Promise<MetricFigure | null> {
  const { metric, aggregate, load, tags, stretch } = asked;
  if (metric === 'http_req_failed') {
    const requests = await measureRequests(load, stretch, readings, tags);
    return requests && { value: requests.counts.failed / requests.counts.started };
  }
  if (metric === 'http_req_duration' && typeof aggregate !== 'string')
    return percentileMs(await measureRequests(load, stretch, readings, tags), aggregate.percentile);
  if (metric === 'checks')
    return orNull(passedShare(await measureChecks(load, stretch, readings, tags), null));
  if (aggregate === 'value') return await gaugeOf(asked, readings);
  if (aggregate === 'count' || aggregate === 'rate') return await countedOf(asked, readings);
  return await trendOf(asked, readings);
}

/** Of a counter, or the share of a rate of the script's own. */
async function countedOf(
  { metric, aggregate, load, tags, stretch }: Asked,
  readings: Readings,
): Promise<MetricFigure | null> {
  const rates = await readings.gained(K6Metric.rates, load, stretch, { ...tags, rate: metric });
  const made = countOf(rates);
  if (aggregate === 'rate' && made > 0) {
    const yes = countOf(rates.filter(({ labels }) => labels['outcome'] === 'yes'));
    return { value: yes / made };
  }
  const name = `k6_${metric}_total`;
  const counted = await readings.gained(name, load, stretch, tags);
  const isCounter = aggregate === 'count' || (await readings.totals(name)).length > 0;
  if (counted.length === 0) return isCounter ? { value: 0, unsampled: true } : null;
  const count = countOf(counted);
  const seconds = (stretch.endMs - stretch.startMs) / 1000;
  return { value: aggregate === 'count' ? Math.round(count * 1e6) / 1e6 : count / seconds };
}

async function trendOf(asked: Asked, readings: Readings): Promise<MetricFigure | null> {
  const { metric, aggregate, load, tags, stretch } = asked;
  for (const { suffix, factor } of TRENDS) {
    const gained = await readings.gained(`k6_${metric}${suffix}`, load, stretch, tags);
    const value = aggregateOf(aggregate, gained);
    if (value !== null) return { value: value * factor };
  }
  return null;
}

/** Extremes are known within their bucket: its far side is told, on which a bound is rather missed than held. */
function aggregateOf(aggregate: Aggregate, readings: readonly Reading[]): number | null {
  const buckets = addBuckets(readings.map((each) => ({ buckets: each.buckets, weight: 1 })));
  const filled = buckets.filter(({ count }) => count > 1e-9);
  if (filled.length === 0) return null;
  if (typeof aggregate !== 'string') return percentileOf(buckets, aggregate.percentile / 100);
  if (aggregate === 'min') return filled[0]?.lower ?? null;
  if (aggregate === 'max') return filled.at(-1)?.upper ?? null;
  const sum = readings.reduce((all, each) => all + each.sum, 0);
  return sum / filled.reduce((all, { count }) => all + count, 0);
}

async function gaugeOf(
  { metric, load, tags, stretch }: Asked,
  { client, context }: Readings,
): Promise<MetricFigure | null> {
  const range = `${Math.max(1, Math.ceil((stretch.endMs - stretch.startMs) / 1000))}s`;
  const selector = `${k6Selector(`k6_${metric}`, context.run, load, tags)}[${range}]`;
  const series = await client.querySamples(selector, (context.startMs + stretch.endMs) / 1000);
  const lasts = series.flatMap(({ points }) => points.slice(-1));
  if (lasts.length === 0) return null;
  if (ADDED_GAUGES.includes(metric)) return { value: lasts.reduce((sum, [, value]) => sum + value, 0) };
  const [newest] = lasts.toSorted(([a], [b]) => b - a);
  return orNull(newest?.[1] ?? null);
}

function orNull(value: number | null): MetricFigure | null {
  return value === null ? null : { value };
}
