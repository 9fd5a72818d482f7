// What is known of a distribution of times without drawing from it.
import { gamma } from 'simple-statistics';
import type { Distribution } from './group-common.ts';

/** The mean, in milliseconds. */
export function meanMsOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'fixed':
      return distribution.valueMs;
    case 'exponential':
      return distribution.meanMs;
    case 'weibull':
      // https://en.wikipedia.org/wiki/Weibull_distribution
      return distribution.scaleMs * gamma(1 + 1 / distribution.shape);
  }
}
