import { describe, expect, it } from 'vitest';
import { AwakeClock } from '../../../../node-image/agent/gate/awake-clock.ts';
import { Pushes } from '../../../../node-image/agent/gate/pushes.ts';

/** @param pushes when each came, and when it was answered. */
function stoodStillMs(...pushes: readonly (readonly [number, number])[]): number {
  const generator = new Pushes();
  for (const [cameMs, answeredMs] of pushes) {
    generator.came(cameMs);
    generator.answered(answeredMs);
  }
  return generator.stoodStillMs;
}

describe('a generator', () => {
  it.each<[string, number, readonly (readonly [number, number])[]]>([
    [
      'that pushes every second',
      0,
      [
        [0, 10],
        [1000, 1010],
        [2000, 2010],
      ],
    ],
    ['that has pushed once', 0, [[5000, 5010]]],
    [
      'that pushes late now and then',
      0,
      [
        [0, 10],
        [1900, 1950],
        [3900, 3950],
      ],
    ],
    [
      'that waits for a slow Prometheus',
      0,
      [
        [0, 5000],
        [5001, 9900],
        [10_900, 10_910],
      ],
    ],
    [
      'that stood still for four seconds',
      4000,
      [
        [0, 0],
        [1000, 1000],
        [6000, 6000],
        [7000, 7000],
      ],
    ],
    [
      'that did twice',
      5500,
      [
        [0, 0],
        [3500, 3500],
        [7500, 7500],
      ],
    ],
  ])('%s stood still for %d ms', (_, expected, pushes) => {
    expect(stoodStillMs(...pushes)).toBe(expected);
  });
});

it('a clock counts the time for which its process was awake', () => {
  let nowMs = 1000;
  using clock = new AwakeClock(() => nowMs);
  const at = (ms: number) => {
    nowMs = ms;
    return clock.nowMs();
  };
  expect(at(1100)).toBe(100);
  expect(at(1300)).toBe(300);
  expect(at(6300)).toBe(600);
  expect(at(6400)).toBe(700);
});
