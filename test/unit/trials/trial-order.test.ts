import { expect, test } from 'vitest';
import { trialOrder } from '../../../orchestrator/trials/trial-order.ts';

test('every round has each subject once, in an order of its own', () => {
  const order = trialOrder([4, 4, 4], 1);
  const rounds = [0, 1, 2, 3].map((round) => order.slice(round * 3, round * 3 + 3));
  for (const [nth, round] of rounds.entries()) {
    expect(round.map(({ subject }) => subject).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(round.every(({ trial }) => trial === nth + 1)).toBe(true);
  }
  const orders = new Set(rounds.map((round) => round.map(({ subject }) => subject).join('')));
  expect(orders.size).toBeGreaterThan(1);
});

test('the seed decides the order', () => {
  expect(trialOrder([5, 5, 5], 7)).toEqual(trialOrder([5, 5, 5], 7));
  expect(trialOrder([5, 5, 5], 8)).not.toEqual(trialOrder([5, 5, 5], 7));
});

test('subjects with fewer trials are missing in the later rounds', () => {
  const order = trialOrder([1, 3], 1);
  expect(order.filter(({ subject }) => subject === 0)).toEqual([{ subject: 0, trial: 1 }]);
  expect(order.filter(({ subject }) => subject === 1).map(({ trial }) => trial)).toEqual([1, 2, 3]);
});

test('nothing to repeat is no trial', () => {
  expect(trialOrder([], 1)).toEqual([]);
});
