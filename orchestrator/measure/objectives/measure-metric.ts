// Any metric of k6, its own or a script's, over a stretch of a load and all generators: what k6's thresholds ask of one generator's samples
// alone. Histograms are added up, counters too; a share is made of counts and never of shares.
import { isBuiltIn } from '../../scenario/objectives/k6-threshold.ts';
import type { Comparison } from '../../scenario/objectives/comparison.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import { addBuckets, percentileOf } from '../../statistics/merged-histogram.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import { measureChecks, measureRequests, passedShare, percentileMs } from '../figures/measure-figures.ts';
import { type Reading, wholeRunRange } from '../readings/read-at.ts';
import { countOf, k6Selector, type Readings, type Stretch, type Tags } from '../readings/readings.ts';

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
  /** With the bound: of an extreme only its bucket is known. */
  readonly comparison: Comparison;
  readonly load: string | null;
  readonly tags: Tags;
  readonly stretch: Stretch;
}

/** How k6's output names a trend, and how many of k6's units are in one of Prometheus'. */
const TRENDS = [
  // First, for a script may have a trend `wait` beside one that it calls `wait_bytes`.
  { suffix: '', factor: 1 },
  { suffix: '_seconds', factor: 1000 },
  { suffix: '_bytes', factor: 1 },
] as const;
/** Gauges of a generator that add up over generators. Of others the newest of each counts, and of these the one by which a bound is rather missed. */
const ADDED_GAUGES: readonly string[] = ['vus', 'vus_max'];

/** Null where there is no sample. */
export async function measureMetric(asked: Asked, readings: Readings): Promise<MetricFigure | null> {
  const { metric, aggregate, load, tags, stretch } = asked;
  if (metric === 'http_req_failed') {
    const requests = await measureRequests(load, stretch, readings, tags, 'http');
    return requests && { value: requests.counts.failed / requests.counts.started };
  }
  if (metric === 'http_req_duration' && typeof aggregate !== 'string')
    return percentileMs(await measureRequests(load, stretch, readings, tags, 'http'), aggregate.percentile);
  if (metric === 'checks')
    return orNull(passedShare(await measureChecks(load, stretch, readings, tags), null));
  if (aggregate === 'value') return await gaugeOf(asked, readings);
  if (aggregate === 'count' || aggregate === 'rate') return await countedOf(asked, readings);
  return await trendOf(asked, readings);
}

/** Of a counter, or the share of a rate of the script's own. */
async function countedOf(asked: Asked, readings: Readings): Promise<MetricFigure | null> {
  const { metric, aggregate, tags, stretch } = asked;
  const rates = await gained(K6Metric.rates, { ...asked, tags: { ...tags, topolab_rate: metric } }, readings);
  const made = countOf(rates);
  if (aggregate === 'rate' && made > 0) {
    const yes = countOf(rates.filter(({ labels }) => labels['topolab_outcome'] === 'yes'));
    return { value: yes / made };
  }
  const name = `k6_${metric}_total`;
  const counted = await gained(name, asked, readings);
  if (counted.length === 0) {
    const isCounter = (await readings.totals(name)).length > 0;
    const mayBe = isCounter || (aggregate === 'count' && !(await isAnotherKind(metric, readings)));
    return mayBe ? { value: 0, unsampled: true } : null;
  }
  const count = countOf(counted);
  const seconds = (stretch.endMs - stretch.startMs) / 1000;
  return { value: aggregate === 'count' ? Math.round(count * 1e6) / 1e6 : count / seconds };
}

/** Whether samples by this name are those of a rate, a trend or a gauge: that nothing has counted them says nothing then. */
async function isAnotherKind(metric: string, readings: Readings): Promise<boolean> {
  const rates = await readings.totals(K6Metric.rates);
  if (rates.some(({ labels }) => labels['topolab_rate'] === metric)) return true;
  const others = await Promise.all(TRENDS.map(({ suffix }) => readings.totals(`k6_${metric}${suffix}`)));
  return others.flat().length > 0;
}

/** What setup() and teardown() count in a metric of the script's own is meant to be judged as well. */
async function gained(name: string, asked: Asked, readings: Readings): Promise<readonly Reading[]> {
  const { metric, load, tags, stretch } = asked;
  return isBuiltIn(metric)
    ? await readings.gained(name, load, stretch, tags)
    : await readings.told(name, load, stretch, tags);
}

async function trendOf(asked: Asked, readings: Readings): Promise<MetricFigure | null> {
  for (const { suffix, factor } of TRENDS) {
    const value = aggregateOf(asked, await gained(`k6_${asked.metric}${suffix}`, asked, readings));
    if (value !== null) return { value: value * factor };
  }
  return null;
}

/** Extremes are known within their bucket: the side of it is told on which the bound is rather missed than held. */
function aggregateOf({ aggregate, comparison }: Asked, readings: readonly Reading[]): number | null {
  const buckets = addBuckets(readings);
  const filled = buckets.filter(({ count }) => count > 1e-9);
  if (filled.length === 0) return null;
  if (typeof aggregate !== 'string') return percentileOf(buckets, aggregate.percentile / 100);
  if (aggregate === 'min' || aggregate === 'max') {
    const extreme = aggregate === 'min' ? filled[0] : filled.at(-1);
    return (isCeiling(comparison) ? extreme?.upper : extreme?.lower) ?? null;
  }
  const sum = readings.reduce((all, each) => all + each.sum, 0);
  return sum / filled.reduce((all, { count }) => all + count, 0);
}

async function gaugeOf(
  { metric, comparison, load, tags, stretch }: Asked,
  { client, context, finalMs }: Readings,
): Promise<MetricFigure | null> {
  const isOfAll = stretch.cohort === undefined && !isBuiltIn(metric);
  const atSeconds = (context.startMs + (isOfAll ? finalMs : stretch.endMs)) / 1000;
  const seconds = Math.max(1, Math.ceil((stretch.endMs - stretch.startMs) / 1000));
  const range = isOfAll ? wholeRunRange(atSeconds, context) : `${seconds}s`;
  const selector = `${k6Selector(`k6_${metric}`, context.run, load, tags)}[${range}]`;
  const series = await client.querySamples(selector, atSeconds);
  const byGenerator = Map.groupBy(series, ({ labels }) => labels['node'] ?? '');
  const lasts = [...byGenerator.values()].flatMap((own) => {
    const points = own.flatMap(({ points: all }) => all.slice(-1)).toSorted(([a], [b]) => b - a);
    return points[0]?.[1] ?? [];
  });
  if (lasts.length === 0) return null;
  if (ADDED_GAUGES.includes(metric)) return { value: lasts.reduce((sum, value) => sum + value, 0) };
  return { value: isCeiling(comparison) ? Math.max(...lasts) : Math.min(...lasts) };
}

function isCeiling(comparison: Comparison): boolean {
  return comparison === 'below' || comparison === 'atMost';
}

function orNull(value: number | null): MetricFigure | null {
  return value === null ? null : { value };
}
