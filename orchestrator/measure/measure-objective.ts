// Objectives and phase figures, measured over exact windows of a run from what k6 pushed to Prometheus.
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { messageOf } from '../errors.ts';
import { offeredBetween } from '../plan/load-curve.ts';
import type { LoadCurve } from '../plan/plan.ts';
import type { Comparison, Objective, Phase } from '../scenario/scenario.ts';
import { deliveredShare, k6Selector, type MeasureContext, measureDelivery } from './delivery.ts';
import { addBuckets, percentileOf } from './merged-histogram.ts';
import { increaseOver, type Reading, type RunClock, type Window } from './read-at.ts';
import { silentGenerators } from './silent-generators.ts';
import type { ObjectiveResult, PhaseFigures, Saturation } from './figures.ts';

/** A figure, or why there is none. */
type Measured = { readonly value: number } | { readonly value: null; readonly why: string };

/**
 * Measures one objective. `window` is that of its phase, or of the whole run.
 * Call it 2 s or more after the window's end, when the last pushes have arrived.
 * Without samples, or where Prometheus refuses the objective's own query, the status is `no-samples` and `why` says what
 * is wrong; it is never `held`.
 * @throws TopolabError `promql-failed` where Prometheus cannot be asked.
 */
export async function measureObjective(
  objective: Objective,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<ObjectiveResult> {
  const measured = await measure(objective, window, client, context);
  if (measured.value === null) return { objective, status: 'no-samples', measured: null, why: measured.why };
  const held = holds(measured.value, objective.comparison, objective.bound);
  return { objective, status: held ? 'held' : 'missed', measured: measured.value };
}

export function holds(measured: number, comparison: Comparison, bound: number): boolean {
  if (comparison === 'below') return measured < bound;
  if (comparison === 'atMost') return measured <= bound;
  if (comparison === 'atLeast') return measured >= bound;
  return measured > bound;
}

/**
 * The figures of every phase, over all loads together.
 * @param saturated phase → what ran out first within it, from findSaturations.
 */
export async function measurePhases(
  phases: readonly Phase[],
  client: PrometheusClient,
  context: MeasureContext,
  saturated: Readonly<Record<string, Saturation | null>> = {},
): Promise<readonly PhaseFigures[]> {
  const figures: PhaseFigures[] = [];
  for (const phase of phases) {
    const [requests, nodes] = await Promise.all([
      readRequests(null, phase, client, context),
      nodesAt(phase.endMs, client, context),
    ]);
    const percentileMs = (percentile: number) => requests && percentileMsOf(requests.all, percentile);
    figures.push({
      phase: phase.name,
      offeredPerSecond: offeredPerSecond(phase, context.loads),
      servedPerSecond: requests && requests.expected / secondsOf(phase),
      errorShare: requests && errorShareOf(requests),
      p50Ms: percentileMs(50),
      p95Ms: percentileMs(95),
      p99Ms: percentileMs(99),
      nodes,
      saturated: saturated[phase.name] ?? null,
    });
  }
  return figures;
}

/**
 * Fills the placeholders of an objective's own query: `$run` (id), `$window` (its length, such as `20s`), `$start` and
 * `$end` (epoch seconds, for `@ $start`). It is evaluated at the window's end.
 */
export function expandObjectiveQuery(expr: string, window: Window, clock: RunClock): string {
  const seconds = (offsetMs: number) => ((clock.startMs + offsetMs) / 1000).toFixed(3);
  const lengthMs = Math.round(window.endMs - window.startMs);
  return expr
    .replaceAll(/\$run\b/g, () => clock.run)
    .replaceAll(/\$window\b/g, lengthMs % 1000 === 0 ? `${lengthMs / 1000}s` : `${lengthMs}ms`)
    .replaceAll(/\$start\b/g, seconds(window.startMs))
    .replaceAll(/\$end\b/g, seconds(window.endMs));
}

async function measure(
  objective: Objective,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<Measured> {
  const { measure: what, load } = objective;
  if (what.kind === 'promql') return measurePromql(what.expr, window, client, context);
  const silent = await silentGenerators(load, window, client, context);
  if (silent !== null) return { value: null, why: silent };
  if (what.kind === 'delivered') {
    const loads = context.loads.filter((each) => load === null || each.load === load);
    const deliveries = await Promise.all(loads.map((each) => measureDelivery(each, window, client, context)));
    return orWhy(deliveredShare(deliveries), 'no iterations were asked for in this window');
  }
  const requests = await readRequests(load, window, client, context);
  if (requests === null) return { value: null, why: 'no request ended in this window' };
  if (what.kind === 'served') return { value: requests.expected / secondsOf(window) };
  if (what.kind === 'errors') return { value: errorShareOf(requests) };
  return orWhy(percentileMsOf(requests.all, what.percentile), 'no request ended in this window');
}

async function measurePromql(
  expr: string,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<Measured> {
  const query = expandObjectiveQuery(expr, window, context);
  let found: readonly { readonly value: number }[];
  try {
    found = await client.queryInstant(query, (context.startMs + window.endMs) / 1000);
  } catch (error) {
    // One faulty query of the user's shall not cost the figures of all the others.
    return { value: null, why: messageOf(error) };
  }
  if (found.length > 1) {
    const why = `${query} gave ${found.length} series instead of one number; bring them together with sum(…) or max(…)`;
    return { value: null, why };
  }
  const value = found[0]?.value;
  if (value === undefined) return { value: null, why: 'the query found no samples' };
  return Number.isNaN(value)
    ? { value: null, why: 'the query came to NaN (nothing divided by nothing)' }
    : { value };
}

interface Requests {
  /** Histograms of all requests that ended in the window, failed ones included. */
  readonly all: readonly Reading[];
  readonly total: number;
  /** Those whose status the script expected: by default 200 to 399. */
  readonly expected: number;
}

/** One histogram answers everything: it has a count for every request, and the label that says whether it failed. */
async function readRequests(
  load: string | null,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<Requests | null> {
  const selector = k6Selector('k6_http_req_duration_seconds', context.run, load);
  const all = await increaseOver(client, selector, window, context);
  const total = countOf(all);
  if (total <= 0) return null;
  return {
    all,
    total,
    expected: countOf(all.filter(({ labels }) => labels['expected_response'] !== 'false')),
  };
}

async function nodesAt(
  offsetMs: number,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<Record<string, number>> {
  const nodes = `topolab_group_nodes{run="${context.run}",state="ready"}`;
  // The phase does not include its end, at which the next one's actions begin.
  const atSeconds = (context.startMs + offsetMs - 1) / 1000;
  const found = await client.queryInstant(`sum by (group) (last_over_time(${nodes}[5s]))`, atSeconds);
  return Object.fromEntries(found.map(({ labels, value }) => [labels['group'] ?? '', value]));
}

function offeredPerSecond(window: Window, loads: readonly LoadCurve[]): number | null {
  if (loads.length === 0 || loads.some(({ unit }) => unit !== 'per-second')) return null;
  const offered = loads.reduce((sum, load) => sum + offeredBetween(load, window.startMs, window.endMs), 0);
  return offered / secondsOf(window);
}

function percentileMsOf(readings: readonly Reading[], percentile: number): number | null {
  const merged = addBuckets(readings.map(({ buckets }) => ({ buckets, weight: 1 })));
  const seconds = percentileOf(merged, percentile / 100);
  return seconds === null ? null : seconds * 1000;
}

function errorShareOf({ total, expected }: Requests): number {
  return Math.max(0, (total - expected) / total);
}

function countOf(readings: readonly Reading[]): number {
  return readings.reduce((sum, { count }) => sum + count, 0);
}

function secondsOf(window: Window): number {
  return (window.endMs - window.startMs) / 1000;
}

function orWhy(value: number | null, why: string): Measured {
  return value === null ? { value, why } : { value };
}
