import { describe, expect, test } from 'vitest';
import { measureObjective } from '../../../../orchestrator/measure/objectives/measure-objective.ts';
import { Readings, type Stretch } from '../../../../orchestrator/measure/readings/readings.ts';
import type { Comparison } from '../../../../orchestrator/scenario/objectives/comparison.ts';
import type { Aggregate } from '../../../../orchestrator/scenario/objectives/k6-threshold.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';

const startMs = 1_000_000;
const whole = { startMs: 0, endMs: 40_000 };
const generators = ['users-1', 'users-2'] as const;

function series(
  node: string,
  name: string,
  labels: Record<string, string>,
  at40: number | { lower: number; upper: number; count: number; sum: number },
): StoredSeries {
  const value =
    typeof at40 === 'number'
      ? at40
      : {
          count: at40.count,
          sum: at40.sum,
          buckets: [{ lower: at40.lower, upper: at40.upper, count: at40.count }],
        };
  const all = { run: 'r', group: 'users', node, window: 'peak', ...labels };
  return { name, labels: all, samples: [[startMs / 1000 + 40, value]] };
}

/** The first generator is quick and right, the second slow and wrong. */
const stored: StoredSeries[] = [
  ...generators.map((node) => series(node, 'k6_vus', {}, 5)),
  series(
    'users-1',
    'k6_grpc_req_duration_seconds',
    { method: 'Get' },
    { lower: 0.1, upper: 0.11, count: 60, sum: 6 },
  ),
  series(
    'users-2',
    'k6_grpc_req_duration_seconds',
    { method: 'Get' },
    { lower: 1, upper: 1.1, count: 40, sum: 42 },
  ),
  series(
    'users-2',
    'k6_grpc_req_duration_seconds',
    { method: 'Put' },
    { lower: 4, upper: 4.4, count: 10, sum: 42 },
  ),
  series('users-1', 'k6_basket', { window: 'warm' }, { lower: 900, upper: 1000, count: 100, sum: 95_000 }),
  series('users-1', 'k6_basket', {}, { lower: 9, upper: 10, count: 100, sum: 950 }),
  series('users-1', 'k6_orders_total', { exported_group: '::buy' }, 30),
  series('users-2', 'k6_orders_total', {}, 10),
  series(
    'users-1',
    'k6_topolab_rates_total',
    { topolab_rate: 'right', topolab_outcome: 'yes', rate: 'half' },
    60,
  ),
  series(
    'users-2',
    'k6_topolab_rates_total',
    { topolab_rate: 'right', topolab_outcome: 'no', rate: 'full' },
    40,
  ),
  series('users-1', 'k6_topolab_checks_total', { check: 'a', outcome: 'pass', part: 'x' }, 9),
  series('users-1', 'k6_topolab_checks_total', { check: 'b', outcome: 'fail' }, 1),
  series('users-1', 'k6_queue', {}, 3),
  ...generators.map((node, nth) => series(node, 'k6_depth', {}, nth === 0 ? 200 : 5)),
  { ...series('users-1', 'k6_depth', { page: 'cart' }, 0), samples: [[startMs / 1000 + 30, 900]] },
  // What setup() and teardown() tell has no window; the latter comes after the load.
  ...['lost', 'orders'].map((name) => afterLoad(`k6_${name}_total`, 2)),
  afterLoad('k6_topolab_checks_total', 5, { check: 'all there', outcome: 'fail' }),
  afterLoad('k6_topolab_rates_total', 1, { topolab_rate: 'kept', topolab_outcome: 'no' }),
  afterLoad('k6_left', 7),
  afterLoad('k6_http_reqs_total', 3),
  series('users-1', 'k6_http_reqs_total', {}, 50),
  // A trend whose name begins like that of another.
  series('users-1', 'k6_basket_bytes', {}, { lower: 90, upper: 100, count: 100, sum: 9500 }),
];

function afterLoad(name: string, value: number, labels: Record<string, string> = {}): StoredSeries {
  return {
    name,
    labels: { run: 'r', group: 'users', node: 'users-1', ...labels },
    samples: [[startMs / 1000 + 45, value]],
  };
}

const context = { run: 'r', startMs, lastedMs: 40_000, loads: [], uncounted: ['warm'] };

