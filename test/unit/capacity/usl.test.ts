import { describe, expect, test } from 'vitest';
import { simulateFits } from '../../../bench/capacity/simulate-fit.ts';
import { fitUsl, limitsOf, type SizeTrials, uslCapacity } from '../../../orchestrator/capacity/usl.ts';

function exact(
  coefficients: { lambda: number; sigma: number; kappa: number },
  ...sizes: number[]
): SizeTrials[] {
  return sizes.map((size) => ({ size, capacities: [uslCapacity(coefficients, size)] }));
}

describe('the law', () => {
  // By hand: 100 · 8 / (1 + 0.1 · 7 + 0.005 · 56) = 800 / 1.98.
  test.each([
    [{ lambda: 100, sigma: 0.1, kappa: 0.005 }, 1, 100],
    [{ lambda: 100, sigma: 0.1, kappa: 0.005 }, 8, 800 / 1.98],
    [{ lambda: 50, sigma: 0, kappa: 0 }, 8, 400],
    [{ lambda: 100, sigma: 1, kappa: 0 }, 64, 100],
  ])('%j with %i nodes', (coefficients, size, expected) => {
    expect(uslCapacity(coefficients, size)).toBeCloseTo(expected, 9);
  });

  test('peaks at √((1-σ)/κ) nodes, approaches λ/σ without κ, and grows for ever without either', () => {
    expect(limitsOf({ lambda: 100, sigma: 0.1, kappa: 0.009 })).toMatchObject({
      peak: { size: 10 },
      plateau: null,
    });
    expect(limitsOf({ lambda: 100, sigma: 0.1, kappa: 0 })).toEqual({ peak: null, plateau: 1000 });
    expect(limitsOf({ lambda: 100, sigma: 0, kappa: 0 })).toEqual({ peak: null, plateau: null });
    expect(limitsOf({ lambda: 100, sigma: 1.5, kappa: 0.1 }).peak).toEqual({ size: 1, capacity: 100 });
  });
});

describe('fitUsl', () => {
  test.each([
    { lambda: 100, sigma: 0.05, kappa: 0.002 },
    { lambda: 7000, sigma: 0.3, kappa: 0.0001 },
    { lambda: 3, sigma: 0, kappa: 0.01 },
    { lambda: 100, sigma: 0.1, kappa: 0 },
    { lambda: 100, sigma: 0, kappa: 0 },
  ])('finds the coefficients again that made the capacities: %j', (coefficients) => {
    const fit = fitUsl(exact(coefficients, 1, 2, 4, 8, 16), { seed: 1, resamples: 10 });
    expect(fit?.lambda.value).toBeCloseTo(coefficients.lambda, 3);
    expect(fit?.sigma.value).toBeCloseTo(coefficients.sigma, 5);
    expect(fit?.kappa.value).toBeCloseTo(coefficients.kappa, 6);
    expect(fit?.rSquared).toBeCloseTo(1, 9);
  });

  test('never gives a negative coefficient, even where groups serve more than their nodes alone', () => {
    const fit = fitUsl(
      [1, 2, 4, 8].map((size) => ({ size, capacities: [100 * size ** 1.1] })),
      { seed: 1, resamples: 10 },
    );
    expect(fit?.sigma.lower).toBeGreaterThanOrEqual(0);
    expect(fit?.kappa.lower).toBeGreaterThanOrEqual(0);
    expect(fit?.plateau).toBeNull();
  });

  test('needs three sizes, and warns with three', () => {
    const coefficients = { lambda: 100, sigma: 0.1, kappa: 0 };
    expect(fitUsl(exact(coefficients, 1, 2), { seed: 1 })).toBeNull();
    expect(fitUsl(exact(coefficients, 1, 1, 2), { seed: 1 })).toBeNull();
    const fit = fitUsl(exact(coefficients, 1, 2, 4), { seed: 1, resamples: 10 });
    expect(fit?.warnings.join()).toContain('only 3 sizes');
    expect(fit?.warnings.join()).toContain('single trial');
  });

  test('warns of a curve that does not fit', () => {
    const zigzag = [100, 400, 150, 600, 200].map((capacity, index) => ({
      size: index + 1,
      capacities: [capacity],
    }));
    const fit = fitUsl(zigzag, { seed: 1, resamples: 10 });
    expect(fit?.warnings.join()).toContain('explains only');
    expect(fit?.warnings.join()).toContain('off what was measured');
  });

  test('says what lies beyond the measured sizes', () => {
    const fit = fitUsl(exact({ lambda: 100, sigma: 0.1, kappa: 0.001 }, 2, 3, 4, 8), {
      seed: 1,
      resamples: 10,
    });
    expect(fit?.predict(6).beyondMeasured).toBe(false);
    expect(fit?.predict(9).beyondMeasured).toBe(true);
    expect(fit?.predict(1).beyondMeasured).toBe(true);
  });

  test('intervals hold the true coefficients and capacities in at least 93 % (100 systems here, 1,000 in the bench)', () => {
    const held = Object.values(simulateFits({ systems: 100, seed: 3, resamples: 80 }));
    expect(held.reduce((sum, share) => sum + share, 0) / held.length).toBeGreaterThanOrEqual(0.93);
  });
});
