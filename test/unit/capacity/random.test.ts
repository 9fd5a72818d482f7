import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../orchestrator/capacity/random.ts';

describe('random numbers of small seeds in a row, as people write them', () => {
  const seeds = Array.from({ length: 1000 }, (_, index) => index + 1);

  // 1.95: above it uniform numbers come once in a thousand times (Kolmogorov-Smirnov).
  test.each([1, 2, 3, 4])('draw %i is uniform over seeds', (draw) => {
    const sorted = seeds.map((seed) => nthDraw(seed, draw)).sort((a, b) => a - b);
    const distances = sorted.map((value, index) => Math.abs(value - (index + 0.5) / sorted.length));
    expect(Math.max(...distances) * Math.sqrt(sorted.length)).toBeLessThan(1.95);
  });

  // Four standard errors of a correlation of nothing.
  test.each([1, 2, 3, 4])('draw %i of a seed says nothing of the next seed', (draw) => {
    const products = seeds.map((seed) => (nthDraw(seed, draw) - 0.5) * (nthDraw(seed + 1, draw) - 0.5));
    const correlation = (products.reduce((sum, each) => sum + each, 0) / products.length) * 12;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(products.length));
  });

  test('the same seed gives the same numbers', () => {
    expect(nthDraw(7, 3)).toBe(nthDraw(7, 3));
  });
});

function nthDraw(seed: number, draw: number): number {
  const { uniform } = createRandom(seed);
  for (let skipped = 1; skipped < draw; skipped++) uniform();
  return uniform();
}