async function measured(
  metric: string,
  aggregate: Aggregate,
  tags?: Record<string, string>,
  stretch: Stretch = whole,
  comparison: Comparison = 'atMost',
) {
  const objective: Objective = {
    name: 'x',
    measure: { kind: 'metric', metric, aggregate },
    comparison,
    bound: comparison === 'atMost' ? 1e9 : 0,
    phase: null,
    load: null,
    ...(tags && { tags }),
  };
  return await measureObjective(objective, stretch, new Readings(fakePrometheus(stored).client, context));
}

describe('a metric of k6 over several generators', () => {
  test.each<[string, Aggregate, Record<string, string> | undefined, number]>([
    ['grpc_req_duration', { percentile: 50 }, { method: 'Get' }, 110],
    ['grpc_req_duration', { percentile: 95 }, { method: 'Get' }, 1100],
    ['grpc_req_duration', 'avg', { method: 'Get' }, 480],
    ['grpc_req_duration', 'max', undefined, 4400],
    ['grpc_req_duration', 'min', undefined, 110],
    ['basket', 'avg', undefined, 9.5],
    ['orders', 'count', undefined, 42],
    ['orders', 'count', { group: '::buy' }, 30],
    ['orders', 'count', { group: '' }, 12],
    ['orders', 'rate', undefined, 1.05],
    ['right', 'rate', undefined, 0.6],
    ['right', 'rate', { rate: 'half' }, 1],
    ['lost', 'count', undefined, 2],
    ['kept', 'rate', undefined, 0],
    ['left', 'value', undefined, 7],
    ['http_reqs', 'count', undefined, 50],
    ['checks', 'rate', undefined, 0.6],
    ['checks', 'rate', { check: 'all there' }, 0],
    ['checks', 'rate', { check: 'b' }, 0],
    ['checks', 'rate', { part: 'x' }, 1],
    ['vus', 'value', undefined, 10],
    ['queue', 'value', undefined, 3],
  ])('%s %s %s', async (metric, aggregate, tags, value) => {
    const result = await measured(metric, aggregate, tags);
    // Percentiles lie within a bucket, here a tenth wide.
    const isPercentile = typeof aggregate !== 'string';
    expect(result.measured).toBeGreaterThan(isPercentile ? value * 0.9 : value - 1e-6);
    expect(result.measured).toBeLessThan(value + 1e-6);
  });

  test.each<[string, Aggregate, Record<string, string> | undefined]>([
    ['grpc_req_duration', { percentile: 95 }, { method: 'Gte' }],
    ['nowhere', 'avg', undefined],
    ['nowhere', 'rate', undefined],
    ['nowhere', 'value', undefined],
    ['http_req_failed', 'rate', undefined],
    ['checks', 'rate', { check: 'none' }],
    ['right', 'count', undefined],
    ['basket', 'count', undefined],
    ['grpc_req_duration', 'count', undefined],
    ['queue', 'count', undefined],
  ])('is no figure without samples: %s %s', async (metric, aggregate, tags) => {
    expect(await measured(metric, aggregate, tags)).toMatchObject({ status: 'no-samples', measured: null });
  });

  test('what setup() and teardown() tell is in no phase', async () => {
    const peak = { ...whole, cohort: 'peak' };
    expect(await measured('orders', 'count', undefined, peak)).toMatchObject({ measured: 40 });
    expect(await measured('checks', 'rate', undefined, peak)).toMatchObject({ measured: 0.9 });
    expect(await measured('left', 'value', undefined, peak)).toMatchObject({ status: 'no-samples' });
  });

  test('an extreme is told on the side on which its bound is rather missed', async () => {
    expect(await measured('basket', 'min', undefined, whole, 'above')).toMatchObject({ measured: 9 });
    expect(await measured('basket', 'min')).toMatchObject({ measured: 10 });
    expect(await measured('basket', 'max', undefined, whole, 'atLeast')).toMatchObject({ measured: 9 });
    expect(await measured('basket', 'max')).toMatchObject({ measured: 10 });
  });

  test('a gauge of several generators is the newest of the one that rather misses the bound', async () => {
    expect(await measured('depth', 'value')).toMatchObject({ measured: 200 });
    expect(await measured('depth', 'value', undefined, whole, 'atLeast')).toMatchObject({ measured: 5 });
  });

  test('a counter that nothing raised has counted nothing, and says so', async () => {
    expect(await measured('failures', 'count')).toMatchObject({ measured: 0, unsampled: true });
    expect(await measured('orders', 'count', { name: 'x' })).toMatchObject({ measured: 0, unsampled: true });
  });
});
