import { describe, expect, test } from 'vitest';
import { chooseArrivals, drawArrivals, waitsOf } from '../../../orchestrator/capacity/poisson-arrivals.ts';
import { waitingInMd1 } from '../../../orchestrator/capacity/queueing.ts';

const meanOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('Poisson arrivals', () => {
  test('have exponential intervals: mean and standard deviation are alike', () => {
    const arrivals = drawArrivals(1, 50, 100_000);
    const intervals = arrivals.map((atMs, index) => atMs - (arrivals[index - 1] ?? 0));
    const mean = meanOf(intervals);
    const deviation = Math.sqrt(meanOf(intervals.map((each) => (each - mean) ** 2)));
    expect(mean).toBeCloseTo(20, 0);
    expect(deviation / mean).toBeCloseTo(1, 1);
  });

  test('are the same for the same seed', () => {
    expect(drawArrivals(7, 80, 100)).toEqual(drawArrivals(7, 80, 100));
    expect(drawArrivals(7, 80, 100)).not.toEqual(drawArrivals(8, 80, 100));
  });

  test.each([0.5, 0.8, 0.9])('wait as M/D/1 has it at a load of %d', (use) => {
    const waits = waitsOf(drawArrivals(3, use * 100, 1_000_000), 10);
    expect(meanOf(waits) / waitingInMd1(use, 10)).toBeCloseTo(1, 1);
  });
});

test('waits follow one from the other', () => {
  expect(waitsOf([0, 4, 30, 31, 32], 10)).toEqual([0, 6, 0, 9, 18]);
});

test('chosen arrivals come within a hundredth of the expectation, and tell how far others scatter', () => {
  const options = { ratePerSecond: 80, count: 640, serviceMs: 10, expectedMs: waitingInMd1(0.8, 10) };
  const chosen = chooseArrivals({ ...options, seed: 1 });
  expect(Math.abs(chosen.meanWaitMs / options.expectedMs - 1)).toBeLessThan(0.01);
  expect(meanOf(waitsOf(drawArrivals(chosen.seed, 80, 640), 10))).toBe(chosen.meanWaitMs);
  expect(chosen.luck).toBeGreaterThan(0.1);
});
