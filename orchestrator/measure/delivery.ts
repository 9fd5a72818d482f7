// How much of the load that the plan asked for the generators really offered.
//
// Latency from the intended start: in the open model k6 starts an iteration on its schedule or, where no virtual user
// is free, drops it and counts it; it does not start one late, unless the generator itself lacks CPU. So measured
// latencies run from the intended start, but work that was dropped has no latency at all, and it is dropped in the
// slowest moments. A percentile is therefore only worth as much as the delivered share next to it, and the verdict
// refuses runs that dropped much or whose generators were short of CPU (judge.ts).
import { offeredBetween } from '../plan/load-curve.ts';
import type { LoadCurve } from '../plan/plan.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { increaseOver, readAt, type RunClock, type Window } from './read-at.ts';

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

/** What measuring needs to know of the run besides Prometheus. */
export interface MeasureContext extends RunClock {
  /** The plan's loads. */
  readonly loads: readonly LoadCurve[];
}

const modelOf = { 'per-second': 'open', 'virtual-users': 'closed', unknown: 'script' } as const;

/** How far back from a moment the number of virtual users is looked for; it is pushed every second. */
const recent = '5s';

export async function measureDelivery(
  load: LoadCurve,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<Delivery> {
  const selector = k6Selector('k6_dropped_iterations_total', context.run, load.load);
  const dropped = sumOf(await increaseOver(client, selector, window, context));
  const model = modelOf[load.unit];
  if (model !== 'open') {
    const iterations = k6Selector('k6_iterations_total', context.run, load.load);
    const started = sumOf(await increaseOver(client, iterations, window, context));
    return { load: load.load, model, asked: started + dropped, started, dropped };
  }
  const [atStart, atEnd] = await Promise.all([
    startedUntil(load, window.startMs, client, context),
    startedUntil(load, window.endMs, client, context),
  ]);
  const asked = offeredBetween(load, window.startMs, window.endMs);
  return { load: load.load, model, asked, started: Math.min(asked, Math.max(0, atEnd - atStart)), dropped };
}

/** The share of what was asked that was started, over several loads; null where nothing was asked. */
export function deliveredShare(deliveries: readonly Delivery[]): number | null {
  const asked = deliveries.reduce((sum, each) => sum + each.asked, 0);
  return asked > 0 ? deliveries.reduce((sum, each) => sum + each.started, 0) / asked : null;
}

export function k6Selector(metric: string, run: string, load: string | null): string {
  const group = load === null ? '' : `,group="${load}"`;
  return `${metric}{run="${run}"${group}}`;
}

/**
 * k6 counts iterations that ended and those it dropped, not those it started. Whatever was due and not dropped was
 * started, but no less than what has ended, and no more than that plus one for each virtual user.
 */
async function startedUntil(
  load: LoadCurve,
  offsetMs: number,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<number> {
  if (offsetMs <= 0) return 0;
  const select = (metric: string) => k6Selector(metric, context.run, load.load);
  const atSeconds = (context.startMs + offsetMs) / 1000;
  const [ended, dropped, users] = await Promise.all([
    readAt(client, select('k6_iterations_total'), offsetMs, context),
    readAt(client, select('k6_dropped_iterations_total'), offsetMs, context),
    client.queryInstant(`sum(max_over_time(${select('k6_vus')}[${recent}]))`, atSeconds),
  ]);
  const due = offeredBetween(load, 0, offsetMs) - sumOf(dropped);
  const least = sumOf(ended);
  return Math.min(Math.max(due, least), least + (users[0]?.value ?? 0));
}

function sumOf(readings: readonly { readonly count: number }[]): number {
  return readings.reduce((sum, { count }) => sum + count, 0);
}
