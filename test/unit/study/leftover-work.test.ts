// How long the nodes of a study are left alone after a probe that was too much for them.
import { expect, test } from 'vitest';
import { leftoverMs } from '../../../orchestrator/study/leftover-work.ts';

const missed = { outcome: 'missed', loadMs: 10_000 } as const;

test('as long as what was not answered takes at the rate that was answered', () => {
  // 150 asked for, 100 answered at 10/s: 50 are left.
  expect(leftoverMs({ rate: 15 }, { ...missed, servedPerSecond: 10 })).toBeCloseTo(5000, 6);
  expect(leftoverMs({ rate: 10 }, { ...missed, servedPerSecond: 10.2 })).toBe(0);
});

test('never longer than 30 s, as where nothing was answered', () => {
  expect(leftoverMs({ rate: 100 }, { ...missed, servedPerSecond: 10 })).toBe(30_000);
  expect(leftoverMs({ rate: 100 }, { ...missed, servedPerSecond: 0 })).toBe(30_000);
  expect(leftoverMs({ rate: 100 }, { ...missed, servedPerSecond: null })).toBe(30_000);
});

test('no time where the rate was held, or nothing is known of it', () => {
  const less = { loadMs: 10_000, servedPerSecond: 5 };
  expect(leftoverMs({ rate: 10 }, { outcome: 'held', ...less })).toBe(0);
  expect(leftoverMs({ rate: 10 }, { outcome: 'invalid', ...less })).toBe(0);
});
