// What the generators themselves say in their summaries, held against what Prometheus has of them. The two come by different ways: a sample that
// was lost, or that somebody else wrote, shows here.
import { K6Metric } from '../readings/k6-metrics.ts';
import { type OwnMetric, ownMetricsIn, readK6Metric } from '../readings/k6-summary.ts';
import { addBuckets, type Bucket } from '../../statistics/merged-histogram.ts';
import type { Reading } from '../readings/read-at.ts';
import { countOf, type Readings } from '../readings/readings.ts';

export interface Disagreement {
  readonly node: string;
  readonly figure: string;
  readonly prometheus: number;
  readonly summary: number;
}

export interface SecondWitness {
  readonly disagreements: readonly Disagreement[];
  /** Generators that pushed samples and left no summary to hold them against. */
  readonly silent: readonly string[];
}

/** Counts may differ by this share, or by two: what is in flight as k6 flushes for the last time. */
const MOST_APART = 0.01;
const MOST_APART_COUNT = 2;

/** Name in the summary → metric in Prometheus. Counters that were never raised are in neither. */
const COUNTERS = {
  http_reqs: K6Metric.requests,
  iterations: K6Metric.iterationsEnded,
  dropped_iterations: K6Metric.dropped,
  topolab_requests_started: K6Metric.requestsStarted,
  topolab_requests_ended: K6Metric.requestsEnded,
  topolab_iterations_started: K6Metric.iterationsStarted,
  topolab_iterations_ended: K6Metric.iterationsOver,
  topolab_checks: K6Metric.checks,
} as const;

const PERCENTILES = { med: 0.5, 'p(95)': 0.95, 'p(99)': 0.99 } as const;

/** @param summaries generator → the data that k6 hands to handleSummary. */
export async function askSecondWitness(
  summaries: Readonly<Record<string, unknown>>,
  readings: Readings,
): Promise<SecondWitness> {
  const [requests, durations] = await Promise.all([
    readings.totals(K6Metric.requests),
    readings.totals(K6Metric.requestDuration),
  ]);
  const counters = await Promise.all(
    Object.entries(COUNTERS).map(async ([name, metric]) => [name, await readings.totals(metric)] as const),
  );
  const nodes = new Set([...requests, ...durations].map(({ labels }) => labels['node'] ?? ''));
  const disagreements: Disagreement[] = [];
  for (const [node, summary] of Object.entries(summaries)) {
    nodes.add(node);
    const of = <T extends { labels: Readonly<Record<string, string>> }>(all: readonly T[]) =>
      all.filter(({ labels }) => labels['node'] === node);
    for (const [name, totals] of counters) {
      const said = readK6Metric(summary, name, 'count');
      disagreements.push(...compareCounts(node, name, countOf(of(totals)), said ?? 0));
    }
    for (const own of ownMetricsIn(summary)) {
      const totals = of(await totalsOf(own, readings));
      const { name, count } = own;
      // Of one that is missing altogether nothing was in flight: what asks for it would hold for want of samples.
      if (totals.length === 0) disagreements.push({ node, figure: name, prometheus: 0, summary: count });
      else disagreements.push(...compareCounts(node, name, countOf(totals), count));
    }
    const failed = of(requests).filter(({ labels }) => labels['expected_response'] === 'false');
    const failedBySummary = readK6Metric(summary, 'http_req_failed', 'passes');
    if (failedBySummary !== null)
      disagreements.push(...compareCounts(node, 'http_req_failed', countOf(failed), failedBySummary));
    const buckets = addBuckets(of(durations));
    for (const [name, share] of Object.entries(PERCENTILES)) {
      const said = readK6Metric(summary, 'http_req_duration', name);
      const range = percentileRange(buckets, share);
      if (said === null || range === null || isWithin(said / 1000, range)) continue;
      const [lower, upper] = range;
      const prometheus = (said / 1000 < lower ? lower : upper) * 1000;
      disagreements.push({ node, figure: `${name} of http_req_duration`, prometheus, summary: said });
    }
  }
  const silent = [...nodes].filter((node) => !isSummary(summaries[node]));
  return { disagreements: disagreements.filter(({ node }) => !silent.includes(node)), silent };
}

/** Rates that a library from the network makes are none that we count: of these k6's own series tells whether they came. */
async function totalsOf(
  { name, kind, series, count }: OwnMetric,
  readings: Readings,
): Promise<readonly Reading[]> {
  const totals = await readings.totals(series);
  if (kind !== 'rate') return totals;
  const counted = totals.filter(({ labels }) => labels['topolab_rate'] === name);
  if (counted.length > 0) return counted;
  return (await readings.totals(`k6_${name}_rate`)).map((each) => ({ ...each, count }));
}

/**
 * Between which times a percentile lies by the histogram alone: the bounds of the buckets that hold it, with the leeway of an observation or two
 * and of 1 %. k6 takes the percentile between two neighbours, which may lie far apart where there are few.
 */
export function percentileRange(buckets: readonly Bucket[], share: number): [number, number] | null {
  const filled = buckets.filter(({ count }) => count > 1e-9);
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  if (total <= 0) return null;
  const leeway = 2 + MOST_APART * total;
  const bucketAt = (rank: number) => {
    let passed = 0;
    return filled.find(({ count }) => (passed += count) >= rank) ?? filled.at(-1);
  };
  const lower = bucketAt(Math.max(1e-9, share * total - leeway))?.lower ?? 0;
  const upper = bucketAt(Math.min(total, share * total + leeway))?.upper ?? Number.POSITIVE_INFINITY;
  return [lower, upper];
}

function isWithin(value: number, [lower, upper]: readonly [number, number]): boolean {
  return value >= lower * (1 - MOST_APART) && value <= upper * (1 + MOST_APART);
}

function compareCounts(node: string, figure: string, prometheus: number, summary: number): Disagreement[] {
  const apart = Math.abs(prometheus - summary);
  return apart <= Math.max(MOST_APART_COUNT, MOST_APART * Math.max(prometheus, summary))
    ? []
    : [{ node, figure, prometheus, summary }];
}

function isSummary(summary: unknown): boolean {
  return (
    readK6Metric(summary, 'iterations', 'count') !== null || readK6Metric(summary, 'vus_max', 'max') !== null
  );
}
