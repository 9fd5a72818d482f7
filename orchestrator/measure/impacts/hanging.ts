// Operations that hang, at each moment of a load: known only afterwards, when they have ended or were given up, by how long they had taken by then.
// Whoever hangs is in no figure of what was served or failed meanwhile, and so few may hang that the rate of the others tells nothing.
import type { NativeHistogram, PrometheusClient } from '../../metrics/prometheus-client.ts';
import type { Series } from '../../record/samples.ts';
import { type Bucket, gainedBuckets } from '../../statistics/merged-histogram.ts';
import { STEADY_MS } from './fault-impact.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import type { Window } from '../readings/read-at.ts';
import { finalMsOf, k6Selector } from '../readings/readings.ts';

/** In samples of a run, beside the panels' own. */
export const HANGING_SERIES = 'operations-hanging';

/** What histograms stood at: milliseconds after the start of the load, and the counts of each bucket, in seconds, since then. Ascending. */
export type Standing = readonly (readonly [number, readonly Bucket[]])[];

/** An answer that takes more than so often the longest one before anything was hurt is no longer just a slow one. Our choice. */
const LONGER_THAN_USUAL = 2;

/**
 * @param usual the time from which is told what is usual: from the end of the warm-up, in which all is slow, to the first fault.
 * @throws TopolabError `promql-failed` where Prometheus cannot be asked.
 */
export async function readHanging(
  client: PrometheusClient,
  load: {
    readonly run: string;
    readonly startMs: number;
    readonly lastedMs: number;
    /** As in `MeasureContext`. */
    readonly settledMs?: number;
    readonly stepSeconds: number;
  },
  usual: Window,
): Promise<Series> {
  const { run, startMs, lastedMs, stepSeconds } = load;
  const standingOf = async (metric: string): Promise<Standing> => {
    const sum = `sum(last_over_time(${k6Selector(metric, run, null)}[1d]))`;
    const endSeconds = (startMs + finalMsOf(load)) / 1000;
    const [found] = await client.queryRange(sum, startMs / 1000, endSeconds, stepSeconds);
    return (found?.histograms ?? []).map(([at, { buckets }]: readonly [number, NativeHistogram]) => [
      Math.round(at * 1000 - startMs),
      buckets,
    ]);
  };
  const answered = await standingOf(K6Metric.requestDuration);
  const unanswered = await standingOf(K6Metric.unanswered);
  const moments = Array.from(
    { length: Math.floor(lastedMs / 1000 / stepSeconds) + 1 },
    (_, step) => step * stepSeconds * 1000,
  );
  return { labels: {}, legend: 'hanging', points: hangingAt(moments, { answered, unanswered }, usual) };
}

/**
 * How many hang at each moment: those that were never answered after a wait of 3 s or longer, and those whose answer took as long and more than twice as
 * long as any in the usual time. A wait is taken to be as long as its bucket allows, up to 9 % too long.
 */
export function hangingAt(
  moments: readonly number[],
  { answered, unanswered }: { readonly answered: Standing; readonly unanswered: Standing },
  usual: Window,
): (readonly [number, number])[] {
  const usualMs = LONGER_THAN_USUAL * longestIn(answered, usual);
  const waits = [...waitsOf(answered, Math.max(STEADY_MS, usualMs)), ...waitsOf(unanswered, STEADY_MS)];
  return moments.map((ms) => [
    ms,
    Math.round(
      waits.reduce((sum, { fromMs, untilMs, count }) => sum + (ms >= fromMs && ms < untilMs ? count : 0), 0),
    ),
  ]);
}

interface Wait {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly count: number;
}

function waitsOf(standing: Standing, leastMs: number): Wait[] {
  return standing.flatMap(([untilMs, buckets], index) =>
    gainedBuckets(standing[index - 1]?.[1] ?? [], buckets)
      .filter(({ lower, count }) => lower * 1000 >= leastMs && count > 0)
      .map(({ upper, count }) => ({ fromMs: untilMs - upper * 1000, untilMs, count })),
  );
}

/** Milliseconds, the upper bound of its bucket; 0 where nothing was answered. */
function longestIn(answered: Standing, { startMs, endMs }: Window): number {
  const at = (moment: number) => answered.findLast(([ms]) => ms <= moment)?.[1] ?? [];
  const buckets = startMs > 0 && startMs < endMs ? gainedBuckets(at(startMs), at(endMs)) : at(endMs);
  return Math.max(0, ...buckets.filter(({ count }) => count > 0).map(({ upper }) => upper * 1000));
}
