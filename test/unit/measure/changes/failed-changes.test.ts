// Which changes of a plan were not made, and whether it was the system that could not.
import { expect, it, test } from 'vitest';
import { failedChanges } from '../../../../orchestrator/measure/changes/failed-changes.ts';
import type { Action, ActionChange } from '../../../../orchestrator/plan/plan.ts';
import type { RunEvent } from '../../../../orchestrator/record/event.ts';

const scale = { kind: 'scale-out', group: 'servers', from: 1, to: 2, nodes: ['servers-2'] } as const;
const paused = { kind: 'pause', target: { groups: ['servers'] } };
const fault = { kind: 'fault', id: 'f1', fault: paused, nodes: [], newcomers: false } as unknown;
const faultEnd = { kind: 'fault-end', id: 'f1', fault: paused, nodes: [] } as unknown;

function ended(change: unknown, failure: { error?: string; errorCode?: string } = {}): RunEvent {
  const action: Action = {
    id: 'a1',
    offsetMs: 20_000,
    change: change as ActionChange,
    source: 'timeline[0]',
    summary: 'scale servers 1 → 2',
  };
  const times = { plannedMs: 20_000, startedMs: 20_003, finishedMs: 31_000 };
  return { type: 'action-finished', action, ...times, ...failure, atMs: 0, offsetMs: 31_000 };
}

const told = { action: 'a1', summary: 'scale servers 1 → 2', atMs: 20_003 };

test.each(['node-not-ready', 'update-failed', 'backup-failed', 'not-invited', 'canary-refused'])(
  'the system itself could not, by the code %s, and the log lines under the error stay where they are',
  (errorCode) => {
    const events = [ended(scale, { error: 'start node servers-2: it exited\n  | no such table', errorCode })];
    expect(failedChanges(events)).toEqual({
      bySystem: [{ ...told, why: 'start node servers-2: it exited' }],
      byOthers: [],
    });
  },
);

test.each<[string, unknown, { error: string; errorCode?: string }]>([
  ['the engine refused', scale, { error: 'no space left', errorCode: 'container-not-started' }],
  ['of a run of an earlier version', scale, { error: 'no space left' }],
  ['a fault could not be taken back', faultEnd, { error: 'no space left', errorCode: 'links-not-shaped' }],
])('%s: it was not the system', (_, change, failure) => {
  expect(failedChanges([ended(change, failure)])).toEqual({
    bySystem: [],
    byOthers: [{ ...told, why: 'no space left' }],
  });
});

it('leaves out what went well, and faults that did not begin', () => {
  expect(failedChanges([ended(scale), ended(fault, { error: 'no such rule' })])).toEqual({
    bySystem: [],
    byOthers: [],
  });
});
