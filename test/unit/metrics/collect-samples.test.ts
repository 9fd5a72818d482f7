import { describe, expect, test } from 'vitest';
import type { Panel } from '../../../dashboards/panels/panel.ts';
import {
  chooseStepSeconds,
  collectSamples,
  rateWindow,
  renderLegend,
} from '../../../orchestrator/metrics/collect-samples.ts';
import type { PrometheusClient, RangeSeries } from '../../../orchestrator/metrics/prometheus-client.ts';

const panel = (id: string, ...exprs: string[]): Panel => ({
  id,
  title: id,
  help: '',
  unit: 'count',
  queries: exprs.map((expr) => ({ expr, legend: '{{node}} busy' })),
});

/** Answers range queries from a table and counts those under way. */
function fakePrometheus(table: Record<string, readonly RangeSeries[]>) {
  const asked: { expr: string; start: number; end: number; step: number }[] = [];
  let underWay = 0;
  const seen = { most: 0, asked };
  const client: PrometheusClient = {
    queryInstant: () => Promise.reject(new Error('not expected')),
    querySamples: () => Promise.reject(new Error('not expected')),
    async queryRange(expr, start, end, step) {
      asked.push({ expr, start, end, step });
      underWay += 1;
      seen.most = Math.max(seen.most, underWay);
      await Promise.resolve();
      underWay -= 1;
      return table[expr] ?? [];
    },
  };
  return { client, seen };
}

test('every query of every panel runs over the run, and times become offsets', async () => {
  const { client, seen } = fakePrometheus({
    'a{run=~"r1"}': [
      {
        labels: { __name__: 'a', node: 'n1' },
        points: [
          [1000, 1],
          [1001, Number.NaN],
          [1002, 3],
        ],
        histograms: [],
      },
    ],
    'rate(b[5s])': [{ labels: {}, points: [[1001.5, Number.POSITIVE_INFINITY]], histograms: [] }],
  });
  const saved = await collectSamples(
    client,
    [panel('one', 'a{run=~"$run"}', 'rate(b[$window])'), panel('two', 'c')],
    {
      run: 'r1',
      startMs: 1_000_000,
      endMs: 1_060_000,
    },
  );
  expect(saved).toEqual({
    stepSeconds: 1,
    panels: {
      one: [
        {
          labels: { node: 'n1' },
          legend: 'n1 busy',
          points: [
            [0, 1],
            [2000, 3],
          ],
        },
        { labels: {}, legend: 'busy', points: [] },
      ],
      two: [],
    },
  });
  expect(seen.asked).toContainEqual({ expr: 'c', start: 1000, end: 1060, step: 1 });
});

test('at most four queries are under way at once', async () => {
  const { client, seen } = fakePrometheus({});
  await collectSamples(client, [panel('many', ...Array.from({ length: 20 }, (_, i) => `q${i}`))], {
    run: 'r',
    startMs: 0,
    endMs: 1000,
  });
  expect(seen.asked).toHaveLength(20);
  expect(seen.most).toBe(4);
});

describe('the step', () => {
  test.each([
    ['a minute', 60_000, undefined, 1],
    ['599 steps', 599_000, undefined, 1],
    ['600 steps', 600_000, undefined, 2],
    ['an hour', 3_600_000, undefined, 7],
    ['a minute with a wider step asked for', 60_000, 5, 5],
    ['nothing', 0, undefined, 1],
  ])('over %s keeps a series at 600 points', (_, durationMs, least, step) => {
    expect(chooseStepSeconds(durationMs, least)).toBe(step);
    expect(durationMs / 1000 / step + 1).toBeLessThanOrEqual(600);
  });

  test('grows with the nodes beyond 500, so that all together have no more points', () => {
    const minuteMs = 60_000;
    expect([1, 500, 1000, 10_000].map((nodes) => chooseStepSeconds(10 * minuteMs, 1, nodes))).toEqual([
      2, 2, 3, 21,
    ]);
  });
});

test.each([
  [1, '5s'],
  [7, '14s'],
])('with a step of %d s rates look back over %s', (stepSeconds, window) => {
  expect(rateWindow(stepSeconds)).toBe(window);
});

test.each([
  ['{{node}} busy', { node: 'n' }, 'n busy'],
  ['{{ group }}/{{state}}', { group: 'g', state: 'ready' }, 'g/ready'],
  ['{{missing}} p95', {}, 'p95'],
  ['plain', { a: 'b' }, 'plain'],
])('the legend %s is rendered', (template, labels, legend) => {
  expect(renderLegend(template, labels)).toBe(legend);
});
