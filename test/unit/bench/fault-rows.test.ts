// The rows of the benchmark of faults: what counts as done is read from the events of a run.
import { expect, test } from 'vitest';
import { kindRow } from '../../../bench/faults/kind-rows.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { scenarioOf } from '../run/make-run.ts';

const { actions } = makePlan(
  scenarioOf({
    groups: { servers: { role: 'server', replicas: 2 } },
    timeline: [{ at: '2s', 'host-lost': { hosts: ['box3'], for: '3s' } }],
  }),
);
const nodes = ['servers-1', 'servers-2'];
const at = { atMs: 0, offsetMs: 0 };
const fault = { fault: 'f1', kind: 'host-lost' } as const;

function eventsOf(seen: readonly ['began' | 'ended', string, number][]): RunEvent[] {
  const [action] = actions;
  if (action === undefined) throw new Error('no action');
  return [
    { ...at, type: 'action-started', action, startedMs: 2000 },
    { ...at, ...fault, type: 'fault-began', hosts: ['box3'], nodes },
    ...seen.map(
      ([moment, node, seenMs]): RunEvent => ({
        ...at,
        ...fault,
        type: 'fault-confirmed',
        node,
        moment,
        seenMs,
        saw: `${node} ${moment}`,
      }),
    ),
    { ...at, ...fault, type: 'fault-ended', nodes },
  ] as RunEvent[];
}

const tried = { kind: 'host-lost', on: 'all nodes of a host', isUndone: true } as const;

test('a fault on a host takes as long as its last node, and is done once all of them are', () => {
  const all = eventsOf([
    ['began', 'servers-1', 2300],
    ['began', 'servers-2', 2900],
    ['ended', 'servers-1', 5100],
    ['ended', 'servers-2', 5200],
  ]);
  expect(kindRow(tried, all)).toMatchObject({
    name: 'host-lost, all nodes of a host',
    measured: 0.9,
    met: true,
    note: 'servers-1 began; at its end: servers-1 ended',
  });
});

test('a node that was not seen is told, and nothing is measured without it', () => {
  const some = eventsOf([
    ['began', 'servers-1', 2300],
    ['ended', 'servers-1', 5100],
  ]);
  const row = kindRow(tried, some);
  expect(row).toMatchObject({
    met: false,
    note: expect.stringMatching(/^not seen to bite, not seen to end; /),
  });
  expect(row.measured).toBeNaN();
  expect(kindRow({ ...tried, nodes: ['servers-1'] }, some)).toMatchObject({ measured: 0.3, met: true });
});

test('a fault that hit nobody was not applied', () => {
  expect(kindRow(tried, [])).toMatchObject({ met: false, note: expect.stringMatching(/^not applied, /) });
});
