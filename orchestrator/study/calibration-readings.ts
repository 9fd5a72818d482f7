// Reads what a calibration measured out of Prometheus, in the way in which runs are read.
import type { NativeHistogram, PrometheusClient } from '../metrics/prometheus-client.ts';
import { addBuckets, percentileOf } from '../statistics/merged-histogram.ts';

/** One stage, or one part of it, as the generator saw it. Milliseconds. */
export interface StageReading {
  readonly stage: string;
  /** Null = all parts together. */
  readonly part: string | null;
  readonly requests: number;
  readonly failed: number;
  /** Mean latency from the planned moment of each request. */
  readonly meanMs: number;
  /** Of which passed before the request was sent. */
  readonly lateMs: number;
  readonly p95Ms: number | null;
}

/** Further back than any calibration began. */
const range = '15m';

/** Every stage, whole and in parts, from samples up to `atMs` on the engine's clock. */
export async function readStages(
  prometheus: PrometheusClient,
  run: string,
  atMs: number,
): Promise<StageReading[]> {
  const [durations, lates] = await Promise.all(
    ['k6_http_req_duration_seconds', 'k6_start_lateness_seconds'].map((metric) =>
      lastHistograms(prometheus, `${metric}{run="${run}"}`, atMs),
    ),
  );
  const keys = new Map<string, { stage: string; part: string | null }>();
  for (const { labels } of durations ?? []) {
    const { stage = '', part = '' } = labels;
    keys.set(stage, { stage, part: null });
    keys.set(`${stage} ${part}`, { stage, part });
  }
  return [...keys.values()].map((key) => {
    const of = (series: readonly LastHistogram[] | undefined) =>
      (series ?? []).filter(
        ({ labels }) => labels['stage'] === key.stage && (key.part === null || labels['part'] === key.part),
      );
    const requests = of(durations);
    const failed = requests.filter(({ labels }) => labels['expected_response'] === 'false');
    const lateMs = meanMsOf(of(lates));
    const merged = addBuckets(requests.map(({ histogram }) => histogram));
    const p95 = percentileOf(merged, 0.95);
    return {
      ...key,
      requests: countOf(requests),
      failed: countOf(failed),
      meanMs: meanMsOf(requests) + lateMs,
      lateMs,
      p95Ms: p95 === null ? null : p95 * 1000 + lateMs,
    };
  });
}

interface LastHistogram {
  readonly labels: Readonly<Record<string, string>>;
  readonly histogram: NativeHistogram;
}

async function lastHistograms(
  prometheus: PrometheusClient,
  selector: string,
  atMs: number,
): Promise<LastHistogram[]> {
  const series = await prometheus.querySamples(`${selector}[${range}]`, atMs / 1000);
  return series.flatMap(({ labels, histograms }) => {
    const last = histograms.at(-1);
    return last === undefined ? [] : [{ labels, histogram: last[1] }];
  });
}

/** The newest value of a counter over all its series; null where it has none. */
export async function readCounter(
  prometheus: PrometheusClient,
  selector: string,
  atMs: number,
): Promise<number | null> {
  const series = await prometheus.querySamples(`${selector}[${range}]`, atMs / 1000);
  const last = series.flatMap(({ points }) => points.at(-1)?.[1] ?? []);
  return last.length === 0 ? null : last.reduce((sum, value) => sum + value, 0);
}

function countOf(series: readonly LastHistogram[]): number {
  return series.reduce((sum, { histogram: { count } }) => sum + count, 0);
}

function meanMsOf(series: readonly LastHistogram[]): number {
  const sum = series.reduce((total, { histogram }) => total + histogram.sum, 0);
  return (sum / countOf(series)) * 1000;
}
