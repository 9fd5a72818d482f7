// Objectives, measured over exact stretches of a load from what k6 pushed to Prometheus.
import { messageOf } from '../../errors.ts';
import { writeSelector } from '../../scenario/objectives/k6-threshold.ts';
import { holds } from '../../scenario/objectives/comparison.ts';
import { isUntagged, type Objective } from '../../scenario/objectives/objective.ts';
import { deliveredShare, measureDelivery } from '../generators/delivery.ts';
import type { ObjectiveResult } from '../figures/figures.ts';
import { K6Metric } from '../readings/k6-metrics.ts';
import {
  errorShareOf,
  hungShare,
  latencyMs,
  measureChecks,
  measureIterations,
  measureRequests,
  passedShare,
  servedPerSecond,
} from '../figures/measure-figures.ts';
import { measureMetric } from './measure-metric.ts';
import type { RunClock, Window } from '../readings/read-at.ts';
import type { Readings, Stretch } from '../readings/readings.ts';
import { silentGenerators } from '../generators/silent-generators.ts';

/** A figure, or why there is none. */
type Measured =
  | {
      readonly value: number;
      readonly atLeast?: boolean;
      readonly unsampled?: boolean;
      readonly connecting?: true;
    }
  | { readonly value: null; readonly why: string; readonly unanswered?: boolean };

/**
 * Measures one objective, any but `recovered`, which has measureRecovery, and `refused` and `unauthorised`, which have measureAccess. `stretch` is that of its phase, or the whole load.
 * Call it when the load has settled.
 * Without samples, or where Prometheus refuses the objective's own query, the status is `no-samples` and `why` says what
 * is wrong; it is never `held`.
 * @throws TopolabError `promql-failed` where Prometheus cannot be asked.
 */
export async function measureObjective(
  objective: Objective,
  stretch: Stretch,
  readings: Readings,
): Promise<ObjectiveResult> {
  const measured = await measure(objective, stretch, readings);
  if (measured.value === null) {
    const { why, unanswered } = measured;
    return {
      objective,
      status: 'no-samples',
      measured: null,
      why,
      ...(unanswered === true ? { unanswered } : {}),
    };
  }
  const { value, atLeast = false, unsampled = false, connecting = false } = measured;
  return {
    ...judgeFigure(objective, value, atLeast),
    ...(unsampled && { unsampled }),
    ...(connecting && { connecting }),
  };
}

/**
 * A figure that is only known to be no less than `value` decides nothing where more of it would decide otherwise. One that is no number, as of
 * something divided by nothing, holds nothing.
 */
function judgeFigure(objective: Objective, value: number, atLeast: boolean): ObjectiveResult {
  const { comparison, bound } = objective;
  const held = holds(value, comparison, bound);
  if (Number.isNaN(value) || (held && !Number.isFinite(value))) {
    const why = `it came to ${value}${Number.isNaN(value) ? ' (zero divided by zero)' : ' (something divided by zero)'}`;
    return { objective, status: 'no-samples', measured: null, why };
  }
  const undecided = atLeast && held === (comparison === 'below' || comparison === 'atMost');
  if (undecided) {
    const why = `too many requests were never answered to determine it: it is ${Math.round(value)} ms or more`;
    return { objective, status: 'no-samples', measured: null, why, unanswered: true };
  }
  return {
    objective,
    status: held ? 'held' : 'missed',
    measured: value,
    ...(atLeast ? { atLeast } : {}),
  };
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

const NO_REQUEST = 'no request was started in this window';

async function measure(objective: Objective, stretch: Stretch, readings: Readings): Promise<Measured> {
  const { measure: what, load, tags = {} } = objective;
  if (what.kind === 'promql') return measurePromql(what.expr, stretch, readings);
  const silent = await silentGenerators(load, readings);
  if (silent !== null) return { value: null, why: silent };
  if (what.kind === 'delivered') {
    const loads = readings.context.loads.filter((each) => load === null || each.load === load);
    const deliveries = await Promise.all(loads.map((each) => measureDelivery(each, stretch, readings)));
    return orWhy(deliveredShare(deliveries), 'no iterations were asked for in this window');
  }
  if (what.kind === 'checks') {
    const why = what.check === null ? 'no check was made' : `no check “${what.check}” was made`;
    return orWhy(passedShare(await measureChecks(load, stretch, readings, tags), what.check), why);
  }
  if (what.kind === 'metric') {
    const asked = { ...what, comparison: objective.comparison, load, tags, stretch };
    const none = `there is no sample of ${writeSelector({ metric: what.metric, tags })}`;
    return (await measureMetric(asked, readings)) ?? { value: null, why: none };
  }
  if (what.kind !== 'errors' && what.kind !== 'served' && what.kind !== 'latency')
    throw new Error(`${what.kind} is not measured over exact windows: measureLoad knows from what it is`);
  const requests = await measureRequests(load, stretch, readings, tags);
  if (what.kind === 'errors' && !isUntagged(objective))
    return orWhy(errorShareOf(requests?.counts, null), NO_REQUEST);
  if (what.kind === 'errors') {
    const iterations = await measureIterations(load, stretch, readings);
    const hung = await hungShare(load, requests, stretch, readings);
    const share = errorShareOf(requests?.counts, iterations, hung);
    // Iterations that only began in it, of a load that asks at other times: nobody was served, and nobody failed.
    const isEmpty = requests === null && share === 0 && (await asksEver(load, readings));
    return orWhy(isEmpty ? null : share, NO_REQUEST);
  }
  if (requests === null) return { value: null, why: NO_REQUEST };
  if (what.kind === 'served') return { value: servedPerSecond(requests, stretch) };
  const found = latencyMs(requests, what.percentile);
  if (found !== null) return found;
  if (requests.counts.unanswered < requests.counts.started)
    return { value: null, why: 'no stream has ended, and k6 times one as it ends' };
  const why = `none of ${Math.round(requests.counts.started)} requests was answered`;
  return { value: null, why, unanswered: true };
}

async function asksEver(load: string | null, readings: Readings): Promise<boolean> {
  const started = await readings.totals(K6Metric.requestsStarted);
  return started.some(({ labels, count }) => (load === null || labels['group'] === load) && count > 0);
}

async function measurePromql(expr: string, window: Window, readings: Readings): Promise<Measured> {
  const { client, context } = readings;
  const query = expandObjectiveQuery(expr, window, context);
  let found: readonly { readonly value: number }[];
  try {
    found = await client.queryInstant(query, (context.startMs + window.endMs) / 1000);
  } catch (error) {
    // One wrong query of the user's shall not cost the figures of all the others.
    return { value: null, why: messageOf(error) };
  }
  if (found.length > 1) {
    const why = `${query} returned ${found.length} series instead of one number; combine them with sum(…) or max(…)`;
    return { value: null, why };
  }
  const value = found[0]?.value;
  if (value === undefined) return { value: null, why: 'the query found no samples' };
  return { value };
}

function orWhy(value: number | null, why: string): Measured {
  return value === null ? { value, why } : { value };
}
