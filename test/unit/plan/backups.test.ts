// Backups, destructions and restores in the plan, and what is wrong with them as `validate` tells it.
import { expect, it, test } from 'vitest';
import { leftOut } from '../../../orchestrator/plan/left-out.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { problemsIn, type Timeline } from '../faults/problems-in.ts';
import { scenarioOf } from './plan-fixtures.ts';

const groups: ScenarioInput['groups'] = {
  database: { role: 'store', backup: { method: 'pgbackrest' } },
  plain: { role: 'store' },
  received: { role: 'store', backup: { method: 'wal-receiver' } },
  servers: { role: 'server', store: 'database' },
  peers: { role: 'peer', replicas: 6, discovery: 'broadcast' },
};

const linesOf = (timeline: Timeline): string[] =>
  makePlan(scenarioOf({ groups, timeline })).actions.map(
    ({ offsetMs, summary, change }) => `${offsetMs / 1000}s ${summary}: ${change.nodes.join(' ')}`,
  );

test.each<[string, Timeline, string[]]>([
  [
    'a store comes back under a new name',
    [
      { at: '5s', backup: { group: 'database' } },
      { at: '10s', destroy: { group: 'database' } },
      { at: '15s', restore: { group: 'database' } },
      { at: '20s', backup: { group: 'database', type: 'full' } },
    ],
    [
      '5s incremental backup of database: database-1',
      '10s destroy database: database-1',
      '15s restore database: database-2',
      '20s full backup of database: database-2',
    ],
  ],
  [
    'again and again',
    [
      { every: '20s', from: '5s', destroy: { group: 'received' } },
      { every: '20s', from: '10s', restore: { group: 'received' } },
    ],
    [
      '5s destroy received: received-1',
      '10s restore received: received-2',
      '25s destroy received: received-2',
      '30s restore received: received-3',
      '45s destroy received: received-3',
      '50s restore received: received-4',
    ],
  ],
  [
    'a receiver makes full backups',
    [{ at: '5s', backup: { group: 'received' } }],
    ['5s full backup of received: received-1'],
  ],
])('%s', (_, timeline, expected) => {
  expect(linesOf(timeline)).toEqual(expected);
});

it('destroys a share of the peers, drawn by the seed', () => {
  const timeline: Timeline = [{ at: '5s', destroy: { group: 'peers', share: '50%' } }];
  const [line, ...more] = linesOf(timeline);
  expect(line).toMatch(/^5s destroy 50% of peers, at random: (peers-[1-6] ?){3}$/);
  expect(more).toEqual([]);
});

test.each<[string, Timeline, string, RegExp]>([
  [
    'a server',
    [{ at: '5s', backup: { group: 'servers' } }],
    'timeline.0.backup.group',
    /is a server, not a store; write database/,
  ],
  [
    'a store without',
    [{ at: '5s', backup: { group: 'plain' } }],
    'timeline.0.backup.group',
    /is not backed up; give it/,
  ],
  [
    'nobody',
    [{ at: '5s', restore: { group: 'databse' } }],
    'timeline.0.restore.group',
    /no group "databse"; write database|no group/,
  ],
  [
    'a store that is there',
    [{ at: '5s', restore: { group: 'database' } }],
    'timeline.0.restore.group',
    /is there at 5s; write `destroy`/,
  ],
  [
    'a store that is gone',
    [
      { at: '5s', destroy: { group: 'database' } },
      { at: '6s', backup: { group: 'database' } },
    ],
    'timeline.1.backup.group',
    /is destroyed by 6s/,
  ],
  [
    'a store that is stopped',
    [
      { at: '5s', stop: { group: 'database', for: '10s' } },
      { at: '14s', backup: { group: 'database' } },
      { at: '15s', backup: { group: 'database' } },
    ],
    'timeline.1.backup.group',
    /is stopped at 14s, and can't be backed up; write another time/,
  ],
  [
    'a store that is down for long in a restart',
    [
      { at: '5s', restart: { group: 'database', for: '10s' } },
      { at: '14s', backup: { group: 'database' } },
    ],
    'timeline.1.backup.group',
    /is stopped at 14s/,
  ],
  [
    'an incremental one of a receiver',
    [{ at: '5s', backup: { group: 'received', type: 'incremental' } }],
    'timeline.0.backup.type',
    /full backups only/,
  ],
])('what is wrong: %s', (_, timeline, place, message) => {
  const problems = problemsIn(groups, timeline);
  expect(problems).toEqual([{ place, message: expect.stringMatching(message) as unknown }]);
});

test.each<[string, ScenarioInput['groups'], string, RegExp]>([
  [
    'somebody else’s image',
    { database: { role: 'store', image: 'mysql:8', backup: { method: 'pgbackrest' } } },
    'groups.database.backup',
    /only Topolab's own store/,
  ],
  [
    'a receiver that waits',
    { database: { role: 'store', backup: { method: 'wal-receiver', archiveTimeout: '5s' } } },
    'groups.database.backup.archiveTimeout',
    /belongs to `method: pgbackrest`/,
  ],
  [
    'copies of no records',
    { peers: { role: 'peer', discovery: 'broadcast', services: ['events'], recordReplicas: 2 } },
    'groups.peers.recordReplicas',
    /keep no records/,
  ],
])('what is wrong with groups: %s', (_, wrong, place, message) => {
  expect(problemsIn(wrong, [])).toEqual([{ place, message: expect.stringMatching(message) as unknown }]);
});

it('notes what happens less often than it is written', () => {
  const scenario = scenarioOf({
    groups,
    timeline: [
      { at: '5s', destroy: { group: 'database' } },
      { every: '10s', restore: { group: 'database' } },
    ],
  });
  expect(leftOut(scenario, makePlan(scenario))).toEqual([
    'timeline[1]: 4 times nothing happens, as "database" is there then',
  ]);
});
