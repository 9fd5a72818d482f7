import { expect, it } from 'vitest';
import { makeStudy } from '../../fixtures/make-study.ts';

it.each([
  [[900, 700, 800], 800],
  [[900, 700, 800, 720], 760],
  [[], null],
])('of nodes that took %j ms to be ready, the median is %s', (tookMs, expected) => {
  const nodeStarts = [
    { size: 1, group: 'another', tookMs: 5 },
    ...tookMs.map((ms) => ({ size: 1, group: 'servers', tookMs: ms })),
  ];
  // No model and no answer: they take their time.
  const question = { sizes: [1], targetRate: null };
  expect(makeStudy({ question, nodeStarts }).answer.nodeReadyMs).toBe(expected);
});
