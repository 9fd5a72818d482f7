// What a trial showed, from series whose answer is known: a load of 40 s, the kill in its middle.
import { expect, it } from 'vitest';
import { whatUsersSaw } from '../../../orchestrator/failures/read-trial.ts';
import type { Points } from '../../../orchestrator/measure/fault-impact.ts';

const times = { killMs: 20_000, endMs: 40_000 };
const control = { servedAtEnd: 1 };

/** A point a second. */
function series(at: (second: number) => number): Points {
  return Array.from({ length: 40 }, (_, second) => [second * 1000, at(second)] as const);
}

function outage(from: number, until: number) {
  return {
    servedPerSecond: series((second) => (second >= from && second < until ? 0 : 10)),
    failedPerSecond: series((second) => (second >= from && second < until ? 10 : 0)),
  };
}

it.each<[what: string, from: number, until: number, recoveredAfterMs: number | null, lost: number]>([
  ['at once, and is recovered from', 20, 24, 4000, 40],
  ['at once, and lasts', 20, 40, null, 200],
  // As where a cached answer runs out: for 8 s all is well.
  ['late, and lasts', 28, 40, null, 120],
])('a loss that bites %s', (_, from, until, recoveredAfterMs, lost) => {
  expect(whatUsersSaw(outage(from, until), times, control).impact).toMatchObject({ recoveredAfterMs, lost });
});

it('is not held against a load that ends with less by itself', () => {
  const falling = { servedPerSecond: series((second) => (second < 30 ? 10 : 5)), failedPerSecond: [] };
  const own = whatUsersSaw(falling, times);
  expect(own).toMatchObject({ servedAtEnd: 0.5, impact: { recoveredAfterMs: 0 } });
  expect(whatUsersSaw(falling, times, own).impact.recoveredAfterMs).toBe(0);
});
