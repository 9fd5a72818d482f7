// The figures of a failure study that a suite may show: where they stand in losses.json, of its only variant.
import { higher, type KnownFigure, lower } from './known-figure.ts';

export const FAILURES_FIGURES: readonly KnownFigure[] = [
  higher(
    'losses[*].servedAtEnd',
    'share',
    'served at the end of the load, of what was served before the loss; `losses[0]` is the worst loss',
  ),
  lower('losses[*].impact.detectedAfterMs', 'milliseconds', 'from the loss until it was detected'),
  lower(
    'losses[*].impact.recoveredAfterMs',
    'milliseconds',
    'from the loss until users were served as before; none where they never were',
  ),
  lower('losses[*].impact.lost', 'count', 'operations lost to a loss'),
  higher(
    'losses[*].impact.lowestShare',
    'share',
    'served in the worst second, of what was served before the loss',
  ),
  lower(
    'singlePointsOfFailure',
    'count',
    'nodes whose loss users are not served again from; none where two runs of a loss contradict each other',
  ),
];
