// Which faults a run had, from its event log.
import { expect, it } from 'vitest';
import { faultsOf } from '../../../../orchestrator/measure/impacts/run-faults.ts';
import { makePlan } from '../../../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../../../orchestrator/record/event.ts';
import { scenarioOf } from '../../run/make-run.ts';

const plan = makePlan(
  scenarioOf({
    groups: { servers: { role: 'server', replicas: 3 } },
    phases: [{ name: 'run', duration: '60s' }],
    timeline: [
      { at: '10s', pause: { nodes: ['servers-1'], for: '5s' } },
      { at: '20s', scale: { group: 'servers', to: 4 } },
      { at: '30s', kill: { nodes: ['servers-2'] } },
      { at: '40s', link: { group: 'servers', delay: '20ms' } },
    ],
  }),
);

/** Every action 2 ms late, and what its fault tells. */
const events = plan.actions.flatMap((action): RunEvent[] => {
  const startedMs = action.offsetMs + 2;
  const common = { atMs: 0, offsetMs: startedMs + 8, nodes: [], kind: 'pause' } as const;
  const { change } = action;
  return [
    ...(change.kind === 'fault-end' ? [{ ...common, type: 'fault-ended', fault: change.id } as const] : []),
    {
      type: 'action-finished',
      atMs: 0,
      offsetMs: startedMs + 8,
      action,
      plannedMs: action.offsetMs,
      startedMs,
      finishedMs: startedMs + 8,
    },
  ];
});

it('has those of the timeline with their ends, and nodes that exited by themselves, in order of time', () => {
  const exit: RunEvent = {
    type: 'node-exited',
    atMs: 0,
    offsetMs: 25_000,
    node: 'servers-3',
    group: 'servers',
    exitCode: 7,
    expected: false,
  };
  const seen = (node: string, seenMs: number): RunEvent => ({
    type: 'fault-confirmed',
    atMs: 0,
    offsetMs: 11_000,
    fault: 'f1',
    kind: 'pause',
    node,
    moment: 'began',
    seenMs,
    saw: 'all processes frozen',
  });
  expect(faultsOf([...events, exit, seen('servers-3', 10_200), seen('servers-1', 10_150)])).toEqual([
    {
      id: 'a1',
      fault: { id: 'f1', kind: 'pause' },
      atMs: 10_002,
      effectMs: 10_150,
      lastDownMs: null,
      endedMs: 15_010,
      what: expect.stringContaining('servers-1'),
    },
    {
      id: 'e1',
      fault: null,
      atMs: 25_000,
      effectMs: null,
      lastDownMs: null,
      endedMs: null,
      what: 'servers-3 exited unexpectedly with code 7',
    },
    {
      id: 'a4',
      fault: { id: 'f2', kind: 'kill' },
      atMs: 30_002,
      effectMs: null,
      lastDownMs: null,
      endedMs: null,
      what: expect.stringContaining('servers-2'),
    },
  ]);
});

it('counts a fault from its planned time where its timer ended a little earlier, for a phase may begin with it', () => {
  const early = events.map((event) =>
    event.type === 'action-finished' ? { ...event, startedMs: event.plannedMs - 0.4 } : event,
  );
  expect(faultsOf(early).map(({ atMs }) => atMs)).toEqual([10_000, 30_000]);
});

it('knows when a fault ended a program for the last time, of its own nodes and while it was in force', () => {
  const down = (node: string, offsetMs: number): RunEvent => ({
    type: 'node-down',
    atMs: 0,
    offsetMs,
    node,
    group: 'servers',
    exitCode: 137,
  });
  const ended = events.findIndex(({ type }) => type === 'fault-ended');
  const looping = events.toSpliced(
    ended,
    0,
    down('servers-1', 11_000),
    down('servers-1', 13_000),
    down('other-1', 14_000),
  );
  expect(faultsOf([...looping, down('servers-1', 20_000)]).map(({ lastDownMs }) => lastDownMs)).toEqual([
    13_000,
    null,
  ]);
});

it('leaves out faults that hit nobody, for nobody had to get over them', () => {
  const began = (nodes: string[]): RunEvent => ({
    type: 'fault-began',
    atMs: 0,
    offsetMs: 10_000,
    fault: 'f1',
    kind: 'pause',
    nodes,
  });
  const ids = (...more: RunEvent[]) => faultsOf([...more, ...events]).map(({ fault }) => fault?.id);
  expect(ids()).toContain('f1');
  expect(ids(began(['servers-1']))).toContain('f1');
  expect(ids(began([]))).not.toContain('f1');
});
