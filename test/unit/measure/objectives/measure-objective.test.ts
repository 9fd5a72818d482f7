import { describe, expect, test } from 'vitest';
import type { NativeHistogram } from '../../../../orchestrator/metrics/prometheus-client.ts';
import {
  deliveredShare,
  measureDelivery,
  measureDeliveryIn,
} from '../../../../orchestrator/measure/generators/delivery.ts';
import {
  expandObjectiveQuery,
  measureObjective,
} from '../../../../orchestrator/measure/objectives/measure-objective.ts';
import { measurePhases } from '../../../../orchestrator/measure/figures/measure-phases.ts';
import { Readings } from '../../../../orchestrator/measure/readings/readings.ts';
import type { LoadCurve } from '../../../../orchestrator/plan/plan.ts';
import { type Comparison, holds } from '../../../../orchestrator/scenario/objectives/comparison.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import type { Measure } from '../../../../orchestrator/scenario/objectives/objective-kinds.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';
import { steadyLoad } from '../steady-load.ts';

const startMs = 1_000_000;
const open = steadyLoad(20, 40_000);
const context = { run: 'r', startMs, lastedMs: 40_000, loads: [open] };
const whole = { startMs: 0, endMs: 40_000 };

/** Requests take 10 to 20 ms in the first 20 s, and 40 to 80 ms after. */
function histogramAfter(requests: number): NativeHistogram {
  const fast = Math.min(requests, 200);
  const slow = requests - fast;
  const buckets = [
    { lower: 0.01, upper: 0.02, count: fast },
    { lower: 0.04, upper: 0.08, count: slow },
  ];
  return { count: requests, sum: 1, buckets: buckets.filter(({ count }) => count > 0) };
}

/** Two generators at 10 a second each; one request of twenty on the second one fails; nothing is dropped at first. */
function generator(node: string, seconds: number, failing: number): StoredSeries[] {
  const labels = { run: 'r', group: 'users', node };
  const each = <T>(value: (second: number) => T) =>
    Array.from({ length: seconds }, (_, index) => [startMs / 1000 + index + 1, value(index + 1)] as const);
  const name = 'k6_http_req_duration_seconds';
  return [
    {
      name,
      labels: { ...labels, expected_response: 'true' },
      samples: each((s) => histogramAfter(10 * s - failing * s)),
    },
    ...(failing === 0
      ? []
      : [
          {
            name,
            labels: { ...labels, expected_response: 'false' },
            samples: each((s) => histogramAfter(failing * s)),
          },
        ]),
    { name: 'k6_topolab_iterations_started_total', labels, samples: each((s) => 10 * s) },
    {
      name: 'k6_topolab_iterations_ended_total',
      labels: { ...labels, outcome: 'done' },
      samples: each((s) => 10 * s),
    },
    { name: 'k6_vus', labels, samples: each(() => 2) },
  ];
}

function objective(measure: Measure, bound = 1, comparison: Comparison = 'atMost'): Objective {
  return { name: 'x', measure, comparison, bound, phase: null, load: null };
}

const healthy = [...generator('users-1', 41, 0), ...generator('users-2', 41, 1)];

describe('an objective over a window', () => {
  test.each<[string, Measure, { startMs: number; endMs: number }, number]>([
    ['errors of all generators together', { kind: 'errors' }, whole, 0.05],
    ['served leaves failed requests out', { kind: 'served' }, whole, 19],
    ['served over a part', { kind: 'served' }, { startMs: 5_500, endMs: 7_000 }, 19],
    ['delivered', { kind: 'delivered' }, whole, 1],
  ])('%s', async (_, measure, window, value) => {
    const result = await measureObjective(
      objective(measure),
      window,
      new Readings(fakePrometheus(healthy).client, context),
    );
    expect(result.measured).toBeCloseTo(value, 6);
  });

  test.each([
    ['the first half', { startMs: 0, endMs: 20_000 }, 10, 20],
    ['the second half, in which nothing of the first remains', { startMs: 25_000, endMs: 40_000 }, 40, 80],
  ])('latency in %s', async (_, window, atLeast, atMost) => {
    const series = generator('users-1', 41, 0);
    const result = await measureObjective(
      objective({ kind: 'latency', percentile: 1 }),
      window,
      new Readings(fakePrometheus(series).client, context),
    );
    expect(result.measured).toBeGreaterThanOrEqual(atLeast);
    expect(result.measured).toBeLessThanOrEqual(atMost);
  });

  test.each<[string, StoredSeries[], Measure, RegExp]>([
    ['no generator at all', [], { kind: 'errors' }, /no generator of load users has sent/],
    [
      'generators that went silent',
      [...generator('users-1', 41, 0), ...generator('users-2', 30, 0)],
      { kind: 'served' },
      /no sample of users-2/,
    ],
    [
      'no request',
      healthy.filter(({ name }) => name === 'k6_vus'),
      { kind: 'latency', percentile: 95 },
      /no request was started/,
    ],
    ['a query without result', [], { kind: 'promql', expr: 'absent' }, /found no samples/],
  ])('%s is no-samples, never held', async (_, series, measure, why) => {
    const result = await measureObjective(
      objective(measure, 1e9),
      whole,
      new Readings(fakePrometheus(series).client, context),
    );
    expect(result).toMatchObject({ status: 'no-samples', measured: null, why: expect.stringMatching(why) });
  });

  test.each<[Comparison, number, number, boolean]>([
    ['below', 1, 1, false],
    ['below', 0.9, 1, true],
    ['atMost', 1, 1, true],
    ['atMost', 1.1, 1, false],
    ['atLeast', 1, 1, true],
    ['atLeast', 0.9, 1, false],
    ['above', 1, 1, false],
    ['above', 1.1, 1, true],
  ])('%s: %d against %d holds: %s', (comparison, measured, bound, held) => {
    expect(holds(measured, comparison, bound)).toBe(held);
  });
});

