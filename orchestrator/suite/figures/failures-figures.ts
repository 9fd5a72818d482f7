// The figures of a failure study that a suite may show: where they stand in losses.json, of its only variant.
import type { KnownFigure } from './known-figure.ts';

export const FAILURES_FIGURES: readonly KnownFigure[] = [
  {
    path: 'losses[*].servedAtEnd',
    unit: 'share',
    better: 'higher',
    meaning:
      'served at the end of the load, of what was served before the loss; `losses[0]` is the worst loss',
  },
  {
    path: 'losses[*].impact.detectedAfterMs',
    unit: 'milliseconds',
    better: 'lower',
    meaning: 'from the loss until it was detected',
  },
  {
    path: 'losses[*].impact.recoveredAfterMs',
    unit: 'milliseconds',
    better: 'lower',
    meaning: 'from the loss until users were served as before; none where they never were',
  },
  {
    path: 'losses[*].impact.lost',
    unit: 'count',
    better: 'lower',
    meaning: 'operations lost to a loss',
  },
  {
    path: 'losses[*].impact.lowestShare',
    unit: 'share',
    better: 'higher',
    meaning: 'served in the worst second, of what was served before the loss',
  },
  {
    path: 'singlePointsOfFailure',
    unit: 'count',
    better: 'lower',
    meaning: 'nodes whose loss users are not served again from',
  },
];
