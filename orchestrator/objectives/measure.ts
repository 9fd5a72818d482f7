// Objectives and phase figures, measured over exact windows of a run from what k6 pushed to Prometheus.
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { TopolabError } from '../errors.ts';
import { offeredBetween } from '../plan/load-curve.ts';
import type { LoadCurve } from '../plan/plan.ts';
import type { Comparison, Objective, Phase } from '../scenario/scenario.ts';
import { deliveredShare, k6Selector, measureDelivery } from './delivery.ts';
import { addBuckets, percentileOf } from './merged-histogram.ts';
import { increaseOver, type Reading, type RunClock, wholeRunRange, type Window } from './read-at.ts';
import type { ObjectiveResult, PhaseFigures, Saturation } from './verdict.ts';

export interface MeasureContext extends RunClock {
  /** The plan's loads. */
  readonly loads: readonly LoadCurve[];
}

/** A figure, or why there is none. */
type Measured = { readonly value: number } | { readonly value: null; readonly why: string };

/** A window's figures need a sample of every generator within this time before its end. Scrapes and pushes come every second. */
const freshSeconds = 5;

/**
 * Measures one objective. `window` is that of its phase, or of the whole run.
 * Call it at least 5 s after the window's end, when the last pushes have arrived.
 * Without samples the status is `no-samples` and `why` says what is missing; it is never `held`.
 * @throws TopolabError `promql-failed` where Prometheus refuses the query.
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
  const found = await client.queryInstant(query, (context.startMs + window.endMs) / 1000);
  if (found.length > 1) {
    throw new TopolabError(
      `query Prometheus for ${query}: ${found.length} series where one number was expected`,
      {
        code: 'promql-failed',
        hint: 'Bring them together, for instance with sum(…) or max(…).',
      },
    );
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

/** A sentence where a generator was not heard of at the window's end, else null. A script may end when it likes. */
async function silentGenerators(
  load: string | null,
  window: Window,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<string | null> {
  const atSeconds = (context.startMs + window.endMs) / 1000;
  const vus = k6Selector('k6_vus', context.run, load);
  const heard = async (range: string) =>
    (await client.queryInstant(`count by (group, node) (last_over_time(${vus}[${range}]))`, atSeconds)).map(
      ({ labels }) => ({ load: labels['group'] ?? '', node: labels['node'] ?? '' }),
    );
  const [ever, lately] = await Promise.all([
    heard(wholeRunRange(atSeconds, context)),
    heard(`${freshSeconds}s`),
  ]);
  if (ever.length === 0) return 'no generator has sent any sample';
  const timed = new Set(context.loads.filter(({ unit }) => unit !== 'unknown').map((each) => each.load));
  const silent = ever.filter(
    (each) => timed.has(each.load) && !lately.some(({ node }) => node === each.node),
  );
  if (silent.length === 0) return null;
  const names = silent.map(({ node }) => node).join(', ');
  return `no sample of ${names} in the last ${freshSeconds} s of the window`;
}

async function nodesAt(
  offsetMs: number,
  client: PrometheusClient,
  context: MeasureContext,
): Promise<Record<string, number>> {
  const nodes = `topolab_group_nodes{run="${context.run}",state="ready"}`;
  // The phase does not include its end, at which the next one's actions begin.
  const atSeconds = (context.startMs + offsetMs - 1) / 1000;
  const found = await client.queryInstant(
    `sum by (group) (last_over_time(${nodes}[${freshSeconds}s]))`,
    atSeconds,
  );
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
