import { describe, expect, test } from 'vitest';
import { isClearlyLost, type PartialObjective } from '../../../orchestrator/capacity/clearly-lost.ts';

// 100/s for 30 s: 3,000 requests, taken as 3,300 to be safe.
function lost(objective: PartialObjective, elapsedMs = 10_000): boolean {
  return isClearlyLost({ rate: 100, measureMs: 30_000, elapsedMs, objectives: [objective] });
}

describe('isClearlyLost', () => {
  test.each([
    [
      '1 % of all may be slower: 33 are too few to tell',
      { kind: 'latency', percentile: 99, requests: 1000, slower: 33 },
      false,
    ],
    [
      'the 34th slower request settles a p99',
      { kind: 'latency', percentile: 99, requests: 1000, slower: 34 },
      true,
    ],
    [
      'several requests an iteration allow more slower ones',
      { kind: 'latency', percentile: 99, requests: 5000, slower: 34 },
      false,
    ],
    [
      'no failure allowed: the first one settles it',
      { kind: 'errors', bound: 0, requests: 1000, failed: 1 },
      true,
    ],
    ['a tenth may fail', { kind: 'errors', bound: 0.1, requests: 1000, failed: 300 }, false],
    [
      'a tenth may fail, more than that have',
      { kind: 'errors', bound: 0.1, requests: 1000, failed: 331 },
      true,
    ],
    ['1 % may be dropped', { kind: 'delivered', bound: 0.99, dropped: 30 }, false],
    ['more than 1 % were dropped', { kind: 'delivered', bound: 0.99, dropped: 34 }, true],
  ] as const)('%s', (_, objective, expected) => {
    expect(lost(objective)).toBe(expected);
  });

  test('nothing is lost while settling', () => {
    expect(lost({ kind: 'errors', bound: 0, requests: 10, failed: 10 }, -1000)).toBe(false);
  });

  test('without objectives nothing can be lost', () => {
    expect(isClearlyLost({ rate: 100, measureMs: 30_000, elapsedMs: 29_000, objectives: [] })).toBe(false);
  });
});
