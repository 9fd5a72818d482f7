import { describe, expect, test } from 'vitest';
import { Readings } from '../../../../orchestrator/measure/readings/readings.ts';
import {
  askSecondWitness,
  percentileRange,
} from '../../../../orchestrator/measure/generators/second-witness.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';

const startMs = 1_000_000;
const context = { run: 'r', startMs, lastedMs: 20_000, loads: [] };
const labels = { run: 'r', group: 'users', node: 'users-k6-1' };

/** 900 answers of 10 ms and 100 failed ones of 50 ms. */
const honest: StoredSeries[] = [
  counter('http_reqs_total', { expected_response: 'true' }, 900),
  counter('http_reqs_total', { expected_response: 'false' }, 100),
  counter('iterations_total', {}, 1000),
  histogram({ expected_response: 'true' }, 900, 0.01),
  histogram({ expected_response: 'false' }, 100, 0.05),
];
const summary = {
  metrics: {
    http_reqs: { values: { count: 1000, rate: 50 } },
    http_req_failed: { values: { passes: 100, fails: 900, rate: 0.1 } },
    iterations: { values: { count: 1000 } },
    http_req_duration: { values: { med: 9.9, 'p(95)': 49.8, 'p(99)': 49.9 } },
  },
};

function counter(name: string, more: Record<string, string>, value: number): StoredSeries {
  return { name: `k6_${name}`, labels: { ...labels, ...more }, samples: [[startMs / 1000 + 21, value]] };
}

function histogram(more: Record<string, string>, count: number, seconds: number): StoredSeries {
  const buckets = [{ lower: seconds * 0.95, upper: seconds * 1.04, count }];
  const value = { count, sum: count * seconds, buckets };
  return {
    name: 'k6_http_req_duration_seconds',
    labels: { ...labels, ...more },
    samples: [[startMs / 1000 + 21, value]],
  };
}

const ask = (series: readonly StoredSeries[], summaries: Record<string, unknown>) =>
  askSecondWitness(summaries, new Readings(fakePrometheus(series).client, context));

describe('what Prometheus has and what a generator says of itself', () => {
  test('agree where nothing came between', async () => {
    expect(await ask(honest, { 'users-k6-1': summary })).toEqual({ disagreements: [], silent: [] });
  });

  // Quick answers that nobody gave, written by a node with the labels of the generator.
  test('differ where samples were forged', async () => {
    const forged = [
      ...honest,
      {
        ...counter('http_reqs_total', { expected_response: 'true' }, 50_000),
        labels: { ...labels, proto: 'x' },
      },
      { ...histogram({ expected_response: 'true' }, 50_000, 0.002), labels: { ...labels, proto: 'x' } },
    ];
    const { disagreements } = await ask(forged, { 'users-k6-1': summary });
    expect(disagreements.map(({ figure }) => figure)).toEqual([
      'http_reqs',
      'med of http_req_duration',
      'p(95) of http_req_duration',
    ]);
  });

  test('differ where failures were hidden', async () => {
    const hidden = honest.map((each) =>
      each.name === 'k6_http_reqs_total'
        ? { ...each, labels: { ...each.labels, expected_response: 'true', x: String(Math.random()) } }
        : each,
    );
    const { disagreements } = await ask(hidden, { 'users-k6-1': summary });
    expect(disagreements).toEqual([
      { node: 'users-k6-1', figure: 'http_req_failed', prometheus: 0, summary: 100 },
    ]);
  });

  describe('of metrics of the script’s own', () => {
    const own = (metrics: object) => ({ 'users-k6-1': { metrics: { ...summary.metrics, ...metrics } } });
    const lost = { type: 'counter', contains: 'default', values: { count: 1, rate: 0.1 } };
    const wait = { type: 'trend', contains: 'time', values: { count: 900, avg: 1 } };
    const right = { type: 'rate', contains: 'default', values: { passes: 30, fails: 60, rate: 0.3 } };
    const told = [
      ...honest,
      counter('lost_total', {}, 1),
      counter('wait_seconds', {}, 900),
      counter('topolab_rates_total', { topolab_rate: 'right', topolab_outcome: 'yes' }, 30),
      counter('topolab_rates_total', { topolab_rate: 'right', topolab_outcome: 'no' }, 60),
      // Of a library that is not bundled.
      counter('theirs_rate', {}, 0.3),
    ];
    const metrics = { lost, wait, right, theirs: right, 'right{a:b}': right };

    test('agree where nothing came between', async () => {
      expect((await ask(told, own(metrics))).disagreements).toEqual([]);
    });

    test.each([
      ['lost', 'k6_lost_total', 1],
      ['wait', 'k6_wait_seconds', 900],
      ['right', 'k6_topolab_rates_total', 90],
    ])('differ where the gate let none of it through: %s', async (figure, series, count) => {
      const left = told.filter(({ name }) => name !== series);
      const { disagreements } = await ask(left, own(metrics));
      expect(disagreements).toEqual([{ node: 'users-k6-1', figure, prometheus: 0, summary: count }]);
    });
  });

  test('differ where samples were lost', async () => {
    const { disagreements } = await ask([], { 'users-k6-1': summary });
    expect(disagreements.map(({ figure }) => figure)).toEqual(['http_reqs', 'iterations', 'http_req_failed']);
  });

  test('may differ by a request or two', async () => {
    const one = honest.map((each) =>
      each.name === 'k6_iterations_total' ? counter('iterations_total', {}, 998) : each,
    );
    expect((await ask(one, { 'users-k6-1': summary })).disagreements).toEqual([]);
  });

  test('can’t be compared where the generator left no summary', async () => {
    expect(await ask(honest, {})).toEqual({ disagreements: [], silent: ['users-k6-1'] });
    expect(await ask(honest, { 'users-k6-1': null })).toEqual({ disagreements: [], silent: ['users-k6-1'] });
  });
});

test('a percentile lies within the buckets that hold it, an observation or two about', () => {
  const buckets = [
    { lower: 1, upper: 2, count: 10 },
    { lower: 4, upper: 8, count: 10 },
  ];
  expect(percentileRange(buckets, 0.25)).toEqual([1, 2]);
  // Between the two halves k6 takes the mean of both neighbours.
  expect(percentileRange(buckets, 0.5)).toEqual([1, 8]);
  expect(percentileRange(buckets, 0.75)).toEqual([4, 8]);
  expect(percentileRange([], 0.5)).toBeNull();
});
