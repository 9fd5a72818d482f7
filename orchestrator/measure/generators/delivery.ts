// How much of the load that the plan asked for the generators really offered.
//
// Latency from the intended start: in the open model k6 starts an iteration on its schedule or, where no virtual user
// is free, drops it and counts it; it does not start one late, unless the generator itself lacks CPU (generator-lag.ts). So measured
// latencies run from the intended start, but work that was dropped has no latency at all, and it is dropped in the
// slowest moments. A percentile is therefore only worth as much as the delivered share next to it, and the verdict
// refuses runs that dropped much or whose generators were short of CPU (judge.ts).
import { offeredBetween } from '../../plan/load-curve.ts';
import type { LoadCurve } from '../../plan/plan.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import type { Window } from '../readings/read-at.ts';
import type { Readings, Stretch } from '../readings/readings.ts';

/**
 * Share of the iterations asked for that may be missing, in runs as in probes of a capacity study: beyond it percentiles no longer stand for the
 * load that was asked for. Our choice: what is dropped is due in the slowest moments, so that with more a p99 would say nothing.
 */
export const MOST_DROPPED = 0.01;

/** Iterations of one load over a window. */
export interface Delivery {
  readonly load: string;
  readonly model: 'open' | 'closed' | 'script';
  /** Open model: what the plan asked for. Else what k6 tried to start: started and dropped ones. */
  readonly asked: number;
  readonly started: number;
  /** Due, but not started because no virtual user was free. */
  readonly dropped: number;
  /** In all of the run no iteration of it began, though it was to have users. Of an open load it is known how much is missing. */
  readonly neverCame?: true;
  /**
   * Its iterations made no request, and sent not a byte by k6's own connections. `but-measured`: an objective about checks or a metric of the
   * script's own has samples of it, so that it may ask by other connections.
   */
  readonly askedNothing?: 'unmeasured' | 'but-measured';
  /** It sent messages over WebSockets, nobody ever sent one back, and nothing else that it asked was answered. */
  readonly heardNothing?: true;
  /** Of an open load, the same of each phase but a warm-up, where an objective asks for what was delivered in some of them. Default: not told apart. */
  readonly phases?: readonly (Pick<Delivery, 'asked' | 'started' | 'dropped'> & { readonly phase: string })[];
}

const modelOf = { 'per-second': 'open', 'virtual-users': 'closed', unknown: 'script' } as const;

export async function measureDelivery(
  load: LoadCurve,
  stretch: Stretch,
  readings: Readings,
): Promise<Delivery> {
  const dropped = (await readings.count(K6Metric.dropped, load.load, stretch)) ?? 0;
  const model = modelOf[load.unit];
  const started = (await readings.count(K6Metric.iterationsStarted, load.load, stretch)) ?? 0;
  if (model !== 'open') {
    const neverCame = await hasNeverCome(load, readings);
    const asked = started + dropped;
    return { load: load.load, model, asked, started, dropped, ...(neverCame && { neverCame }) };
  }
  const asked = askedOf([load], stretch, { started, dropped });
  return { load: load.load, model, asked, started: Math.min(asked, started), dropped };
}

/** @param phases those that are told apart. */
export async function measureDeliveryIn(
  load: LoadCurve,
  stretch: Stretch,
  phases: readonly (Stretch & { readonly name: string })[],
  readings: Readings,
): Promise<Delivery> {
  const whole = await measureDelivery(load, stretch, readings);
  if (whole.model !== 'open' || phases.length === 0) return whole;
  const each = phases.map(async (phase) => {
    const { asked, started, dropped } = await measureDelivery(load, phase, readings);
    return { phase: phase.name, asked, started, dropped };
  });
  return { ...whole, phases: await Promise.all(each) };
}

async function hasNeverCome(load: LoadCurve, readings: Readings): Promise<boolean> {
  const began = await readings.totals(K6Metric.iterationsStarted);
  if (began.some(({ labels, count }) => labels['group'] === load.load && count > 0)) return false;
  return load.unit === 'unknown' || offeredBetween(load, 0, readings.context.lastedMs) > 0;
}

/**
 * Iterations that open loads are to start in a stretch. The plan's curve gives a fraction, k6 starts whole ones and the first an interval after
 * the start: of each load one more or less is as planned, where none was dropped.
 */
export function askedOf(
  loads: readonly LoadCurve[],
  { startMs, endMs }: Window,
  { started, dropped }: Pick<Delivery, 'started' | 'dropped'>,
): number {
  const planned = loads.reduce((sum, load) => sum + offeredBetween(load, startMs, endMs), 0);
  const asPlanned = dropped < 0.5 && planned - started <= loads.length;
  return asPlanned ? started : planned;
}

/** The share of what was asked that was started, over several loads; null where nothing was asked. */
export function deliveredShare(deliveries: readonly Delivery[]): number | null {
  const asked = deliveries.reduce((sum, each) => sum + each.asked, 0);
  return asked > 0 ? deliveries.reduce((sum, each) => sum + each.started, 0) / asked : null;
}
