import { describe, expect, test } from 'vitest';
import {
  percentileUnderStall,
  shareSlowerUnderStall,
  type Stall,
  utilisation,
  waitingInMd1,
  waitingInMg1,
} from '../../../orchestrator/capacity/queueing.ts';

describe('waiting in a queue', () => {
  // By hand from ρ·s / (2(1-ρ)) and ρ·s / (1-ρ) with s = 10 ms.
  test.each([
    [0, 0, 0],
    [0.5, 5, 10],
    [0.8, 20, 40],
    [0.9, 45, 90],
  ])('at load %f of a server that takes 10 ms', (use, constant, exponential) => {
    expect(waitingInMd1(use, 10)).toBeCloseTo(constant, 9);
    expect(waitingInMg1(use, 10, 1)).toBeCloseTo(exponential, 9);
    expect(waitingInMg1(use, 10, 0.5)).toBeCloseTo((constant + exponential) / 2, 9);
  });

  test('a server that gets more than it can serve never catches up', () => {
    expect(waitingInMd1(utilisation(100, 10), 10)).toBe(Number.POSITIVE_INFINITY);
  });

  test('a negative load is a bug', () => {
    expect(() => waitingInMd1(-0.1, 10)).toThrow(RangeError);
  });
});

describe('a stall in the percentiles', () => {
  const stall: Stall = {
    ratePerSecond: 200,
    totalMs: 100_000,
    stallMs: 1000,
    serviceMs: 2,
    backlog: 'at-once',
  };

  // Of 20,000 requests 200 (1 %) meet the stall and wait 5, 10, … 1,000 ms.
  test.each([
    [50, 2],
    [99, 2],
    [99.5, 502],
    [99.9, 902],
  ])('p%f of 200/s for 100 s with a second without answers', (percentile, expected) => {
    expect(percentileUnderStall(percentile, stall)).toBeCloseTo(expected, 6);
  });

  test('the share of slower requests is the inverse of the percentile', () => {
    for (const backlog of ['at-once', 'one-by-one'] as const) {
      for (const percentile of [99.2, 99.5, 99.9]) {
        const latencyMs = percentileUnderStall(percentile, { ...stall, backlog });
        expect(shareSlowerUnderStall(latencyMs, { ...stall, backlog })).toBeCloseTo(1 - percentile / 100, 9);
      }
    }
  });

  test.each(['at-once', 'one-by-one'] as const)(
    'agrees with serving every request in turn, backlog %s',
    (backlog) => {
      const latencies = serveInTurn({ ...stall, backlog }).sort((a, b) => a - b);
      for (const percentile of [99.2, 99.5, 99.9]) {
        const seen = latencies[Math.floor((latencies.length * percentile) / 100)] ?? 0;
        expect(Math.abs(seen - percentileUnderStall(percentile, { ...stall, backlog }))).toBeLessThan(12);
      }
    },
  );

  test('a stall that does not fit into the measurement is refused', () => {
    expect(() => percentileUnderStall(99, { ...stall, totalMs: 500 })).toThrow(RangeError);
    expect(() => percentileUnderStall(99, { ...stall, serviceMs: 6, backlog: 'one-by-one' })).toThrow(
      RangeError,
    );
  });
});

/** Evenly spaced requests, one server that stands still from 10 s to 11 s. */
function serveInTurn({ ratePerSecond, totalMs, stallMs, serviceMs, backlog }: Stall): number[] {
  const fromMs = 10_000;
  let freeMs = 0;
  return Array.from({ length: (ratePerSecond * totalMs) / 1000 }, (_, index) => {
    const intendedMs = (index * 1000) / ratePerSecond;
    const openMs = intendedMs >= fromMs && intendedMs < fromMs + stallMs ? fromMs + stallMs : intendedMs;
    const startMs = backlog === 'at-once' ? openMs : Math.max(freeMs, openMs);
    freeMs = startMs + serviceMs;
    return freeMs - intendedMs;
  });
}
