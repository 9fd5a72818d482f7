// What became of switches, from event logs and samples that are made up here.
import { describe, expect, it } from 'vitest';
import {
  type MeasuredSwitch,
  measureSwitches,
} from '../../../../orchestrator/measure/changes/measure-switches.ts';
import { measureWithin, timedSwitch } from '../../../../orchestrator/measure/objectives/measure-within.ts';
import { makePlan } from '../../../../orchestrator/plan/make-plan.ts';
import type { RunEvent, RunEventBody, SwitchStep } from '../../../../orchestrator/record/event.ts';
import type { SavedSamples, Series } from '../../../../orchestrator/record/samples.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import { scenarioOf } from '../../run/make-run.ts';

const START = 1_000_000;
const LOAD_MS = 60_000;

const [action] = makePlan(
  scenarioOf({
    groups: {
      database: { role: 'store' },
      servers: { role: 'server', store: 'database' },
      nodes: { role: 'client', asks: 'servers', switches: true, replicas: 2 },
    },
    timeline: [{ at: '10s', switch: { group: 'nodes', to: 'peer-to-peer' } }],
  }),
).actions;
if (action === undefined) throw new Error('a switch is planned');

const at = (offsetMs: number, body: RunEventBody): RunEvent => ({
  ...body,
  atMs: START + offsetMs,
  offsetMs,
});
const step = (offsetMs: number, name: SwitchStep, tookMs = 100): RunEvent =>
  at(offsetMs, { type: 'switch-step', switch: 's1', step: name, tookMs });
const served = (offsetMs: number, node: string): RunEvent =>
  at(offsetMs + 50, { type: 'switch-served', switch: 's1', node, servedAtMs: START + offsetMs });

const begun: RunEvent[] = [
  at(0, { type: 'load-started' }),
  at(10_000, { type: 'action-started', action, plannedMs: 10_000, startedMs: 10_000 }),
  step(11_000, 'write to both', 1000),
  step(12_000, 'copy', 1000),
];
const switched: RunEvent[] = [
  ...begun,
  step(12_100, 'read from the new'),
  step(12_200, 'write to the new alone'),
  served(12_250, 'nodes-1'),
  served(13_500, 'nodes-2'),
  step(13_000, 'retire', 800),
  at(13_600, { type: 'switch-ended', switch: 's1', outcome: 'switched' }),
  at(14_000, {
    type: 'switch-checked',
    switch: 's1',
    records: { acknowledged: 100, missing: 1, wrong: 0, unreadable: 0 },
    events: { acknowledged: 20, lost: 0, doubled: 1, gaps: 0, logs: ['nodes-1', 'nodes-2'] },
  }),
];

const operations = (failed: (ms: number) => number, served: (ms: number) => number = () => 10): Series[] => {
  const points = (of: (ms: number) => number) =>
    Array.from({ length: LOAD_MS / 1000 }, (_, second) => [second * 1000, of(second * 1000)] as const);
  const series = (legend: string, of: (ms: number) => number) =>
    ({ legend, labels: {}, points: points(of) }) as unknown as Series;
  return [series('served', served), series('failed', failed)];
};
const samplesOf = (series: Series[]) =>
  ({ panels: { 'operations-each-second': series } }) as unknown as SavedSamples;
const sound = samplesOf(operations(() => 0));

const measured = (events: readonly RunEvent[], samples?: SavedSamples, loadMs = LOAD_MS): MeasuredSwitch =>
  measureSwitches(events, samples, loadMs)[0]!;

