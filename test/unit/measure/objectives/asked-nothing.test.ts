// Loads whose iterations return without asking anybody.
import { describe, expect, it } from 'vitest';
import {
  findAskedNothing,
  findHeardNothing,
} from '../../../../orchestrator/measure/objectives/asked-nothing.ts';
import { Readings } from '../../../../orchestrator/measure/readings/readings.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import type { Measure } from '../../../../orchestrator/scenario/objectives/objective-kinds.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';
import { steadyLoad } from '../steady-load.ts';

const startMs = 1_000_000;
const users = steadyLoad(10, 20_000);
const whole = { startMs: 5_000, endMs: 20_000 };
const context = { run: 'r', startMs, lastedMs: 20_000, loads: [users], uncounted: ['warm'] };

function final(
  name: string,
  value: number,
  labels: Record<string, string> = { window: 'all' },
): StoredSeries {
  return {
    name: `k6_${name}`,
    labels: { run: 'r', group: 'users', node: 'users-k6-1', ...labels },
    samples: [[startMs / 1000 + 19, value]],
  };
}

function answers(count: number, labels: Record<string, string>): StoredSeries {
  const buckets = [{ lower: 0.01, upper: 0.02, count }];
  const series = final('http_req_duration_seconds', 0, { expected_response: 'true', ...labels });
  return { ...series, samples: [[startMs / 1000 + 19, { count, sum: count, buckets }]] };
}

const iterations = [
  final('vus', 10, {}),
  final('topolab_iterations_started_total', 200),
  final('topolab_iterations_ended_total', 200, { window: 'all', outcome: 'done' }),
  final('data_sent_total', 0),
];

const asked = (measure: Measure, load: string | null = null) => ({
  objective: {
    name: 'x',
    measure,
    comparison: 'atMost',
    bound: 1000,
    phase: null,
    load,
  } satisfies Objective,
  window: whole,
});
const counted = (metric: string) => asked({ kind: 'metric', metric, aggregate: 'count' });
const errors = asked({ kind: 'errors' });
const checks = asked({ kind: 'checks', check: null });
const passed = final('topolab_checks_total', 200, { window: 'all', check: 'stored', outcome: 'pass' });

const find = (series: readonly StoredSeries[], objectives: ReturnType<typeof asked>[] = [errors]) =>
  findAskedNothing('users', whole, objectives, new Readings(fakePrometheus(series).client, context));

describe('a load', () => {
  it.each<[string, StoredSeries[]]>([
    ['whose iterations send nothing', []],
    ['of which k6 does not tell what it sent', iterations.slice(0, 3)],
    ['of which only setup() asks', [answers(1, {}), final('data_sent_total', 400, {})]],
    [
      'that asks in its warm-up only',
      [
        answers(50, { window: 'warm' }),
        final('topolab_requests_started_total', 50, { window: 'warm' }),
        final('data_sent_total', 9000, { window: 'warm' }),
      ],
    ],
    ['beside another one that asks', [answers(50, { window: 'all', group: 'others' })]],
  ])('%s has asked nothing', async (_, more) => {
    expect(await find([...iterations, ...more])).toBe('unmeasured');
  });

  it.each<[string, StoredSeries[]]>([
    ['that makes requests', [...iterations, answers(200, { window: 'all' })]],
    [
      'whose users wait until k6 ends them',
      [...iterations, final('topolab_waits_booked_seconds_total', 200)],
    ],
    ['whose users have hung', [...iterations, final('topolab_hung_seconds_total', 200)]],
    ['whose requests are never answered', [...iterations, final('topolab_requests_started_total', 200)]],
    [
      'that sends bytes by another protocol',
      [...iterations, final('data_sent_total', 80, { window: 'all', proto: 'ws' })],
    ],
    ['of which no iteration began: that it never came is said already', [final('vus', 10, {})]],
  ])('%s has not asked nothing', async (_, series) => {
    expect(await find(series)).toBeUndefined();
  });

  it.each<[string, ReturnType<typeof asked>[], StoredSeries[], 'unmeasured' | 'but-measured']>([
    ['its checks', [checks], [passed], 'but-measured'],
    ['checks that nobody made', [checks], [], 'unmeasured'],
    ['checks of another load', [asked({ kind: 'checks', check: null }, 'others')], [passed], 'unmeasured'],
    ['a counter of the script', [counted('rows')], [final('rows_total', 7)], 'but-measured'],
    ['a counter that nothing raised', [counted('row_errors')], [], 'unmeasured'],
    [
      'a metric that k6 makes of itself',
      [counted('iterations')],
      [final('iterations_total', 200)],
      'unmeasured',
    ],
    ['a query of the own', [asked({ kind: 'promql', expr: 'vector(0)' })], [], 'unmeasured'],
  ])(
    'with an objective on %s is measured only if the script tells of it',
    async (_, objectives, series, found) => {
      expect(await find([...iterations, ...series], objectives)).toBe(found);
    },
  );

  it('is measured by its own samples alone, not by those of another load', async () => {
    const others = { ...passed, labels: { ...passed.labels, group: 'others' } };
    expect(await find([...iterations, others], [checks])).toBe('unmeasured');
  });
});

describe('a load that speaks over WebSockets', () => {
  const said = final('ws_msgs_sent_total', 50);
  const hear = (series: readonly StoredSeries[], objectives = [errors]) =>
    findHeardNothing(
      'users',
      whole,
      objectives,
      new Readings(fakePrometheus([...iterations, ...series]).client, context),
    );

  it.each<[string, StoredSeries[]]>([
    ['nobody answers', []],
    ['nobody answers but in the warm-up', [final('ws_msgs_received_total', 9, { window: 'warm' })]],
    ['only others are answered', [final('ws_msgs_received_total', 9, { window: 'all', group: 'others' })]],
  ])('has heard nothing where %s', async (_, more) => {
    expect(await hear([said, ...more])).toBe(true);
  });

  it.each<[string, StoredSeries[], ReturnType<typeof asked>[]]>([
    ['a message came back', [said, final('ws_msgs_received_total', 1)], [errors]],
    ['a request of HTTP was answered', [said, answers(1, { window: 'all' })], [errors]],
    ['a stream was answered and goes on', [said, final('topolab_requests_left_open_total', 1)], [errors]],
    ['it says nothing either', [], [errors]],
    ['an objective is on what the script tells', [said, passed], [checks]],
  ])('has not where %s', async (_, series, objectives) => {
    expect(await hear(series, objectives)).toBe(false);
  });
});
