import { expect, test } from 'vitest';
import { runTrials } from '../../../orchestrator/trials/run-trials.ts';
import { TimeBudget } from '../../../orchestrator/trials/time-budget.ts';

test('a trial may begin while it is likely to end in time', () => {
  let now = 0;
  const budget = new TimeBudget(60_000, () => now);
  expect(budget.allows('a', [])).toBe(true);
  now = 40_000;
  expect(budget.allows('a', [{ kind: 'a', tookMs: 20_000 }])).toBe(true);
  expect(budget.allows('a', [{ kind: 'a', tookMs: 20_001 }])).toBe(false);
  // Of a kind that has not ended yet, the mean of all.
  expect(budget.allows('b', [{ kind: 'a', tookMs: 20_001 }])).toBe(false);
});

test('trials for which there is no time are left out, and named', async () => {
  let now = 0;
  const leftOut: number[] = [];
  const done = await runTrials<number, { readonly nth: number; readonly tookMs: number }>({
    done: [],
    ahead: (ended) =>
      ended.length < 5
        ? { next: ended.length, kinds: Array.from({ length: 5 - ended.length }, () => '') }
        : undefined,
    kindOf: () => '',
    run: async (nth) => {
      now += 10_000;
      return { nth, tookMs: 10_000 };
    },
    keep: () => {},
    onProgress: () => {},
    budget: new TimeBudget(35_000, () => now),
    onLeftOut: (count) => leftOut.push(count),
  });
  expect(done.map(({ nth }) => nth)).toEqual([0, 1, 2]);
  expect(leftOut).toEqual([2]);
});
