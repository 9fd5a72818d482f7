// Topologies beside each other: a row for each role, the worst first, and what a cell says.
import { expect, it } from 'vitest';
import type { Loss, LossOutcome } from '../../../orchestrator/failures/conclude.ts';
import { sideBySide } from '../../../orchestrator/failures/side-by-side.ts';
import type { TopologyNode } from '../../../orchestrator/failures/trial-scenario.ts';
import { columnNames, roleLossWords, roleName } from '../../../orchestrator/report/failures/failure-words.ts';
import type { Role } from '../../../orchestrator/scenario/groups/group.ts';

const nodeOf = (role: Role, nth: number): TopologyNode => ({
  node: `${role}-${nth}`,
  group: role,
  role,
  ownUsersShare: 0,
});

function lossOf(killed: readonly TopologyNode[], outcome: LossOutcome, lost = 0): Loss {
  const recoveredAfterMs = outcome === 'not-recovered' ? null : lost > 0 ? 3000 : 0;
  return {
    killed,
    outcome,
    impact: { servedBefore: 40, lowestShare: 1, detectedAfterMs: null, recoveredAfterMs, lost },
    servedAtEnd: outcome === 'not-recovered' ? 0 : 1,
    missed: [],
    runs: [],
    invalid: [],
  };
}

const [server, ...servers] = [1, 2].map((nth) => nodeOf('server', nth)) as [TopologyNode, TopologyNode];
const [store, balancer] = [nodeOf('store', 1), nodeOf('balancer', 1)];
const single = {
  nodes: [store, server],
  unsteady: [],
  losses: [lossOf([store], 'not-recovered', 90), lossOf([server], 'not-recovered', 100)],
};
const balanced = {
  nodes: [store, server, ...servers, balancer],
  unsteady: [],
  losses: [
    lossOf([store], 'not-recovered', 90),
    lossOf([balancer], 'not-recovered', 95),
    lossOf([server], 'recovered', 12),
    lossOf(servers, 'recovered', 14),
    lossOf([server, ...servers], 'not-recovered', 200),
  ],
};
const unsteady = { nodes: [server], unsteady: ['It was restless.'], losses: [lossOf([server], 'unharmed')] };

it('has a row for each role, the worst first, and in it the worst of each topology; pairs are not in it', () => {
  const rows = sideBySide([single, balanced, unsteady]).map((row) => [
    roleName(row),
    ...row.losses.map(roleLossWords),
  ]);
  expect(rows).toEqual([
    ['a server', 'never back, 100 lost', '1 of 2: back after 3 s, 14 lost', 'not known'],
    ['the balancer', 'has none', 'never back, 95 lost', 'has none'],
    ['the database', 'never back, 90 lost', 'never back, 90 lost', 'has none'],
  ]);
});

it('does not hide a loss that cannot be believed behind a harmless one', () => {
  const cell = (...outcomes: LossOutcome[]) => {
    const losses = outcomes.map((outcome, nth) => lossOf([nodeOf('server', nth)], outcome));
    const nodes = losses.flatMap(({ killed }) => killed);
    return roleLossWords(sideBySide([{ nodes, unsteady: [], losses }])[0]!.losses[0]!);
  };
  expect(cell('unharmed', 'invalid')).toBe('1 of 2: not valid');
  expect(cell('doubtful', 'invalid')).toBe('1 of 2: not valid');
  expect(cell('invalid', 'not-recovered')).toBe('1 of 2: never back');
  expect(cell('unharmed', 'unharmed')).toBe('1 of 2: nobody noticed');
});

it('claims no second run that came back where the other could not be believed', () => {
  const losses = [lossOf([server], 'doubtful')];
  expect(roleLossWords(sideBySide([{ nodes: [server], unsteady: [], losses }])[0]!.losses[0]!)).toBe(
    'never back in one run only',
  );
});

it('calls topologies by what differs between them', () => {
  const set = (topology: string, servers: string) => ({ set: { topology, servers, rate: '20/s' } });
  expect(columnNames([set('hybrid', '2'), set('peer-to-peer', '2')])).toEqual(['hybrid', 'peer-to-peer']);
  expect(columnNames([set('hybrid', '1'), set('peer-to-peer', '2')])).toEqual([
    'topology=hybrid servers=1',
    'topology=peer-to-peer servers=2',
  ]);
});
