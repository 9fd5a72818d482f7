import { describe, expect, test } from 'vitest';
import { bootstrapOverTrials, meanOf, medianOf } from '../../../orchestrator/capacity/bootstrap.ts';
import { createRandom } from '../../../orchestrator/capacity/random.ts';
import { normalShareBelow, studentQuantile } from '../../../orchestrator/statistics/student-t.ts';

describe('quantiles', () => {
  // From the usual tables (two-sided 5 %, 1 % and 10 %).
  test.each([
    [0.05, 1, 12.7062],
    [0.05, 2, 4.3027],
    [0.05, 3, 3.1824],
    [0.05, 5, 2.5706],
    [0.05, 10, 2.2281],
    [0.05, 30, 2.0423],
    [0.01, 5, 4.0321],
    [0.1, 7, 1.8946],
  ])('Student, %f in the tails, %i degrees of freedom', (tails, degrees, expected) => {
    expect(studentQuantile(tails, degrees)).toBeCloseTo(expected, 3);
  });

  test.each([
    [0.5, 0],
    [0.8413447, 1],
    [0.975, 1.959964],
    [0.001, -3.090232],
  ])('normal, share %f', (share, z) => {
    expect(normalShareBelow(z)).toBeCloseTo(share, 6);
  });
});

describe('bootstrapOverTrials', () => {
  // The treated mice of Efron & Tibshirani 1993, table 2.1: mean 86.86, bootstrap standard error 23.36.
  const mice = [94, 197, 16, 38, 99, 141, 23];

  test('has about the width of Student for a mean, as expanded percentiles should', () => {
    const estimate = bootstrapOverTrials(mice, meanOf, { seed: 1, resamples: 20_000 });
    expect(estimate?.value).toBeCloseTo(86.857, 3);
    // 86.86 ± 2.447 · 25.24: 25.1 to 148.6.
    const width = (estimate?.upper ?? 0) - (estimate?.lower ?? 0);
    expect(width / (2 * 2.447 * 25.24)).toBeGreaterThan(0.93);
    expect(width / (2 * 2.447 * 25.24)).toBeLessThan(1.07);
  });

  test('gives the same interval for the same seed, and scales with the trials', () => {
    const one = bootstrapOverTrials(mice, medianOf, { seed: 5 });
    const tenfold = bootstrapOverTrials(
      mice.map((each) => each * 10),
      medianOf,
      { seed: 5 },
    );
    expect(bootstrapOverTrials(mice, medianOf, { seed: 5 })).toEqual(one);
    expect(tenfold?.lower).toBeCloseTo((one?.lower ?? 0) * 10, 9);
    expect(tenfold?.upper).toBeCloseTo((one?.upper ?? 0) * 10, 9);
  });

  test('one trial has no interval', () => {
    expect(bootstrapOverTrials([5], medianOf, { seed: 1 })).toBeNull();
  });

  test('equal trials give an interval of no width', () => {
    expect(bootstrapOverTrials([5, 5, 5], meanOf, { seed: 1 })).toMatchObject({
      lower: 5,
      upper: 5,
    });
  });

  test('of 1,000 medians of six trials with a wild one now and then, 93 % of the intervals or more hold the truth', () => {
    const random = createRandom(11);
    const trial = () => (random.uniform() < 0.03 ? 70 : 100 + 3 * random.normal());
    const held = Array.from({ length: 1000 }, (_, seed) => {
      const estimate = bootstrapOverTrials(Array.from({ length: 6 }, trial), medianOf, {
        seed,
        resamples: 300,
      });
      return estimate !== null && estimate.lower <= 100 && 100 <= estimate.upper;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(930);
  });
});
