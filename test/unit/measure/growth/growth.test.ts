import { describe, expect, test } from 'vitest';
import { workOf } from '../../../../bench/capacity/probe-queue.ts';
import { type KnownQueue, offer } from '../../../../bench/capacity/known-queue.ts';
import {
  type Growth,
  isLikelyGrowing,
  lookTimes,
  tellGrowth,
  type WorkPoint,
} from '../../../../orchestrator/measure/growth/growth.ts';
import { createRandom } from '../../../../orchestrator/capacity/random.ts';

/** Each second `rate` iterations are due and `rate` less what hangs end, after the time given for that second. */
function work(rate: number, tookMs: readonly number[], hang = 0): WorkPoint[] {
  let ended = 0;
  let sumMs = 0;
  const points = tookMs.map((each, second) => {
    const count = rate * (1 - hang);
    ended += count;
    sumMs += count * each;
    return { atMs: (second + 1) * 1000, due: (second + 1) * rate, ended, tookMs: sumMs };
  });
  return [{ atMs: 0, due: 0, ended: 0, tookMs: 0 }, ...points];
}

const wobbling = [152, 150, 151, 153, 150, 152, 151, 150];

test.each<[string, WorkPoint[], Growth['outcome']]>([
  ['the same time in every second', work(40, wobbling), 'steady'],
  [
    '20 ms longer every second: 2 % too much',
    work(
      40,
      wobbling.map((ms, n) => ms + 20 * n),
    ),
    'grows',
  ],
  [
    'a millisecond longer every second is a cache that fills',
    work(40, [10, 11, 12, 13, 14, 15, 16, 17]),
    'steady',
  ],
  [
    'quicker every second',
    work(
      40,
      wobbling.map((ms, n) => ms - 5 * n),
    ),
    'steady',
  ],
  [
    'one pause, after which the queue stays long',
    work(40, [150, 151, 150, 150, 250, 251, 250, 250]),
    'unclear',
  ],
  ['times that wander', work(40, [150, 260, 170, 300, 200, 330, 240, 310]), 'unclear'],
  ['a tenth never ends, the others are quick', work(40, wobbling, 0.1), 'grows'],
  ['nothing ends', work(40, [0, 0, 0, 0], 1), 'grows'],
  ['two seconds', work(40, [150, 152]), 'unclear'],
])('%s', (_, points, outcome) => {
  expect(tellGrowth(points).outcome).toBe(outcome);
});

test('growth is told in iterations a second, and as a share of what is offered', () => {
  const growth = tellGrowth(
    work(
      40,
      wobbling.map((ms, n) => ms + 50 * n),
    ),
  );
  expect(growth.perSecond).toBeCloseTo(2, 1);
  expect(growth.share).toBeCloseTo(0.05, 2);
});

test('where nobody can tell, the likelier decides', () => {
  const growth: Growth = { outcome: 'unclear', share: 0.03, perSecond: 1, upperShare: 0.1 };
  expect(isLikelyGrowing(growth)).toBe(true);
  expect(isLikelyGrowing({ ...growth, share: 0.004 })).toBe(false);
  expect(isLikelyGrowing({ ...growth, outcome: 'steady' })).toBe(false);
  // Three iterations in five seconds, the first of which waited for a connection.
  expect(isLikelyGrowing({ ...growth, share: 0.0112, upperShare: 0.378 })).toBe(false);
  expect(isLikelyGrowing({ ...growth, upperShare: Number.POSITIVE_INFINITY })).toBe(false);
});

test.each([
  [3000, 11_000, 9, 1000],
  [3000, 43_000, 21, 2000],
  [1000, 2500, 2, 1500],
])('from %i to %i ms it looks %i times, every %i ms', (fromMs, toMs, looks, everyMs) => {
  const times = lookTimes(fromMs, toMs);
  expect(times).toHaveLength(looks);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeCloseTo(everyMs);
  expect([times[0], times.at(-1)]).toEqual([fromMs, toMs]);
});

/** Seeded: which outcomes a queue gives at a load, in measurements of 8 s after 3 s. */
function outcomesOf(
  queue: Partial<KnownQueue>,
  use: number,
  count: number,
): Record<Growth['outcome'], number> {
  const full: KnownQueue = {
    servers: 1,
    serviceMs: 10,
    service: 'constant',
    percentile: 95,
    boundMs: 300,
    ...queue,
  };
  const random = createRandom(11);
  const rate = (use * full.servers * 1000) / full.serviceMs;
  const disturbance = { random, pausesPerSecond: 0.1, pauseMs: 20, latenessMs: 1 };
  const found = { grows: 0, steady: 0, unclear: 0 };
  for (let n = 0; n < count; n++) {
    const served = offer(full, rate, 11_000, disturbance);
    found[tellGrowth(workOf(served, rate, lookTimes(3000, 11_000))).outcome] += 1 / count;
  }
  return found;
}

describe('of queues of known service times', () => {
  test.each([10, 150, 1000])('2 %% too much is told at %i ms, and 5 %% too little is steady', (serviceMs) => {
    expect(outcomesOf({ serviceMs }, 1.02, 100).grows).toBeGreaterThan(0.97);
    const below = outcomesOf({ serviceMs }, 0.95, 100);
    expect(below.grows).toBeLessThan(0.02);
    expect(below.steady).toBeGreaterThan(0.85);
  });

  test('where service times vary, 8 s are too short near the limit, and it says so', () => {
    const near = outcomesOf({ service: 'exponential' }, 0.95, 100);
    expect(near.grows).toBeLessThan(0.03);
    expect(near.unclear).toBeGreaterThan(0.5);
    expect(outcomesOf({ service: 'exponential' }, 0.5, 100).steady).toBeGreaterThan(0.85);
    expect(outcomesOf({ service: 'exponential' }, 1.2, 100).grows).toBeGreaterThan(0.8);
  });
});
