import { expect, test } from 'vitest';
import { leftOut } from '../../../orchestrator/plan/left-out.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { scenarioOf } from './plan-fixtures.ts';

/** Of two peers with a trace. */
function missingOf(trace: string, bounds: { minAlive?: number; maxAlive?: number } = {}): string[] {
  const scenario = scenarioOf(
    { groups: { peers: { role: 'peer', replicas: 2, churn: { trace: 'office.csv', ...bounds } } } },
    trace,
  );
  return leftOut(scenario, makePlan(scenario));
}

test.each<[what: string, trace: string, bounds: { minAlive?: number; maxAlive?: number }, missing: string[]]>(
  [
    ['a trace within its bounds', '1,join\n2,leave,1\n', {}, []],
    [
      'joins beyond the most',
      '1,join\n2,join\n3,join\n',
      { maxAlive: 3 },
      ['groups.peers.churn: 2 of 3 joins of the trace are left out, as `maxAlive` is 3'],
    ],
    [
      'leaves below the fewest',
      '1,leave,1\n2,leave,2\n',
      { minAlive: 1 },
      [
        'groups.peers.churn: 1 of 2 leaves of the trace are left out, as `minAlive` is 1 or the node has gone before',
      ],
    ],
    ['a leave that waits for a join', '1,leave,1\n2,leave,2\n3,join\n', { minAlive: 1 }, []],
  ],
)('%s', (_, trace, bounds, missing) => {
  expect(missingOf(trace, bounds)).toEqual(missing);
});
