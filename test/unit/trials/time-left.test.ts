import { expect, test } from 'vitest';
import { timeLeft } from '../../../orchestrator/trials/time-left.ts';

const ended = [
  { kind: 'short', tookMs: 10_000 },
  { kind: 'short', tookMs: 20_000 },
  { kind: 'long', tookMs: 90_000 },
];

test.each([
  [['short', 'short', 'long'], ended, 120_000],
  // Of a kind that has not ended yet, the mean of all.
  [['new'], ended, 40_000],
  [[], ended, 0],
  [['short'], [], undefined],
])('of %j after %j, %s ms are left', (kinds, done, left) => {
  expect(timeLeft(kinds, done)).toBe(left);
});
