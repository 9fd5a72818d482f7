// Nodes that hang for a while: in the plan, on the fake engine, and as people may get it wrong.
import { describe, expect, it } from 'vitest';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { makeRecorder, scenarioOf } from '../run/make-run.ts';
import { carryOut, makeFleet } from '../fleet/make-fleet.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = { servers: { role: 'server', replicas: 4 }, plain: { role: 'server' } } as const;

describe('a pause in the plan', () => {
  it.each<[string, Timeline, string[]]>([
    [
      'of nodes that the seed chooses ends for the same nodes',
      [{ at: '10s', pause: { group: 'servers', count: 2, for: '5s' } }],
      [
        '10s f1 pause 2 of servers, at random, for 5s: servers-1 servers-2',
        '15s f1 end of pause: servers-1, servers-2: servers-1 servers-2',
      ],
    ],
    [
      'of a share is rounded up to whole nodes',
      [{ at: '10s', pause: { group: 'servers', share: '30%', rule: 'oldest' } }],
      ['10s f1 pause 30% of servers, the oldest: servers-1 servers-2'],
    ],
    [
      'by name leaves out who is not there',
      [{ at: '10s', pause: { nodes: ['servers-2', 'servers-9'] } }],
      ['10s f1 pause servers-2, servers-9: servers-2'],
    ],
    ['of nobody is left out', [{ at: '10s', pause: { nodes: ['servers-9'], for: '5s' } }], []],
    [
      'of a whole group ends for whoever is there by then',
      [
        { at: '10s', pause: { group: 'plain', for: '20s' } },
        { at: '20s', scale: { group: 'plain', to: 2 } },
      ],
      [
        '10s f1 pause plain, for 20s: plain-1',
        '20s - scale plain 1 → 2: plain-2',
        '30s f1 end of pause: plain: plain-1 plain-2',
      ],
    ],
    [
      'again and again has an id each time, and ends before the next begins',
      [{ every: '20s', pause: { nodes: ['servers-1'], for: '20s' } }],
      [
        '20s f1 pause servers-1, for 20s: servers-1',
        '40s f1 end of pause: servers-1: servers-1',
        '40s f2 pause servers-1, for 20s: servers-1',
      ],
    ],
    [
      'of a node that is killed meanwhile ends for nobody',
      [
        { at: '10s', pause: { nodes: ['servers-1'], for: '20s' } },
        { at: '20s', kill: { nodes: ['servers-1'] } },
      ],
      [
        '10s f1 pause servers-1, for 20s: servers-1',
        '20s f2 kill servers-1: servers-1',
        '30s f1 end of pause: servers-1: ',
      ],
    ],
  ])('%s', (_, timeline, expected) => {
    const { actions } = makePlan(scenarioOf({ groups, timeline }));
    const lines = actions.map(({ offsetMs, change, summary }) => {
      const id = 'id' in change ? change.id : '-';
      return `${offsetMs / 1000}s ${id} ${summary}: ${change.nodes.join(' ')}`;
    });
    expect(lines).toEqual(expected);
  });
});

describe('a pause that is wrong', () => {
  it.each<[string, NonNullable<Timeline[number]['pause']>, string, RegExp]>([
    ['of nobody', {}, 'timeline.0.pause', /needs a `group`, a `zone` or `nodes`/],
    [
      'of a group that is not there',
      { group: 'server' },
      'timeline.0.pause.group',
      /no group "server".*servers/,
    ],
    ['of a node of no group', { nodes: ['sever-1'] }, 'timeline.0.pause.nodes.0', /no group "sever"/],
    ['of a group by name', { nodes: ['servers'] }, 'timeline.0.pause.nodes.0', /not the name of a node/],
    [
      'of more than all',
      { group: 'servers', share: '120%' },
      'timeline.0.pause.share',
      /not between 0% and 100%/,
    ],
    ['of no share', { group: 'servers', share: '0%' }, 'timeline.0.pause.share', /more than 0%/],
    ['of two numbers', { group: 'servers', share: '50%', count: 1 }, 'timeline.0.pause.share', /`count`/],
    ['of names and a group', { group: 'servers', nodes: ['servers-1'] }, 'timeline.0.pause.group', /`nodes`/],
    [
      'by a rule that nobody fits',
      { group: 'servers', rule: 'seeder' },
      'timeline.0.pause.group',
      /not a peer/,
    ],
    ['beyond the end', { group: 'servers', for: '51s' }, 'timeline.0.pause.for', /write 50s or less/],
  ])('%s is told with its place', (_, pause, place, message) => {
    const problems = problemsIn(groups, [{ at: '10s', pause }]);
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.message).toMatch(message);
  });
});

describe('a pause in a run', () => {
  it('freezes whom it hits and who joins meanwhile, and a node stays frozen while any fault wants it', async () => {
    const engine = createFakeEngine();
    const { recorder, events } = await makeRecorder();
    const timeline: Timeline = [
      { at: '10s', pause: { group: 'servers', for: '30s' } },
      { at: '20s', pause: { nodes: ['servers-2'], for: '30s' } },
      { at: '25s', kill: { nodes: ['servers-1'] } },
      { at: '30s', scale: { group: 'servers', by: 1 } },
    ];
    const scenario = scenarioOf({ groups, timeline });
    const fleet = await makeFleet({ engine, scenario, recorder });
    const frozen = () =>
      [...engine.containers.values()]
        .filter(({ paused }) => paused)
        .map(({ spec }) => spec.labels[Label.node]);
    const seen: string[][] = [];
    await carryOut(fleet, scenario, () => seen.push(frozen().map(String)));
    expect(seen).toEqual([
      ['servers-1', 'servers-2', 'servers-3', 'servers-4'],
      ['servers-1', 'servers-2', 'servers-3', 'servers-4'],
      ['servers-2', 'servers-3', 'servers-4'],
      ['servers-2', 'servers-3', 'servers-4', 'servers-5'],
      ['servers-2'],
      [],
    ]);
    const told = events.flatMap((event) =>
      event.type === 'fault-began' || event.type === 'fault-ended'
        ? [`${event.type} ${event.fault} ${event.kind}: ${event.nodes.join(' ')}`]
        : [],
    );
    expect(told).toEqual([
      'fault-began f1 pause: servers-1 servers-2 servers-3 servers-4',
      'fault-began f2 pause: servers-2',
      'fault-began f3 kill: servers-1',
      'fault-ended f1 pause: servers-2 servers-3 servers-4 servers-5',
      'fault-ended f2 pause: servers-2',
    ]);
  });
});
