import { describe, expect, test } from 'vitest';
import { drawTimeMs } from '../../../orchestrator/plan/draw-time.ts';
import { randomStream } from '../../../orchestrator/plan/random-stream.ts';
import { meanMsOf } from '../../../orchestrator/scenario/groups/distribution.ts';
import type { Distribution } from '../../../orchestrator/scenario/groups/group.ts';

const DRAWS = 20_000;

function drawn(distribution: Distribution, seed: number): number[] {
  const random = randomStream(seed, 'test');
  return Array.from({ length: DRAWS }, () => drawTimeMs(distribution, random));
}

/** P(time ≤ t), from the textbook. */
function cumulative(distribution: Distribution, timeMs: number): number {
  if (distribution.kind === 'fixed') return timeMs < distribution.valueMs ? 0 : 1;
  if (distribution.kind === 'exponential') return 1 - Math.exp(-timeMs / distribution.meanMs);
  return 1 - Math.exp(-((timeMs / distribution.scaleMs) ** distribution.shape));
}

describe.each<Distribution>([
  { kind: 'exponential', meanMs: 30_000 },
  { kind: 'weibull', shape: 0.6, scaleMs: 30_000 },
  { kind: 'weibull', shape: 1, scaleMs: 30_000 },
  { kind: 'weibull', shape: 3, scaleMs: 30_000 },
])('times drawn from %o', (distribution) => {
  test.each([1, 2, 3])('pass the test of Kolmogorov and Smirnov at the level of 0.001 (seed %i)', (seed) => {
    const sorted = drawn(distribution, seed).toSorted((a, b) => a - b);
    // Half a millisecond stands for rounding.
    const distances = sorted.map((timeMs, index) =>
      Math.max(
        cumulative(distribution, timeMs - 0.5) - index / DRAWS - 1 / DRAWS,
        index / DRAWS - cumulative(distribution, timeMs + 0.5),
      ),
    );
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(DRAWS));
  });

  test('have its mean', () => {
    const mean = drawn(distribution, 7).reduce((sum, timeMs) => sum + timeMs, 0) / DRAWS;
    expect(mean / meanMsOf(distribution)).toBeGreaterThan(0.95);
    expect(mean / meanMsOf(distribution)).toBeLessThan(1.05);
  });
});

test('a fixed time is always the same', () => {
  expect(new Set(drawn({ kind: 'fixed', valueMs: 1234 }, 1))).toEqual(new Set([1234]));
});

test('no time is shorter than a millisecond', () => {
  expect(Math.min(...drawn({ kind: 'weibull', shape: 0.1, scaleMs: 1 }, 1))).toBe(1);
});

describe('a stream of random numbers', () => {
  const first = (seed: number, ...purpose: string[]) => {
    const random = randomStream(seed, ...purpose);
    return [random(), random(), random()];
  };

  test('is the same for the same seed and purpose', () => {
    expect(first(1, 'peers', 'arrivals')).toEqual(first(1, 'peers', 'arrivals'));
  });

  test('differs with the seed, and with the purpose', () => {
    const streams = [first(1, 'a'), first(2, 'a'), first(1, 'b'), first(1, 'a', 'b'), first(1, 'ab')];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
  });
});
