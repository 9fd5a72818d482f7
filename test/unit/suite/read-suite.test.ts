// What a suite reads from the result of a trial.
import { expect, test } from 'vitest';
import { onlyVariant } from '../../../orchestrator/suite/read-suite.ts';

const study = (...outcomes: readonly string[]) => ({
  variants: [
    {
      losses: [
        ...outcomes.map((outcome, nth) => ({ outcome, killed: [{ node: `servers-${nth + 1}` }] })),
        { outcome: 'not-recovered', killed: [{ node: 'servers-1' }, { node: 'servers-2' }] },
      ],
    },
  ],
});

test('of a failure study, nodes that are single points of failure are counted', () => {
  expect(onlyVariant(study('not-recovered', 'recovered'))).toMatchObject({ singlePointsOfFailure: 1 });
  expect(onlyVariant(study('unharmed', 'own-users'))).toMatchObject({ singlePointsOfFailure: 0 });
});

test('where two runs of a loss contradict each other, how many there are is not known', () => {
  expect(onlyVariant(study('doubtful', 'recovered'))).not.toHaveProperty('singlePointsOfFailure');
});
