// Draws lengths of time from the scenario's distributions.
import type { Distribution } from '../scenario/groups/group.ts';

/**
 * Whole milliseconds, at least 1, by inverse transform sampling: the quantile function at a uniform number
 * (Devroye, Non-Uniform Random Variate Generation, 1986, chapter II.2). `random` gives numbers in [0, 1).
 */
export function drawTimeMs(distribution: Distribution, random: () => number): number {
  return Math.max(1, Math.round(quantileMs(distribution, random())));
}

function quantileMs(distribution: Distribution, probability: number): number {
  // log1p keeps the digits that 1 − p would lose for a small p; 1 − p is never 0.
  const exponential = -Math.log1p(-probability);
  switch (distribution.kind) {
    case 'fixed':
      return distribution.valueMs;
    case 'exponential':
      return distribution.meanMs * exponential;
    case 'weibull':
      return distribution.scaleMs * exponential ** (1 / distribution.shape);
  }
}
