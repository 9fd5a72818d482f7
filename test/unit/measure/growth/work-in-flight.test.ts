import { expect, test } from 'vitest';
import { tellGrowth } from '../../../../orchestrator/measure/growth/growth.ts';
import { measureGrowth, readWork } from '../../../../orchestrator/measure/growth/work-in-flight.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';
import { steadyLoad } from '../steady-load.ts';

const START = 1_700_000_000;
const clock = { run: 'r', startMs: START * 1000 };
const curve = steadyLoad(10, 20_000);

/** One generator that pushes each second what has ended: `perSecond` iterations of `seconds(t)` each. */
function generator(
  node: string,
  window: string,
  [from, to]: readonly [number, number],
  perSecond: number,
  seconds: (at: number) => number,
): StoredSeries {
  let count = 0;
  let sum = 0;
  const samples = Array.from({ length: to - from }, (_, n) => {
    count += perSecond;
    sum += perSecond * seconds(from + n + 1);
    return [START + from + n + 1, { count, sum, buckets: [] }] as const;
  });
  return {
    name: 'k6_iteration_duration_seconds',
    labels: { run: 'r', group: 'users', node, window },
    samples,
  };
}

test('adds up generators and windows, and counts what was due by the plan', async () => {
  const { client } = fakePrometheus(
    [
      generator('users-k6-1', 'settle', [0, 3], 4, () => 0.1),
      generator('users-k6-1', 'measure', [3, 12], 4, () => 0.1),
      generator('users-k6-2', 'settle', [0, 12], 5, () => 0.2),
      generator('others-k6-1', 'settle', [0, 12], 7, () => 9),
    ].map((series, index) =>
      index === 3 ? { ...series, labels: { ...series.labels, group: 'others' } } : series,
    ),
  );
  const [at3, at5, at8] = await readWork(client, curve, [3000, 5000, 8500], clock);
  expect(at3).toEqual({ atMs: 3000, due: 30, ended: 27, tookMs: expect.closeTo(4200) });
  expect(at5).toMatchObject({ due: 50, ended: expect.closeTo(45), tookMs: expect.closeTo(7000) });
  // Between two pushes, as much as of the time.
  expect(at8).toMatchObject({ due: 85, ended: expect.closeTo(76.5) });
});

test('a queue that grows is told from pushes alone', async () => {
  const looks = [3, 4, 5, 6, 7, 8, 9, 10, 11].map((second) => second * 1000);
  const growing = fakePrometheus([
    generator('users-k6-1', 'measure', [0, 14], 9.8, (at) => 0.15 + 0.02 * at),
  ]);
  const growth = tellGrowth(await readWork(growing.client, curve, looks, clock));
  expect(growth).toMatchObject({ outcome: 'grows', share: expect.closeTo(0.02) });
  const steady = fakePrometheus([generator('users-k6-1', 'measure', [0, 14], 10, () => 0.15)]);
  expect(tellGrowth(await readWork(steady.client, curve, looks, clock)).outcome).toBe('steady');
});

/** Users who think for 8 s: none has ended before, and then as many a second as were started. */
const thinking = (perSecond: number): StoredSeries => ({
  name: 'k6_iteration_duration_seconds',
  labels: { run: 'r', group: 'users', node: 'users-k6-1', window: 'measure' },
  samples: Array.from({ length: 12 }, (_, n) => {
    const count = (n + 1) * perSecond;
    return [START + 9 + n, { count, sum: 8 * count, buckets: [{ lower: 7.8, upper: 8.1, count }] }] as const;
  }),
});

test.each([
  ['steady', 10],
  ['grows', 8],
] as const)('work that users think over is %s where %i of 10 a second end', async (outcome, perSecond) => {
  const { client } = fakePrometheus([thinking(perSecond)]);
  const growth = await measureGrowth(client, curve, { startMs: 3000, endMs: 13_000 }, clock);
  expect(growth.outcome).toBe(outcome);
});

test('where nothing ended at all, it grows from the beginning of the window', async () => {
  const { client } = fakePrometheus([]);
  const growth = await measureGrowth(client, curve, { startMs: 3000, endMs: 13_000 }, clock);
  expect(growth).toMatchObject({ outcome: 'grows', perSecond: expect.closeTo(10) });
});

test('where nothing ended, all that was due is in flight', async () => {
  const { client } = fakePrometheus([]);
  const work = await readWork(client, curve, [3000, 4000, 5000, 6000], clock);
  expect(tellGrowth(work)).toMatchObject({ outcome: 'grows', perSecond: expect.closeTo(10) });
});
