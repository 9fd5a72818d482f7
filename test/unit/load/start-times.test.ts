import { describe, expect, it } from 'vitest';
import { StartTimes } from '../../../orchestrator/load/in-k6/start-times.ts';

describe('an iteration of an open load is due', () => {
  const even = new StartTimes({ startPerSecond: 20, stages: [{ durationMs: 10_000, perSecond: 20 }] });

  it.each([
    [1, 50],
    [20, 1000],
    [199, 9950],
    [200, 10_000],
    [400, 10_000],
  ])('at an even rate: number %d after %d ms', (count, atMs) => {
    expect(even.dueMs(count)).toBeCloseTo(atMs, 3);
  });

  it('where the rate rises: when its integral comes to it', () => {
    // t²/2 iterations by t seconds.
    const rising = new StartTimes({ startPerSecond: 0, stages: [{ durationMs: 10_000, perSecond: 10 }] });
    expect(rising.dueMs(2)).toBeCloseTo(2000, 2);
    expect(rising.dueMs(8)).toBeCloseTo(4000, 2);
    const falling = new StartTimes({ startPerSecond: 10, stages: [{ durationMs: 10_000, perSecond: 0 }] });
    expect(falling.dueMs(42)).toBeCloseTo(6000, 2);
    expect(falling.dueMs(50)).toBeCloseTo(10_000, 0);
  });

  it('after stretches without any, jumps and all', () => {
    const broken = new StartTimes({
      startPerSecond: 1,
      stages: [
        { durationMs: 2000, perSecond: 1 },
        { durationMs: 0, perSecond: 0 },
        { durationMs: 5000, perSecond: 0 },
        { durationMs: 0, perSecond: 4 },
        { durationMs: 1000, perSecond: 4 },
      ],
    });
    expect([1, 2, 3, 6].map((count) => Math.round(broken.dueMs(count)))).toEqual([1000, 7000, 7250, 8000]);
  });
});
