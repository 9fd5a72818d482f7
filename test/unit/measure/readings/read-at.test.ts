import { describe, expect, test } from 'vitest';
import { increaseOver, readAt, valueBetween } from '../../../../orchestrator/measure/readings/read-at.ts';
import { fakePrometheus } from '../fake-prometheus.ts';

const clock = { run: 'r', startMs: 1_000_000 };
const at = (atSeconds: number, count: number) => ({ atSeconds, count, sum: 0, buckets: [] });

describe('the value between two pushes', () => {
  test.each([
    ['a series without any sample stood at zero', [], 10, 0],
    ['before the first sample it grows from zero within the push interval', [at(10, 40)], 9.5, 20],
    ['and was zero before that interval', [at(10, 40)], 8, 0],
    ['nothing is counted before the start of the load', [at(0.4, 8)], 0, 0],
    ['nor where setup had sent something before it', [at(-0.3, 1), at(0.4, 8)], 0, 1],
    ['at a sample it is that sample', [at(10, 40), at(11, 60)], 10, 40],
    ['between two samples it lies on the line', [at(10, 40), at(11, 60)], 10.25, 45],
    ['after a pause the gain belongs to the last push interval', [at(10, 40), at(20, 60)], 15, 40],
    ['within that interval it lies on the line', [at(10, 40), at(20, 60)], 19.5, 50],
    [
      'the zeros at which the gate lets it begin change nothing',
      [at(9.998, 0), at(9.999, 0), at(10, 40)],
      9.5,
      20,
    ],
    ['nor do they later', [at(9.999, 0), at(10, 40), at(11, 60)], 10.25, 45],
    ['after the last sample it stays', [at(10, 40)], 500, 40],
  ])('%s', (_, samples, atSeconds, count) => {
    expect(valueBetween(samples, atSeconds, 0).count).toBeCloseTo(count, 9);
  });

  test('histograms are weighted bucket by bucket', () => {
    const before = { atSeconds: 1, count: 4, sum: 6, buckets: [{ lower: 1, upper: 2, count: 4 }] };
    const after = {
      atSeconds: 2,
      count: 10,
      sum: 16,
      buckets: [
        { lower: 1, upper: 2, count: 6 },
        { lower: 2, upper: 4, count: 4 },
      ],
    };
    expect(valueBetween([before, after], 1.5, 0)).toEqual({
      count: 7,
      sum: 11,
      buckets: [
        { lower: 1, upper: 2, count: 5 },
        { lower: 2, upper: 4, count: 2 },
      ],
    });
  });
});

describe('reading from Prometheus', () => {
  const steady = Array.from({ length: 60 }, (_, second) => [1000.5 + second, 10 * (second + 1) - 5] as const);
  const { client } = fakePrometheus([
    { name: 'hits', labels: { run: 'r', node: 'a' }, samples: steady },
    { name: 'hits', labels: { run: 'r', node: 'b' }, samples: steady.slice(0, 20) },
    { name: 'hits', labels: { run: 'r', node: 'c' }, samples: [[1039.5, 3]] },
    { name: 'hits', labels: { run: 'other', node: 'a' }, samples: [[1010, 1e6]] },
  ]);
  const countsAt = async (offsetMs: number) =>
    Object.fromEntries(
      (await readAt(client, 'hits{run="r"}', offsetMs, clock)).map(({ labels, count }) => [
        labels['node'],
        count,
      ]),
    );

  test('each series is read at the moment itself, not at its last push', async () => {
    expect(await countsAt(10_000)).toEqual({ a: 100, b: 100 });
  });

  test('a series that ended long before keeps its last value', async () => {
    expect(await countsAt(50_000)).toEqual({ a: 500, b: 195, c: 3 });
  });

  test('the gain over a window counts the first sample of a series that began in it', async () => {
    const gained = await increaseOver(client, 'hits{run="r"}', { startMs: 15_000, endMs: 40_000 }, clock);
    expect(gained.map(({ labels, count }) => [labels['node'], count])).toEqual([
      ['a', 250],
      ['b', 45],
      ['c', 3],
    ]);
  });

  test('windows that follow each other add up to the whole', async () => {
    const total = async (startMs: number, endMs: number) =>
      (await increaseOver(client, 'hits{run="r"}', { startMs, endMs }, clock)).reduce(
        (sum, { count }) => sum + count,
        0,
      );
    const parts = [0, 7_300, 19_950, 33_333, 60_000];
    const sums = await Promise.all(parts.slice(1).map((end, index) => total(parts[index] ?? 0, end)));
    expect(sums.reduce((sum, each) => sum + each, 0)).toBeCloseTo(await total(0, 60_000), 6);
  });
});
