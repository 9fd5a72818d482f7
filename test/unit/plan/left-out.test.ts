import { expect, test } from 'vitest';
import { leftOut } from '../../../orchestrator/plan/left-out.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
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

test.each<[what: string, timeline: NonNullable<ScenarioInput['timeline']>, missing: string[]]>([
  ['faults on nodes that are there', [{ at: '5s', pause: { nodes: ['peers-1'] } }], []],
  [
    'a fault on a node that never comes',
    [{ at: '5s', pause: { nodes: ['peers-9'], for: '1s' } }],
    ['timeline[0]: the pause is left out, as it would hit nobody, or change nothing'],
  ],
  [
    'a right that the user has, and one that the user has lost before',
    [
      { at: '5s', grant: { user: 'alice', rights: ['read'] } },
      { every: '10s', revoke: { user: 'alice' } },
    ],
    [
      'timeline[0]: once nothing happens, as "alice" has these rights then',
      'timeline[1]: 4 times nothing happens, as "alice" has no such right then',
    ],
  ],
  [
    'a fault on one that has been killed before, and another',
    [
      { at: '5s', kill: { nodes: ['peers-1'] } },
      { at: '6s', pause: { nodes: ['peers-1', 'peers-2'] } },
    ],
    ['timeline[1]: the pause leaves out nodes that are not there then: peers-1'],
  ],
  [
    'a kill again and again, of a node that dies the first time',
    [{ every: '5s', kill: { nodes: ['peers-1'] } }],
    [],
  ],
])('%s', (_, timeline, missing) => {
  const access: NonNullable<ScenarioInput['access']> = { users: { alice: { rights: ['read'] } } };
  const scenario = scenarioOf({ groups: { peers: { role: 'peer', replicas: 2 } }, access, timeline });
  expect(leftOut(scenario, makePlan(scenario))).toEqual(missing);
});

test.each<[what: string, groups: ScenarioInput['groups'], missing: string[]]>([
  ['where nodes keep nothing', { web: { role: 'server' } }, []],
  [
    'where some have volumes or backups',
    {
      web: { role: 'server' },
      mail: { role: 'service', image: 'mail:1', port: 25, volumes: { '/var/spool': 'spool' } },
      database: { role: 'store', backup: { method: 'pgbackrest' } },
    },
    [
      'timeline[1]: nodes of "database" and "mail" can\'t be moved, as their volumes and backups are on one host: if that one is drained, they leave, nobody joins in their places, and the run is not valid',
    ],
  ],
])('the draining of a host, %s', (_, groups, missing) => {
  const timeline = [
    { at: '5s', 'host-cut': { count: 1, for: '5s' } },
    { at: '20s', drain: { count: 1 } },
  ];
  const scenario = scenarioOf({ groups, timeline });
  expect(leftOut(scenario, makePlan(scenario))).toEqual(missing);
});
