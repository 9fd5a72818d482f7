import { describe, expect, test } from 'vitest';
import { compareTrials } from '../../../orchestrator/capacity/compare.ts';
import { createRandom } from '../../../orchestrator/capacity/random.ts';

describe('compareTrials', () => {
  // All C(n+m, n) divisions are equally likely; in the first three only the observed one and its mirror are
  // as extreme; in the last, sums of four out of 1 to 8 up to 14 (1 + 1 + 2 + 3 + 5 of them) and from 22 on (as many).
  test.each([
    [[1, 2, 3], [4, 5, 6], 2 / 20, 'too-few-trials'],
    [[1, 2, 3, 4], [5, 6, 7, 8], 2 / 70, 'differs'],
    [[1, 2, 3], [4, 5, 6, 7, 8], 2 / 56, 'differs'],
    [[1, 2, 3, 8], [4, 5, 6, 7], 24 / 70, 'no-difference-seen'],
  ] as const)('%j against %j', (a, b, pValue, outcome) => {
    const comparison = compareTrials(a, b, { seed: 1 });
    expect(comparison.pValue).toBeCloseTo(pValue, 9);
    expect(comparison.outcome).toBe(outcome);
  });

  test('tells size, direction and interval of a difference', () => {
    const comparison = compareTrials([98, 100, 102, 100], [119, 121, 120, 120], { seed: 1 });
    expect(comparison).toMatchObject({ a: 100, b: 120, effect: 1, relative: 0.2, outcome: 'differs' });
    expect(comparison.difference?.lower).toBeGreaterThan(15);
    expect(comparison.difference?.upper).toBeLessThan(25);
    expect(comparison.sentence).toBe('+20.0 %: a difference (p = 0.029).');
  });

  test('says how small a p-value the trials could give when they are too few', () => {
    expect(compareTrials([1], [9], { seed: 1 })).toMatchObject({
      outcome: 'too-few-trials',
      difference: null,
      leastPValue: 1,
    });
    expect(compareTrials([10, 10, 10], [20, 20, 20], { seed: 1 }).sentence).toContain(
      'too few trials to tell',
    );
  });

  test('equal trials are no difference', () => {
    expect(compareTrials([5, 5, 5, 5], [5, 5, 5, 5], { seed: 1 })).toMatchObject({ pValue: 1, effect: 0 });
  });

  test('a side without trials is a bug', () => {
    expect(() => compareTrials([], [1], { seed: 1 })).toThrow(RangeError);
  });

  test('many trials are permuted at random, and never give a p-value of 0', () => {
    const a = Array.from({ length: 20 }, (_, index) => index);
    const b = a.map((each) => each + 100);
    const { pValue, outcome } = compareTrials(a, b, { seed: 1, resamples: 999 });
    expect(pValue).toBeCloseTo(0.001, 9);
    expect(outcome).toBe('differs');
  });

  test('swapping the sides turns the sign and nothing else', () => {
    const a = [1, 3, 5, 9];
    const b = [2, 8, 9, 12, 13];
    const there = compareTrials(a, b, { seed: 3 });
    const back = compareTrials(b, a, { seed: 3 });
    expect(back.pValue).toBeCloseTo(there.pValue, 12);
    expect(back.effect).toBe(-there.effect);
    expect(back.difference?.value).toBeCloseTo(-(there.difference?.value ?? 0), 12);
  });

  test('of 1,000 comparisons of the same system at most 5 % see a difference, and its intervals hold 0 in 93 % or more', () => {
    const random = createRandom(7);
    const trials = () => Array.from({ length: 6 }, () => 100 + 5 * random.normal());
    const comparisons = Array.from({ length: 1000 }, (_, seed) =>
      compareTrials(trials(), trials(), { seed, resamples: 200 }),
    );
    const seen = comparisons.filter(({ outcome }) => outcome === 'differs').length;
    const holds = comparisons.filter(
      ({ difference }) => difference !== null && difference.lower <= 0 && difference.upper >= 0,
    ).length;
    expect(seen).toBeLessThanOrEqual(65); // 5 % of 1,000 and two standard deviations of chance
    expect(holds).toBeGreaterThanOrEqual(930);
  });
});
