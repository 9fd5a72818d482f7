import { describe, expect, test } from 'vitest';
import { rankTrials } from '../../../orchestrator/capacity/rank-trials.ts';

const options = { better: 'lower', centre: 'mean', seed: 1 } as const;
const slow = { name: 'slow', trials: [10, 11, 12, 11] };
const fast = { name: 'fast', trials: [5, 5.5, 6, 5.5] };

describe('rankTrials', () => {
  test.each([
    ['lower', 'fast', 2],
    ['higher', 'slow', 2],
  ] as const)('where %s is better, %s is ahead by the factor of the means', (better, ahead, factor) => {
    const ranking = rankTrials([slow, fast], { ...options, better });
    expect(ranking?.ahead).toBe(ahead);
    expect(ranking?.others[0]?.factor).toBeCloseTo(factor, 9);
    // 2 of 70 divisions are as extreme.
    expect(ranking?.others[0]?.comparison.pValue).toBeCloseTo(2 / 70, 9);
  });

  test('who has no trial is left out, and one alone is no ranking', () => {
    expect(rankTrials([slow, { name: 'none', trials: [] }], options)).toBeNull();
  });

  test('a mean of zero is ahead by no factor', () => {
    const ranking = rankTrials([slow, { name: 'zero', trials: [0, 0] }], options);
    expect(ranking).toMatchObject({ ahead: 'zero', others: [{ name: 'slow', factor: null }] });
  });

  test('the middle one of three trials decides where medians are asked for', () => {
    const odd = { name: 'odd', trials: [1, 2, 99] };
    const even = { name: 'even', trials: [3, 3, 3] };
    expect(rankTrials([odd, even], { ...options, centre: 'median' })).toMatchObject({
      ahead: 'odd',
      centre: 2,
    });
    expect(rankTrials([odd, even], options)?.ahead).toBe('even');
  });

  test('equal means are a factor of one', () => {
    const ranking = rankTrials([slow, { ...slow, name: 'same' }], options);
    expect(ranking?.others[0]?.factor).toBe(1);
  });
});
