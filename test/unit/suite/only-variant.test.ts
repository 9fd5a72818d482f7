// What a suite reads from the result of a trial.
import { expect, test } from 'vitest';
import { onlyVariant } from '../../../orchestrator/suite/figures/only-variant.ts';
import { RESULTS } from '../../../orchestrator/suite/figures/results.ts';

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

test.each([
  ['run', '[]'],
  ['failures', '{"variants": {}}'],
  ['capacity', '{"sizes": ['],
] as const)('of a trial that is a %s, a file that holds something else is refused', (command, text) => {
  expect(() => RESULTS[command].read('trial', text)).toThrow(/does not hold what was once written there/);
});