describe("an objective's own query", () => {
  test('gets its placeholders and is evaluated at the end of the window', async () => {
    const { client, asked } = fakePrometheus([], { 'f(a{run="r"}[20s] @ 1040.000) - b @ 1020.000': [3] });
    const own = objective({ kind: 'promql', expr: 'f(a{run="$run"}[$window] @ $end) - b @ $start' }, 3);
    const result = await measureObjective(
      own,
      { startMs: 20_000, endMs: 40_000 },
      new Readings(client, context),
    );
    expect(result).toMatchObject({ status: 'held', measured: 3 });
    expect(asked).toEqual(['f(a{run="r"}[20s] @ 1040.000) - b @ 1020.000 @ 1040']);
  });

  test('a window that is not whole seconds is written in milliseconds', () => {
    expect(expandObjectiveQuery('x[$window]', { startMs: 0, endMs: 2500 }, context)).toBe('x[2500ms]');
  });

  test.each<[number, Comparison, string, RegExp | undefined]>([
    [Number.NaN, 'atMost', 'no-samples', /came to NaN \(zero divided by zero\)/],
    [Number.POSITIVE_INFINITY, 'atLeast', 'no-samples', /came to Infinity \(something divided by zero\)/],
    [Number.NEGATIVE_INFINITY, 'below', 'no-samples', /came to -Infinity/],
    [Number.POSITIVE_INFINITY, 'atMost', 'missed', undefined],
  ])('that comes to %d is never held: %s', async (value, comparison, status, why) => {
    const { client } = fakePrometheus([], { 'a/b': [value] });
    const own = objective({ kind: 'promql', expr: 'a/b' }, 1, comparison);
    const result = await measureObjective(own, whole, new Readings(client, context));
    expect(result).toMatchObject({ status, ...(why && { why: expect.stringMatching(why) }) });
  });

  test('that yields several series is no-samples and says what to write', async () => {
    const { client } = fakePrometheus([], { up: [1, 1] });
    const own = objective({ kind: 'promql', expr: 'up' });
    const result = await measureObjective(own, whole, new Readings(client, context));
    expect(result).toMatchObject({
      status: 'no-samples',
      why: expect.stringMatching(/up returned 2 series.*sum/),
    });
  });

  test('that Prometheus refuses is no-samples and hands on what Prometheus said', async () => {
    const { client } = fakePrometheus([]);
    const refusing = { ...client, queryInstant: () => Promise.reject(new Error('parse error')) };
    const own = objective({ kind: 'promql', expr: 'sum(' });
    const result = await measureObjective(own, whole, new Readings(refusing, context));
    expect(result).toMatchObject({ status: 'no-samples', measured: null, why: 'parse error' });
  });
});

describe('generators that fall silent', () => {
  const short: LoadCurve = { ...open, stages: [{ durationMs: 30_000, target: 20 }] };
  const script: LoadCurve = { ...open, unit: 'unknown', mayEndEarly: true, stages: [] };
  const once: LoadCurve = { ...short, unit: 'virtual-users', mayEndEarly: true };
  test.each<[string, LoadCurve, number, string]>([
    ['when their load was over are no fault', short, 31, 'held'],
    ['before their load was over are one', short, 22, 'no-samples'],
    ['in a script that ends when it likes are no fault', script, 10, 'held'],
    ['when every node has done what it had to do are no fault', once, 10, 'held'],
  ])('%s', async (_, load, seconds, status) => {
    const { client } = fakePrometheus(generator('users-1', seconds, 0));
    const result = await measureObjective(
      objective({ kind: 'errors' }),
      whole,
      new Readings(client, { ...context, loads: [load] }),
    );
    expect(result.status).toBe(status);
  });

  test('a load of which nothing was ever heard is one, though others were', async () => {
    const loads = [open, { ...open, load: 'admins' }];
    const { client } = fakePrometheus(healthy);
    const result = await measureObjective(
      objective({ kind: 'errors' }),
      whole,
      new Readings(client, { ...context, loads }),
    );
    expect(result.why).toBe('no generator of load admins has sent any sample');
  });
});