describe('a switch', () => {
  it('is over 3 s after the last node served the new way and the old one had gone', () => {
    expect(measured(switched, sound)).toMatchObject({
      id: 's1',
      outcome: 'switched',
      movedAfterMs: 3500,
      switchedAfterMs: 6500,
      failedOperations: 0,
      nodes: { served: 2, planned: 2 },
      records: { acknowledged: 100, missing: 1 },
      events: { doubled: 1 },
    });
    expect(measured(switched, sound).steps.map((each) => each.step)).toEqual([
      'write to both',
      'copy',
      'read from the new',
      'write to the new alone',
      'retire',
    ]);
  });

  it('or later, where something fails meanwhile, which counts until then', () => {
    const failing = samplesOf(operations((ms) => (ms === 11_000 || ms === 15_000 || ms === 40_000 ? 2 : 0)));
    expect(measured(switched, failing)).toMatchObject({ switchedAfterMs: 8000, failedOperations: 4 });
  });

  it.each([
    ['as soon', () => 0, 6500],
    ['later, where something fails by the second point', (ms: number) => (ms === 20_000 ? 2 : 0), 13_000],
  ])('is over %s in a long run, whose points lie 5 s apart', (_, failed, switchedAfterMs) => {
    const sparse = operations(failed).map((series) => ({
      ...series,
      points: series.points.filter(([ms]) => ms % 5000 === 0),
    }));
    expect(measured(switched, samplesOf(sparse))).toMatchObject({ outcome: 'switched', switchedAfterMs });
  });

  it.each<[string, readonly RunEvent[], SavedSamples | undefined, number]>([
    [
      'a node has not served',
      switched.filter((event) => !('node' in event && event.node === 'nodes-2')),
      sound,
      LOAD_MS,
    ],
    ['the load ended before', switched, sound, 16_000],
    [
      'nobody was served',
      switched,
      samplesOf(
        operations(
          () => 0,
          () => 0,
        ),
      ),
      LOAD_MS,
    ],
    ['nobody tells what was served', switched, undefined, LOAD_MS],
    ['it did not come to an end', begun, sound, LOAD_MS],
  ])('is unfinished where %s', (_, events, samples, loadMs) => {
    expect(measured(events, samples, loadMs)).toMatchObject({ outcome: 'unfinished', switchedAfterMs: null });
  });

  it('waits for no node that has gone', () => {
    const events = [
      ...switched.filter((event) => !('node' in event && event.node === 'nodes-2')),
      at(11_500, { type: 'node-killed', node: 'nodes-2', group: 'nodes', rule: 'random' }),
    ];
    expect(measured(events, sound)).toMatchObject({ outcome: 'switched', movedAfterMs: 3000 });
  });

  it('waits for one that is there, whoever has served and gone', () => {
    const events = [
      ...switched.filter((event) => !('node' in event && event.node === 'nodes-2')),
      at(12_500, { type: 'node-killed', node: 'nodes-1', group: 'nodes', rule: 'random' }),
    ];
    expect(measured(events, sound)).toMatchObject({
      outcome: 'unfinished',
      movedAfterMs: null,
      nodes: { served: 0, planned: 1 },
    });
  });

  it('waits for one that went only when the switch was over', () => {
    const events = [
      ...switched.filter((event) => !('node' in event && event.node === 'nodes-2')),
      at(50_000, { type: 'node-killed', node: 'nodes-2', group: 'nodes', rule: 'random' }),
    ];
    expect(measured(events, sound)).toMatchObject({
      outcome: 'unfinished',
      nodes: { served: 1, planned: 2 },
    });
  });

  it('that was taken back says when', () => {
    const events = [...begun, at(20_000, { type: 'switch-ended', switch: 's1', outcome: 'taken-back' })];
    expect(measured(events, sound)).toMatchObject({
      outcome: 'taken-back',
      switchedAfterMs: null,
      takenBackAfterMs: 10_000,
    });
  });
});

describe('the objective `switched`', () => {
  const judge = (events: readonly RunEvent[], bound: number, loadMs = LOAD_MS) => {
    const measure = { kind: 'switched' } as const;
    const objective: Objective = {
      name: 'switch time',
      measure,
      comparison: 'atMost',
      bound,
      phase: null,
      load: null,
    };
    const switches = measureSwitches(events, sound, loadMs).map(timedSwitch);
    return measureWithin(objective, { startMs: 0, endMs: LOAD_MS }, switches, loadMs);
  };
  const takenBack = [
    ...begun,
    at(20_000, { type: 'switch-ended', switch: 's1', outcome: 'taken-back' } as const),
  ];

  it.each([
    ['held within its bound', switched, 6500, LOAD_MS, 'held', 6500],
    ['missed where it took longer', switched, 6499, LOAD_MS, 'missed', 6500],
    ['missed where it was taken back', takenBack, 55_000, LOAD_MS, 'missed', null],
    ['missed where it was not over by then', begun, 20_000, LOAD_MS, 'missed', null],
    ['without samples where the load ended before that', begun, 20_000, 25_000, 'no-samples', null],
    ['without samples where nothing was switched', begun.slice(0, 1), 20_000, LOAD_MS, 'no-samples', null],
  ] as const)('is %s', (_, events, bound, loadMs, status, value) => {
    expect(judge(events, bound, loadMs)).toMatchObject({ status, measured: value });
  });
});
