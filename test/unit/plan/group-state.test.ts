import { describe, expect, it } from 'vitest';
import {
  applyChange,
  type GroupState,
  initialState,
  stateAfter,
  statesOver,
} from '../../../orchestrator/plan/group-state.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import { scenarioOf } from '../run/make-run.ts';

const slow = { ...UNSHAPED, uplinkBytesPerSecond: 1000 };
const start: GroupState = initialState({ cpus: 0.2, memoryBytes: null, link: null }, ['a-1', 'a-2']);
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
    ['kill', { kind: 'kill', group, rule: 'oldest', count: 1, nodes: ['a-1'] }, { nodes: ['a-2'] }],
    // Whom it takes is known only at run time.
    ['deferred kill', { kind: 'kill', group, rule: 'best-connected', count: 1, nodes: [] }, {}],
    [
      'resize, which leaves alone what it does not name',
      { kind: 'resize', group, cpus: null, memoryBytes: 5, nodes: [] },
      { limits: { cpus: 0.2, memoryBytes: 5 } },
    ],
    ['link', { kind: 'link', group, link: slow, nodes: [] }, { link: slow }],
  ])('after a %s', (_, change, expected) => {
    expect(applyChange(start, change)).toEqual({ ...start, ...expected });
  });

  it('follows the changes to its own group alone', () => {
    const changes: ActionChange[] = [
      { kind: 'link', group: 'b', link: slow, nodes: [] },
      { kind: 'resize', group, cpus: 1, memoryBytes: null, nodes: [] },
    ];
    const after = { ...start, limits: { cpus: 1, memoryBytes: null } };
    expect(stateAfter(start, group, changes)).toEqual(after);
    expect(statesOver(start, group, changes)).toEqual([start, after]);
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