describe('delivered', () => {
  const counter = (name: string, total: number): StoredSeries => ({
    name,
    labels: { run: 'r', group: 'users', node: 'users-1' },
    samples: Array.from(
      { length: 41 },
      (_, index) => [startMs / 1000 + index + 1, (total / 40) * (index + 1)] as const,
    ),
  });
  const dropped = (total: number) => counter('k6_dropped_iterations_total', total);

  test.each<[string, StoredSeries[], LoadCurve, number, number]>([
    ['everything was started', healthy, open, 800, 800],
    [
      'one iteration fewer, as k6 starts whole ones only, is as planned',
      healthy,
      { ...open, start: 20.025, stages: [{ durationMs: 40_000, target: 20.025 }] },
      800,
      800,
    ],
    [
      'what was not started is missing',
      healthy,
      { ...open, start: 40, stages: [{ durationMs: 40_000, target: 40 }] },
      1600,
      800,
    ],
    [
      'dropped ones are missing',
      [...healthy, dropped(100)],
      { ...open, start: 22.5, stages: [{ durationMs: 40_000, target: 22.5 }] },
      900,
      800,
    ],
    [
      'closed model: started and dropped',
      [...healthy, dropped(100)],
      { ...open, unit: 'virtual-users' },
      900,
      800,
    ],
  ])('%s', async (_, series, load, asked, started) => {
    const delivery = await measureDelivery(load, whole, new Readings(fakePrometheus(series).client, context));
    expect(delivery.asked).toBeCloseTo(asked, 6);
    expect(delivery.started).toBeCloseTo(started, 6);
  });

  test.each<[string, Partial<LoadCurve>, true | undefined]>([
    ['of users who never began anything', { load: 'others', unit: 'virtual-users' }, true],
    ['of a script that never began anything', { load: 'others', unit: 'unknown' }, true],
    ['of nobody', { load: 'others', unit: 'virtual-users', start: 0, stages: [] }, undefined],
    ['of users who began', { unit: 'virtual-users' }, undefined],
  ])('a load %s', async (_, some, neverCame) => {
    const { client } = fakePrometheus(healthy);
    const delivery = await measureDelivery({ ...open, ...some }, whole, new Readings(client, context));
    expect(delivery.neverCame).toBe(neverCame);
  });

  test('is told of phases, too, which come to the whole', async () => {
    const readings = new Readings(fakePrometheus([...healthy, dropped(100)]).client, context);
    const phases = [
      { name: 'one', startMs: 0, endMs: 20_000 },
      { name: 'two', startMs: 20_000, endMs: 40_000 },
    ];
    const delivery = await measureDeliveryIn(open, whole, phases, readings);
    expect(delivery.phases?.map(({ phase }) => phase)).toEqual(['one', 'two']);
    const sum = (of: 'asked' | 'dropped') => delivery.phases?.reduce((all, each) => all + each[of], 0);
    expect(sum('asked')).toBeCloseTo(delivery.asked, 6);
    expect(sum('dropped')).toBeCloseTo(delivery.dropped, 6);
    expect(await measureDeliveryIn(open, whole, [], readings)).not.toHaveProperty('phases');
  });

  test('nothing asked has no share', () => {
    expect(deliveredShare([])).toBeNull();
  });
});

test('phases get their figures, nodes and what ran out; a phase without requests has none', async () => {
  const ready: StoredSeries = {
    name: 'topolab_group_nodes',
    labels: { run: 'r', group: 'servers', state: 'ready' },
    samples: [
      [1010, 1],
      [1019, 1],
      [1020, 2],
      [1039, 2],
    ],
  };
  const phases = [
    { name: 'one', startMs: 0, endMs: 20_000 },
    { name: 'two', startMs: 20_000, endMs: 40_000 },
    { name: 'three', startMs: 50_000, endMs: 60_000 },
  ];
  const figures = await measurePhases(
    phases,
    new Readings(fakePrometheus([...healthy, ready]).client, context),
  );
  expect(figures[0]).toMatchObject({
    phase: 'one',
    offeredPerSecond: 20,
    nodes: { servers: 1 },
    saturated: null,
  });
  expect(figures[0]?.servedPerSecond).toBeCloseTo(19, 6);
  expect(figures[0]?.errorShare).toBeCloseTo(0.05, 6);
  expect(figures[1]?.nodes).toEqual({ servers: 2 });
  expect(figures[2]).toMatchObject({
    servedPerSecond: null,
    errorShare: null,
    p50Ms: null,
    p99Ms: null,
    nodes: {},
  });
});
