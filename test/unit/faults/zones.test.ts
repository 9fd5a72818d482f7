// Faults on a whole zone: whom the plan hits, in which order, and what is refused.
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../../orchestrator/plan/plan.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../plan/plan-fixtures.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = {
  'west-servers': { role: 'server', zone: 'west', replicas: 2 },
  'east-servers': { role: 'server', zone: 'east', replicas: 2 },
  directory: { role: 'tracker', zone: 'east' },
  peers: { role: 'peer', zone: 'east', replicas: 2 },
  elsewhere: { role: 'peer', replicas: 2 },
} as const;

/** `10s pause east: a-1 b-1`. */
function planned(timeline: Timeline): string[] {
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  return actions.map(
    ({ offsetMs, summary, change }) => `${offsetMs / 1000}s ${summary}: ${change.nodes.join(' ')}`,
  );
}

describe('a fault on a zone', () => {
  it.each<[string, Timeline, string[]]>([
    [
      'hits all nodes of all its groups, and no others; who joins meanwhile is freed with them',
      [
        { at: '10s', isolate: { zone: 'east', for: '20s' } },
        { at: '20s', scale: { group: 'peers', by: 1 } },
        { at: '20s', scale: { group: 'elsewhere', by: 1 } },
      ],
      [
        '10s isolate east-servers and directory and peers, for 20s: east-servers-1 east-servers-2 directory-1 peers-1 peers-2',
        '20s scale peers 2 → 3: peers-3',
        '20s scale elsewhere 2 → 3: elsewhere-3',
        '30s end of isolation: east-servers and directory and peers: east-servers-1 east-servers-2 directory-1 peers-1 peers-2 peers-3',
      ],
    ],
    [
      'kills the whole zone without a rule',
      [{ at: '10s', kill: { zone: 'west' } }],
      ['10s kill west-servers: west-servers-1 west-servers-2'],
    ],
    [
      'lets as many join again in the group of each that it killed',
      [{ at: '10s', kill: { zone: 'west', replaceAfter: '5s' } }],
      [
        '10s kill west-servers: west-servers-1 west-servers-2',
        '15s west-servers-3 joins: west-servers-3',
        '15s west-servers-4 joins: west-servers-4',
      ],
    ],
    [
      'hits the newest by join, of whatever group they are',
      [
        { at: '5s', scale: { group: 'peers', by: 1 } },
        { at: '10s', scale: { group: 'east-servers', by: 1 } },
        { at: '20s', pause: { zone: 'east', rule: 'newest', count: 3 } },
      ],
      [
        '5s scale peers 2 → 3: peers-3',
        '10s scale east-servers 2 → 3: east-servers-3',
        '20s pause 3 of east-servers and directory and peers, the newest: east-servers-3 peers-3 peers-2',
      ],
    ],
    [
      'hits the oldest by join',
      [
        { at: '5s', kill: { nodes: ['east-servers-1', 'east-servers-2'], replaceAfter: '0s' } },
        { at: '20s', pause: { zone: 'east', rule: 'oldest', count: 4 } },
      ],
      [
        '5s kill east-servers-1, east-servers-2: east-servers-1 east-servers-2',
        '5s east-servers-3 joins: east-servers-3',
        '5s east-servers-4 joins: east-servers-4',
        '20s pause 4 of east-servers and directory and peers, the oldest: directory-1 peers-1 peers-2 east-servers-3',
      ],
    ],
  ])('%s', (_, timeline, lines) => {
    expect(planned(timeline)).toEqual(lines);
  });

  it.each<[string, Timeline[number], number]>([
    ['a share, rounded up to whole nodes', { at: '10s', pause: { zone: 'east', share: '50%' } }, 3],
    ['a number', { at: '10s', pause: { zone: 'east', count: 2 } }, 2],
    ['all, where more are asked for', { at: '10s', pause: { zone: 'east', count: 9 } }, 5],
  ])('hits %s by chance, each of the zone and once', (_, entry, count) => {
    const [action] = makePlan(scenarioOf({ groups, timeline: [entry] })).actions;
    const nodes = action?.change.nodes ?? [];
    expect(new Set(nodes).size).toBe(count);
    expect(nodes).toHaveLength(count);
    for (const node of nodes) expect(node).toMatch(/^(?:east-servers|directory|peers)-\d$/);
    expect(action && groupsOf(action.change)).toEqual(['east-servers', 'directory', 'peers']);
  });
});

describe('what is wrong', () => {
  it.each<[string, Timeline[number], string, string]>([
    [
      'a zone that nobody has',
      { at: '10s', isolate: { zone: 'eats' } },
      'timeline.0.isolate.zone',
      'no group is in the zone "eats"; did you mean "east"?',
    ],
    [
      'a zone far from any',
      { at: '10s', kill: { zone: 'antarctica' } },
      'timeline.0.kill.zone',
      'no group is in the zone "antarctica"; write one of west, east',
    ],
    [
      'a zone beside a group',
      { at: '10s', pause: { zone: 'east', group: 'peers' } },
      'timeline.0.pause.zone',
      "can't stand beside `group`; write only one of them",
    ],
    [
      'a zone beside nodes',
      { at: '10s', pause: { zone: 'east', nodes: ['peers-1'] } },
      'timeline.0.pause.zone',
      "can't stand beside `nodes`, which says who; leave one of them out",
    ],
    [
      'a rule for certain roles',
      { at: '10s', pause: { zone: 'east', rule: 'seeder' } },
      'timeline.0.pause.rule',
      "can't choose in a zone; write random or newest or oldest, or a `group`",
    ],
    [
      'a replacement of what no other can replace',
      { at: '10s', kill: { zone: 'east', replaceAfter: '5s' } },
      'timeline.0.kill.replaceAfter',
      'no other node can take the place of a tracker; leave it out',
    ],
  ])('%s is told with its place', (_, entry, place, message) => {
    expect(problemsOf(groups, entry)).toEqual([`${place}: ${message}`]);
  });

  it('a zone where no group has one is told', () => {
    expect(problemsOf({ servers: { role: 'server' } }, { at: '10s', pause: { zone: 'east' } })).toEqual([
      'timeline.0.pause.zone: no group is in the zone "east"; give groups a `zone`',
    ]);
  });

  it('the name of a zone is a name', () => {
    expect(problemsOf({ servers: { role: 'server', zone: 'Far East' } })).toEqual([
      'groups.servers.zone: "Far East" is not a name; write lower-case letters, digits and single hyphens',
    ]);
  });
});

function problemsOf(written: ScenarioInput['groups'], ...timeline: Timeline): string[] {
  return problemsIn(written, timeline).map(({ place, message }) => `${place}: ${message}`);
}
