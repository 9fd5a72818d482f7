import { describe, expect, test } from 'vitest';
import { censoredPercentile } from '../../../../orchestrator/measure/figures/censored-percentile.ts';
import { percentileOf } from '../../../../orchestrator/statistics/merged-histogram.ts';

const bucket = (lower: number, upper: number, count: number) => ({ lower, upper, count });
/** A bucket so narrow that it stands for one time. */
const at = (seconds: number, count = 1) => bucket(seconds * 0.999, seconds, count);

describe('a percentile of answers, some of which never came', () => {
  const answers = [bucket(0.01, 0.02, 70), bucket(0.02, 0.04, 20), bucket(0.04, 0.08, 10)];

  test.each([0.1, 0.5, 0.7, 0.71, 0.95, 0.99, 0.999])('is the ordinary one where all came: %d', (share) => {
    const found = censoredPercentile({ answers, unanswered: [] }, share);
    expect(found?.atLeast).toBe(false);
    expect(found?.value).toBeCloseTo(percentileOf(answers, share) ?? 0, 9);
  });

  test('there is none without an answer', () => {
    expect(censoredPercentile({ answers: [], unanswered: [at(10, 5)] }, 0.5)).toBeNull();
    expect(censoredPercentile({ answers: [], unanswered: [], cutOff: 3 }, 0.5)).toBeNull();
  });

  test('39 % that hang push p95 beyond every answer, to what they had waited at least', () => {
    const hanging = { answers: [at(0.003, 61)], unanswered: [at(12, 39)] };
    expect(censoredPercentile(hanging, 0.5)?.value).toBeCloseTo(0.003, 5);
    const p95 = censoredPercentile(hanging, 0.95);
    expect(p95?.atLeast).toBe(true);
    expect(p95?.value).toBeGreaterThan(11.9);
    expect(p95?.value).toBeLessThanOrEqual(12);
  });

  test('refused connections, over at once, neither lower nor raise it', () => {
    const refused = { answers, unanswered: [at(0.0003, 1000)] };
    for (const share of [0.5, 0.95, 0.99]) {
      expect(censoredPercentile(refused, share)?.value).toBeCloseTo(percentileOf(answers, share) ?? 0, 9);
    }
  });

  // Kaplan & Meier 1958, in the textbook form: remission of leukaemia under 6-MP (Freireich et al. 1963), 21 patients, 12 censored.
  // S(6) = 0.857, S(7) = 0.807, S(10) = 0.753, S(13) = 0.690, S(16) = 0.627, S(22) = 0.538, S(23) = 0.448.
  const remissions = {
    answers: [at(6, 3), at(7), at(10), at(13), at(16), at(22), at(23)],
    unanswered: [at(6), at(9), at(10), at(11), at(17), at(19), at(20), at(25), at(32, 2), at(34), at(35)],
  };
  test.each([
    [0.1, 6],
    [0.142, 6],
    [0.15, 7],
    [0.192, 7],
    [0.2, 10],
    [0.25, 13],
    [0.35, 16],
    [0.46, 22],
    [0.5, 23],
    [0.55, 23],
  ])('the %d quantile of the remissions of 6-MP is %d weeks', (share, weeks) => {
    const found = censoredPercentile(remissions, share);
    expect(found?.atLeast).toBe(false);
    expect(found?.value).toBeGreaterThan(weeks * 0.998);
    expect(found?.value).toBeLessThanOrEqual(weeks);
  });

  test('and beyond the last remission it is no less than the longest time seen', () => {
    expect(censoredPercentile(remissions, 0.56)).toEqual({ value: 35 * 0.999, atLeast: true });
  });

  test('those cut off after a wait that nobody knows outlast all others', () => {
    expect(censoredPercentile({ answers: [at(1, 50)], unanswered: [], cutOff: 50 }, 0.5)?.atLeast).toBe(
      false,
    );
    expect(censoredPercentile({ answers: [at(1, 50)], unanswered: [], cutOff: 50 }, 0.51)?.atLeast).toBe(
      true,
    );
  });
});
