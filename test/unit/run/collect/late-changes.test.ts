import { expect, test } from 'vitest';
import type { ActionChange } from '../../../../orchestrator/plan/plan.ts';
import type { RunEvent } from '../../../../orchestrator/record/event.ts';
import { plannedKill } from '../../../fixtures/planned-fault.ts';
import { lateChangesOf } from '../../../../orchestrator/run/collect/late-changes.ts';

const phase = { name: 'four servers', startMs: 35_000, endMs: 55_000 };
const scaleOut: ActionChange = { kind: 'scale-out', group: 'servers', from: 2, to: 4, nodes: [] };
const kill = plannedKill('servers', ['servers-1']);

function events(
  change: ActionChange,
  offsetMs: number,
  finishedMs: number | null,
  error?: string,
): RunEvent[] {
  const action = { id: 'a2', offsetMs, change, source: 'timeline[1]', summary: 'scale servers 2 → 4' };
  const at = { atMs: 0, offsetMs, action, plannedMs: offsetMs, startedMs: offsetMs };
  return [
    { type: 'action-started', ...at },
    ...(finishedMs === null
      ? []
      : [
          {
            type: 'action-finished',
            ...at,
            finishedMs,
            ...(error === undefined ? {} : { error }),
          } satisfies RunEvent,
        ]),
  ];
}

const late = [{ action: 'a2', summary: 'scale servers 2 → 4', finishedMs: 58_200 }];

test.each<[string, RunEvent[], unknown]>([
  ['ended after its phase is late', events(scaleOut, 35_000, 58_200), late],
  ['ended within it is not', events(scaleOut, 35_000, 54_000), []],
  ['never ended is late', events(scaleOut, 35_000, null), [{ ...late[0], finishedMs: null }]],
  ['of another phase is not this one’s', events(scaleOut, 15_000, 58_200), []],
  ['failed is told elsewhere', events(scaleOut, 35_000, 58_200, 'no address left'), []],
])('a scale-out that %s', (_, seen, found) => {
  expect(lateChangesOf(phase, seen, 60_000)).toEqual(found);
});

test('a change that was cut short by the end of the run is not late', () => {
  expect(lateChangesOf(phase, events(scaleOut, 35_000, null), 40_000)).toEqual([]);
});

test('a kill shapes no phase', () => {
  expect(lateChangesOf(phase, events(kill, 35_000, 58_200), 60_000)).toEqual([]);
});
