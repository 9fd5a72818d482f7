import { describe, expect, it } from 'vitest';
import {
  applyChange,
  type GroupState,
  initialState,
  linkOf,
  stateAfter,
  statesOver,
} from '../../../orchestrator/plan/group-state.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import { plannedKill, plannedLink } from '../../fixtures/planned-fault.ts';
import { scenarioOf } from '../run/make-run.ts';

const slow = { ...UNSHAPED, uplinkBytesPerSecond: 1000 };
const start: GroupState = initialState(
  {
    name: 'a',
    cpus: 0.2,
    memoryBytes: null,
    link: null,
    distances: [],
    readiness: { probe: { kind: 'tcp', port: 8080 }, timeoutMs: 60_000 },
  },
  ['a-1', 'a-2'],
);
const group = 'a';

describe('the state of a group', () => {
  it.each<[string, ActionChange, Partial<GroupState>]>([
    [
      'scale-out',
      { kind: 'scale-out', group, from: 2, to: 3, nodes: ['a-3'] },
      { nodes: ['a-1', 'a-2', 'a-3'] },
    ],
    ['scale-in', { kind: 'scale-in', group, from: 2, to: 1, nodes: ['a-2'] }, { nodes: ['a-1'] }],
    ['join', { kind: 'join', group, from: 2, to: 3, nodes: ['a-7'] }, { nodes: ['a-1', 'a-2', 'a-7'] }],
    ['leave', { kind: 'leave', group, from: 2, to: 1, nodes: ['a-1'], how: 'kill' }, { nodes: ['a-2'] }],
    ['kill', plannedKill(group, ['a-1']), { nodes: ['a-2'] }],
    // Whom it takes is known only at run time.
    ['deferred kill', plannedKill(group, [], { rule: 'best-connected' }), {}],
    [
      'resize, which leaves alone what it does not name',
      { kind: 'resize', group, cpus: null, memoryBytes: 5, nodes: [] },
      { limits: { cpus: 0.2, memoryBytes: 5 } },
    ],
  ])('after a %s', (_, change, expected) => {
    expect(applyChange(start, change)).toEqual({ ...start, ...expected });
  });

  it('after a change of the link gives it to nodes, and to those that join later', () => {
    const after = applyChange(start, plannedLink(group, slow, { nodes: ['a-1', 'a-2'] }));
    expect([linkOf(start), linkOf(after), linkOf(after, 'a-1'), linkOf(after, 'a-9')]).toEqual([
      null,
      slow,
      slow,
      slow,
    ]);
  });

  it('follows the changes to its own group alone', () => {
    const changes: ActionChange[] = [
      plannedLink('b', slow),
      { kind: 'resize', group, cpus: 1, memoryBytes: null, nodes: [] },
    ];
    const after = { ...start, limits: { cpus: 1, memoryBytes: null } };
    expect(stateAfter(start, changes)).toEqual(after);
    expect(statesOver(start, changes)).toEqual([start, after]);
  });

  it('after a whole plan is that of the nodes which the plan counts', () => {
    const churn = {
      arrivals: { exponential: '2s' },
      minAlive: 2,
      maxAlive: 6,
    } as const;
    const scenario = scenarioOf({
      groups: { peers: { role: 'peer', discovery: 'broadcast', replicas: 4, memory: '64MiB', churn } },
      phases: [{ name: 'all', duration: '60s' }],
      timeline: [
        { every: '7s', kill: { group: 'peers', rule: 'random', replaceAfter: '1s' } },
        { every: '11s', scale: { group: 'peers', by: -1 } },
      ],
    });
    const { initialNodes, actions } = makePlan(scenario);
    const peers = scenario.groups.find(({ name }) => name === 'peers');
    if (peers === undefined) throw new Error('no peers');
    let state = initialState(peers, initialNodes[0]?.nodes);
    expect(actions.length).toBeGreaterThan(10);
    for (const { change } of actions) {
      if ('from' in change) expect(state.nodes).toHaveLength(change.from);
      state = applyChange(state, change);
      if ('to' in change) expect(state.nodes).toHaveLength(change.to);
      expect(new Set(state.nodes).size).toBe(state.nodes.length);
    }
  });
});
