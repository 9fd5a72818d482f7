import { describe, expect, it } from 'vitest';
import {
  applyChange,
  type GroupState,
  initialState,
  linkOf,
  stateAfter,
  statesOver,
} from '../../../orchestrator/plan/group-state.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import { plannedKill, plannedLink } from '../../fixtures/planned-fault.ts';

const slow = { ...UNSHAPED, uplinkBytesPerSecond: 1000 };
const start: GroupState = initialState({
  name: 'a',
  cpus: 0.2,
  memoryBytes: null,
  link: null,
  distances: [],
});
const group = 'a';

describe('the state of a group', () => {
  it('after a resize has the new limits, and those that it does not name as before', () => {
    const change: ActionChange = { kind: 'resize', group, cpus: null, memoryBytes: 5, nodes: [] };
    expect(applyChange(start, change)).toEqual({ ...start, limits: { cpus: 0.2, memoryBytes: 5 } });
  });

  it.each<[string, ActionChange]>([
    ['join', { kind: 'join', group, from: 2, to: 3, nodes: ['a-7'] }],
    ['kill', plannedKill(group, ['a-1'])],
  ])('after a %s is the same: who is in the group is no part of it', (_, change) => {
    expect(applyChange(start, change)).toBe(start);
    expect(statesOver(start, [change, change])).toEqual([start]);
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
});
