// What k6's counters and histograms stood at, at a moment between two pushes.
//
// k6 pushes once a second, and only the series that changed. Each pushed value is exact for the moment of its time
// stamp, which is the end of the newest request in it, or in the whole push (node-image/agent/gate/moment.ts). From that follow the three rules below:
// - a series that has no sample yet stood at zero (its first sample already counts what happened before it);
// - a series that is not pushed any more keeps its last value, however long ago that was (Prometheus itself would
//   forget it after five minutes, or at once where k6 wrote its stale marker);
// - what happened between two samples happened within the last push interval before the later one, so the value
//   in between follows by linear interpolation over that interval.
import type { Labels, PrometheusClient, RangeSeries } from '../../metrics/prometheus-client.ts';
import { addBuckets, type Bucket, gainedBuckets } from '../../statistics/merged-histogram.ts';

/** A stretch of the run, [startMs, endMs) in milliseconds after the start of the load. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** Which run is read, and where its offset 0 lies. */
export interface RunClock {
  readonly run: string;
  /** Offset 0 on the engine's clock, milliseconds since 1970. */
  readonly startMs: number;
}

/** A counter (no buckets) or a histogram (`count` of all its observations) at one moment or over a window. */
export interface Reading {
  readonly labels: Labels;
  readonly count: number;
  /** Of a histogram: all its observations added up, in its unit. 0 of a counter. */
  readonly sum: number;
  readonly buckets: readonly Bucket[];
}

/** Interval at which generators push: K6_PROMETHEUS_RW_PUSH_INTERVAL. */
const pushSeconds = 1;
/** How far around the moment samples are looked for one by one; beyond, the last value is enough. */
const reachSeconds = 5;
/** Between the zeros at which the gate lets a series begin, and from the last to its first push: a millisecond. */
const birthSeconds = 0.002;
/** Before offset 0 generators start up and wait for each other; their series may begin then. */
const startUpSeconds = 600;

interface TimedReading extends Omit<Reading, 'labels'> {
  readonly atSeconds: number;
}

/** A PromQL range that reaches back from `atSeconds` beyond the start of the run. */
export function wholeRunRange(atSeconds: number, clock: RunClock): string {
  return `${Math.max(1, Math.ceil(atSeconds - clock.startMs / 1000)) + startUpSeconds}s`;
}

/** Every series that the selector has ever matched in the run, as it stood `offsetMs` after the start of the load. */
export async function readAt(
  client: PrometheusClient,
  selector: string,
  offsetMs: number,
  clock: RunClock,
): Promise<readonly Reading[]> {
  const atSeconds = (clock.startMs + offsetMs) / 1000;
  const older = atSeconds - reachSeconds;
  const lastBefore = `last_over_time(${selector}[${wholeRunRange(older, clock)}])`;
  const [before, around] = await Promise.all([
    client.queryRange(lastBefore, older, older, 1),
    client.querySamples(`${selector}[${2 * reachSeconds}s]`, atSeconds + reachSeconds),
  ]);
  return [...bySeries([...before, ...around]).values()].map(({ labels, samples }) => ({
    labels,
    ...valueBetween(samples, atSeconds, clock.startMs / 1000),
  }));
}

/** What each series of the selector gained within the window. */
export async function increaseOver(
  client: PrometheusClient,
  selector: string,
  window: Window,
  clock: RunClock,
): Promise<readonly Reading[]> {
  const [start, end] = await Promise.all([
    readAt(client, selector, window.startMs, clock),
    readAt(client, selector, window.endMs, clock),
  ]);
  const atStart = new Map(start.map((reading) => [keyOf(reading.labels), reading]));
  return end.map((reading) => {
    const first = atStart.get(keyOf(reading.labels));
    return {
      labels: reading.labels,
      count: reading.count - (first?.count ?? 0),
      sum: reading.sum - (first?.sum ?? 0),
      buckets: gainedBuckets(first?.buckets ?? [], reading.buckets),
    };
  });
}

/**
 * The value at a moment, from a series' samples in order of time.
 * @param beginSeconds the start of the load: what a push after it brings did not happen before it.
 */
export function valueBetween(
  samples: readonly TimedReading[],
  atSeconds: number,
  beginSeconds: number,
): Omit<Reading, 'labels'> {
  const pushed = samples.filter((sample, index) => !isBirth(sample, samples[index + 1]));
  const before = pushed.findLast((sample) => sample.atSeconds <= atSeconds);
  const after = pushed.find((sample) => sample.atSeconds > atSeconds);
  if (after === undefined)
    return { count: before?.count ?? 0, sum: before?.sum ?? 0, buckets: before?.buckets ?? [] };
  const from = Math.max(before?.atSeconds ?? beginSeconds, beginSeconds, after.atSeconds - pushSeconds);
  const share = after.atSeconds > from ? Math.max(0, (atSeconds - from) / (after.atSeconds - from)) : 0;
  return {
    count: (before?.count ?? 0) * (1 - share) + after.count * share,
    sum: (before?.sum ?? 0) * (1 - share) + after.sum * share,
    buckets: addBuckets([
      { buckets: before?.buckets ?? [], weight: 1 - share },
      { buckets: after.buckets, weight: share },
    ]),
  };
}

/** The gate lets a series begin at zeros right before its first push, for the sake of `rate`. What the push brings happened in its whole interval. */
function isBirth(sample: TimedReading, next: TimedReading | undefined): boolean {
  return sample.count === 0 && next !== undefined && next.atSeconds - sample.atSeconds <= birthSeconds;
}

function bySeries(found: readonly RangeSeries[]): Map<string, { labels: Labels; samples: TimedReading[] }> {
  const series = new Map<string, { labels: Labels; samples: TimedReading[] }>();
  for (const { labels: withName, points, histograms } of found) {
    const { __name__: _, ...labels } = withName;
    const key = keyOf(labels);
    const entry = series.get(key) ?? { labels, samples: [] };
    series.set(key, entry);
    for (const [atSeconds, count] of points) entry.samples.push({ atSeconds, count, sum: 0, buckets: [] });
    for (const [atSeconds, { count, sum, buckets }] of histograms)
      entry.samples.push({ atSeconds, count, sum, buckets });
  }
  return series;
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
