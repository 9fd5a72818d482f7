// How many operations hang at each moment, from what their waits came to once they had ended.
import { expect, it, test } from 'vitest';
import { hangingAt, readHanging, type Standing } from '../../../../orchestrator/measure/impacts/hanging.ts';
import type { Bucket } from '../../../../orchestrator/statistics/merged-histogram.ts';
import { fakePrometheus } from '../fake-prometheus.ts';

const quick: Bucket = { lower: 0.009, upper: 0.01, count: 100 };
const wait = (lower: number, upper: number, count: number): Bucket => ({ lower, upper, count });
const seconds = Array.from({ length: 41 }, (_, second) => second * 1000);

/** Seconds in which somebody hangs, and how many. */
function hung(answered: Standing, unanswered: Standing, usual = { startMs: 0, endMs: 20_000 }): string {
  return hangingAt(seconds, { answered, unanswered }, usual)
    .filter(([, count]) => count > 0)
    .map(([ms, count]) => `${ms / 1000}:${count}`)
    .join(' ');
}

/** Of histograms that stand at `before` until a second, and then at `after`. */
function standing(at: number, before: readonly Bucket[], after: readonly Bucket[]): Standing {
  return seconds.map((ms) => [ms, ms < at * 1000 ? before : after] as const);
}

const answers = standing(0, [], [quick]);

test.each<[string, Standing, Standing, string]>([
  ['nobody', answers, [], ''],
  [
    'two who were never answered',
    answers,
    standing(30, [], [wait(5.5, 6, 2)]),
    '24:2 25:2 26:2 27:2 28:2 29:2',
  ],
  ['who were refused at once do not hang', answers, standing(30, [], [wait(0.001, 0.002, 9)]), ''],
  ['who gave up before a recovery would have lasted', answers, standing(30, [], [wait(2, 2.2, 9)]), ''],
  ['who were answered at last', standing(28, [quick], [quick, wait(3.5, 4, 1)]), [], '24:1 25:1 26:1 27:1'],
  [
    'whose answers always take that long do not hang',
    standing(28, [quick, wait(3.5, 4, 1)], [quick, wait(3.5, 4, 9)]),
    [],
    '',
  ],
  [
    'whose answer takes more than twice as long as ever before',
    standing(38, [quick, wait(3.5, 4, 1)], [quick, wait(3.5, 4, 1), wait(9, 10, 1)]),
    [],
    '28:1 29:1 30:1 31:1 32:1 33:1 34:1 35:1 36:1 37:1',
  ],
])('%s', (_, answered, unanswered, expected) => {
  expect(hung(answered, unanswered)).toBe(expected);
});

it('does not take for usual how long answers took in the warm-up', () => {
  const cold = [quick, wait(3.5, 4, 1)];
  const answered = standing(28, cold, [...cold, wait(4.5, 5, 1)]);
  expect(hung(answered, [])).toBe('');
  expect(hung(answered, [], { startMs: 10_000, endMs: 20_000 })).toBe('23:1 24:1 25:1 26:1 27:1');
});

it('asks for as long as its generators were given to end', async () => {
  const { client } = fakePrometheus([]);
  const ends: number[] = [];
  const queryRange: typeof client.queryRange = async (expr, start, end, step) => {
    ends.push(end);
    return await client.queryRange(expr, start, end, step);
  };
  const load = { run: 'r', startMs: 1_000_000, lastedMs: 10_000, settledMs: 140_000, stepSeconds: 2 };
  await readHanging({ ...client, queryRange }, load, { startMs: 0, endMs: 2000 });
  expect(ends).toEqual([1140, 1140]);
});

it('asks until after the end of the load, when those who hung are given up, and tells of the load only', async () => {
  const histogram = (...buckets: Bucket[]) => ({ count: 0, sum: 0, buckets });
  const labels = { run: 'r' };
  const { client } = fakePrometheus([]);
  const asked: string[] = [];
  const series = await readHanging(
    {
      ...client,
      queryRange: async (expr, start, end, step) => {
        asked.push(`${expr} ${start} ${end} ${step}`);
        if (!expr.includes('k6_topolab_unanswered_seconds{run="r"}')) return [];
        return [{ labels, points: [], histograms: [[1013, histogram(wait(9.5, 10, 3))]] }];
      },
    },
    { run: 'r', startMs: 1_000_000, lastedMs: 10_000, stepSeconds: 2 },
    { startMs: 0, endMs: 2000 },
  );
  expect(asked).toEqual([
    'sum(last_over_time(k6_http_req_duration_seconds{run="r"}[1d])) 1000 1070 2',
    'sum(last_over_time(k6_topolab_unanswered_seconds{run="r"}[1d])) 1000 1070 2',
  ]);
  expect(series.points).toEqual([
    [0, 0],
    [2000, 0],
    [4000, 3],
    [6000, 3],
    [8000, 3],
    [10_000, 3],
  ]);
});
