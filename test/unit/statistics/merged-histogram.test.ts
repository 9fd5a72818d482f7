import { describe, expect, test } from 'vitest';
import type { Bucket } from '../../../orchestrator/statistics/merged-histogram.ts';
import { addBuckets, countAbove, percentileOf } from '../../../orchestrator/statistics/merged-histogram.ts';

const bucket = (lower: number, upper: number, count: number): Bucket => ({ lower, upper, count });

test('buckets with the same bounds are added, others kept, all in ascending order', () => {
  const sum = addBuckets([
    { buckets: [bucket(1, 2, 10), bucket(4, 8, 1)], weight: 1 },
    { buckets: [bucket(2, 4, 5), bucket(4, 8, 2)], weight: 1 },
    { buckets: [bucket(1, 2, 4)], weight: -1 },
  ]);
  expect(sum).toEqual([bucket(1, 2, 6), bucket(2, 4, 5), bucket(4, 8, 3)]);
});

describe('a percentile', () => {
  test.each([
    ['of one bucket lies on its logarithmic scale', [bucket(1, 4, 10)], 0.5, 2],
    ['at the edge of two buckets is the edge', [bucket(1, 2, 50), bucket(2, 4, 50)], 0.5, 2],
    ['in a bucket around zero lies on a linear scale', [bucket(-1, 1, 10)], 0.5, 0.5],
    ['below zero lies on the logarithmic scale of its size', [bucket(-4, -1, 10)], 0.5, -2],
    ['of all below zero is the end nearer to it', [bucket(-4, -1, 10)], 1, -1],
    ['of all is the upper end', [bucket(1, 2, 1), bucket(2, 4, 1)], 1, 4],
    [
      'skips buckets that subtraction emptied',
      [bucket(1, 2, 0), bucket(8, 16, 5), bucket(16, 32, -1e-12)],
      0.99,
      8 * 2 ** 0.99,
    ],
  ])('%s', (_, buckets, share, value) => {
    expect(percentileOf(buckets, share)).toBeCloseTo(value, 9);
  });

  test('of nothing is null, never zero', () => {
    expect(percentileOf([], 0.5)).toBeNull();
    expect(percentileOf([bucket(1, 2, 0)], 0.5)).toBeNull();
  });

  test('of two unequal generators is that of all their requests, not the average of theirs', () => {
    const fast = [bucket(0.01, 0.02, 980), bucket(0.02, 0.04, 20)];
    const slow = [bucket(0.64, 1.28, 20)];
    const merged = addBuckets([
      { buckets: fast, weight: 1 },
      { buckets: slow, weight: 1 },
    ]);
    const average = ((percentileOf(fast, 0.95) ?? 0) + (percentileOf(slow, 0.95) ?? 0)) / 2;
    expect(percentileOf(merged, 0.95)).toBeLessThan(0.02);
    expect(average).toBeGreaterThan(0.5);
  });

  test('of known values is off by less than the width of a bucket, 9 %', () => {
    const factor = 2 ** (1 / 8);
    const values = Array.from({ length: 1000 }, (_, index) => 0.005 * 1.004 ** index);
    const counts = new Map<number, number>();
    for (const value of values) {
      const exponent = Math.ceil(Math.log(value) / Math.log(factor));
      counts.set(exponent, (counts.get(exponent) ?? 0) + 1);
    }
    const buckets = [...counts].map(([exponent, count]) =>
      bucket(factor ** (exponent - 1), factor ** exponent, count),
    );
    for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 0.999]) {
      const truth = values[Math.ceil(share * values.length) - 1] ?? Number.NaN;
      expect(Math.abs((percentileOf(buckets, share) ?? 0) / truth - 1)).toBeLessThan(0.09);
    }
  });
});

test('as many lie above a percentile as it leaves over', () => {
  const buckets = [bucket(0, 1, 40), bucket(1, 2, 10), bucket(4, 8, 50)];
  for (const share of [0.1, 0.4, 0.45, 0.7, 0.99])
    expect(countAbove(buckets, percentileOf(buckets, share) ?? 0)).toBeCloseTo(100 * (1 - share), 6);
  expect([countAbove(buckets, 3), countAbove(buckets, 8), countAbove([], 1)]).toEqual([50, 0, 0]);
});
