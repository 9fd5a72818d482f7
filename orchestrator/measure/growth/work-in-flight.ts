// The work of a load over time: what was due, what had ended, and how long it had taken. What a search needs to tell whether a rate can go on.
import { type Growth, lookTimes, tellGrowth, type WorkPoint } from './growth.ts';
import { offeredBetween } from '../../plan/load-curve.ts';
import type { LoadCurve } from '../../plan/plan.ts';
import type { PrometheusClient } from '../../metrics/prometheus-client.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import { readAt, type RunClock, valueBetween, type Window, wholeRunRange } from '../readings/read-at.ts';
import { k6Selector } from '../readings/readings.ts';

/** How long after the last moment the push that tells of it may come. */
const REACH_SECONDS = 5;

/**
 * Whether work in flight grew in a window. Before the first iteration can have ended, as where users think for longer than a probe settles, all that is started stays
 * in flight, whatever the system does: it is looked at from then on.
 * @throws TopolabError `promql-failed` where Prometheus cannot be asked.
 */
export async function measureGrowth(
  client: PrometheusClient,
  curve: LoadCurve,
  { startMs, endMs }: Window,
  clock: RunClock,
): Promise<Growth> {
  const selector = k6Selector(K6Metric.iterationDuration, clock.run, curve.load);
  const ended = (await readAt(client, selector, endMs, clock)).flatMap(({ buckets }) =>
    buckets.filter(({ count }) => count > 0.5),
  );
  const shortestMs = ended.length === 0 ? 0 : Math.min(...ended.map(({ lower }) => lower * 1000));
  const looks = lookTimes(Math.max(startMs, shortestMs), endMs);
  return tellGrowth(await readWork(client, curve, looks, clock));
}

/**
 * Iterations that were dropped count as due: they are work that was offered and not done.
 * @param atMs moments after the start of the load, ascending.
 * @throws TopolabError `promql-failed` where Prometheus cannot be asked.
 */
export async function readWork(
  client: PrometheusClient,
  curve: LoadCurve,
  atMs: readonly number[],
  clock: RunClock,
): Promise<readonly WorkPoint[]> {
  const lastSeconds = (clock.startMs + (atMs.at(-1) ?? 0)) / 1000 + REACH_SECONDS;
  const selector = k6Selector(K6Metric.iterationDuration, clock.run, curve.load);
  const found = await client.querySamples(`${selector}[${wholeRunRange(lastSeconds, clock)}]`, lastSeconds);
  return atMs.map((offsetMs) => {
    const atSeconds = (clock.startMs + offsetMs) / 1000;
    const readings = found.map(({ histograms }) => {
      const samples = histograms.map(([at, { count, sum }]) => ({ atSeconds: at, count, sum, buckets: [] }));
      return valueBetween(samples, atSeconds, clock.startMs / 1000);
    });
    return {
      atMs: offsetMs,
      due: offeredBetween(curve, 0, offsetMs),
      ended: readings.reduce((all, { count }) => all + count, 0),
      tookMs: readings.reduce((all, { sum }) => all + sum, 0) * 1000,
    };
  });
}
