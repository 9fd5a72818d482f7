import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { Membership } from '../../../orchestrator/plan/membership.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import { plannedKill, plannedLink } from '../../fixtures/planned-fault.ts';
import { scenarioOf } from '../run/make-run.ts';

const group = 'a';
const readiness = { probe: { kind: 'tcp', port: 8080 }, timeoutMs: 60_000 } as const;

describe('the members of a group', () => {
  it.each<[string, ActionChange, readonly string[]]>([
    ['scale-out', { kind: 'scale-out', group, from: 2, to: 3, nodes: ['a-3'] }, ['a-1', 'a-2', 'a-3']],
    ['scale-in', { kind: 'scale-in', group, from: 2, to: 1, nodes: ['a-2'] }, ['a-1']],
    ['join', { kind: 'join', group, from: 2, to: 3, nodes: ['a-7'] }, ['a-1', 'a-2', 'a-7']],
    ['leave', { kind: 'leave', group, from: 2, to: 1, nodes: ['a-1'], how: 'kill' }, ['a-2']],
    ['kill', plannedKill(group, ['a-1']), ['a-2']],
    [
      'replacement, which has just joined',
      {
        kind: 'replace',
        group,
        update: 'u1',
        replacement: { node: 'a-1', by: 'a-3', back: null },
        nodes: ['a-3'],
      },
      ['a-2', 'a-3'],
    ],
    // Whom it takes is known only at run time.
    ['deferred kill', plannedKill(group, [], { rule: 'best-connected' }), ['a-1', 'a-2']],
    ['fault that lasts', plannedLink(group, {}, { nodes: ['a-1'] }), ['a-1', 'a-2']],
    ['join of another group', { kind: 'join', group: 'b', from: 0, to: 1, nodes: ['b-1'] }, ['a-1', 'a-2']],
  ])('after a %s', (_, change, expected) => {
    const members = new Membership({ name: group, readiness }, ['a-1', 'a-2']);
    expect(members.nodes).toEqual(['a-1', 'a-2']);
    members.apply(change);
    expect(members.nodes).toEqual(expected);
    expect(members.count).toBe(expected.length);
    expect(expected.every((node) => members.has(node))).toBe(true);
  });

  it('whose program was to end have gone before the first action', () => {
    const ended = { probe: { kind: 'completed' }, timeoutMs: 60_000 } as const;
    expect(new Membership({ name: group, readiness: ended }, ['a-1']).nodes).toEqual([]);
  });

  it('after a whole plan are those whom the plan counts', () => {
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
    const members = new Membership(peers, initialNodes[0]?.nodes);
    expect(actions.length).toBeGreaterThan(10);
    for (const { change } of actions) {
      if ('from' in change) expect(members.count).toBe(change.from);
      members.apply(change);
      if ('to' in change) expect(members.nodes).toHaveLength(change.to);
    }
  });
});
