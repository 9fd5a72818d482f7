// How much of the load that the plan asked for the generators really offered.
//
// Latency from the intended start: in the open model k6 starts an iteration on its schedule or, where no virtual user
// is free, drops it and counts it; it does not start one late, unless the generator itself lacks CPU. So measured
// latencies run from the intended start, but work that was dropped has no latency at all, and it is dropped in the
// slowest moments. A percentile is therefore only worth as much as the delivered share next to it, and the verdict
// refuses runs that dropped much or whose generators were short of CPU (judge.ts).
import { offeredBetween } from '../plan/load-curve.ts';
import type { LoadCurve } from '../plan/plan.ts';
import { K6Metric } from './k6-metrics.ts';
import { readAt } from './read-at.ts';
import { countOf, k6Selector, type Readings, type Stretch } from './readings.ts';

/**
 * Share of the iterations asked for that may be missing, in runs as in probes of a capacity study: beyond it percentiles no longer stand for the
 * load that was asked for. Our choice: what is dropped is due in the slowest moments, so that with more a p99 would say nothing.
 */
export const MOST_DROPPED = 0.01;

/** Iterations of one load over a window. */
export interface Delivery {
  readonly load: string;
  readonly model: 'open' | 'closed' | 'script';
  /** Open model: what the plan asked for. Else what k6 tried to start: ended and dropped ones. */
  readonly asked: number;
  readonly started: number;
  /** Due, but not started because no virtual user was free. */
  readonly dropped: number;
}

const modelOf = { 'per-second': 'open', 'virtual-users': 'closed', unknown: 'script' } as const;

/** How far back from a moment the number of virtual users is looked for; it is pushed every second. */
const recent = '5s';

export async function measureDelivery(
  load: LoadCurve,
  stretch: Stretch,
  readings: Readings,
): Promise<Delivery> {
  const dropped = (await readings.count(K6Metric.dropped, load.load, stretch)) ?? 0;
  const model = modelOf[load.unit];
  const begun = await readings.count(K6Metric.iterationsStarted, load.load, stretch);
  if (model !== 'open') {
    const started = begun ?? (await readings.count(K6Metric.iterationsEnded, load.load, stretch)) ?? 0;
    return { load: load.load, model, asked: started + dropped, started, dropped };
  }
  const asked = offeredBetween(load, stretch.startMs, stretch.endMs);
  const started = begun ?? (await startedBetween(load, stretch, readings));
  return { load: load.load, model, asked, started: Math.min(asked, Math.max(0, started)), dropped };
}

/** The share of what was asked that was started, over several loads; null where nothing was asked. */
export function deliveredShare(deliveries: readonly Delivery[]): number | null {
  const asked = deliveries.reduce((sum, each) => sum + each.asked, 0);
  return asked > 0 ? deliveries.reduce((sum, each) => sum + each.started, 0) / asked : null;
}

async function startedBetween(load: LoadCurve, stretch: Stretch, readings: Readings): Promise<number> {
  const [atStart, atEnd] = await Promise.all([
    startedUntil(load, stretch.startMs, readings),
    startedUntil(load, stretch.endMs, readings),
  ]);
  return atEnd - atStart;
}

/**
 * By k6 alone, which counts iterations that ended and those it dropped, not those it started. Whatever was due and not dropped was
 * started, but no less than what has ended, and no more than that plus one for each virtual user.
 */
async function startedUntil(
  load: LoadCurve,
  offsetMs: number,
  { client, context }: Readings,
): Promise<number> {
  if (offsetMs <= 0) return 0;
  const select = (metric: string) => k6Selector(metric, context.run, load.load);
  const atSeconds = (context.startMs + offsetMs) / 1000;
  const [ended, dropped, users] = await Promise.all([
    readAt(client, select(K6Metric.iterationsEnded), offsetMs, context),
    readAt(client, select(K6Metric.dropped), offsetMs, context),
    client.queryInstant(`sum(max_over_time(${select(K6Metric.virtualUsers)}[${recent}]))`, atSeconds),
  ]);
  const due = offeredBetween(load, 0, offsetMs) - countOf(dropped);
  const least = countOf(ended);
  return Math.min(Math.max(due, least), least + (users[0]?.value ?? 0));
}
