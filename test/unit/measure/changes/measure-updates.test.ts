// What became of updates, from event logs and samples that are made up here.
import { describe, expect, it } from 'vitest';
import {
  type MeasuredUpdate,
  measureUpdates,
} from '../../../../orchestrator/measure/changes/measure-updates.ts';
import { measureWithin, timedUpdate } from '../../../../orchestrator/measure/objectives/measure-within.ts';
import { makePlan } from '../../../../orchestrator/plan/make-plan.ts';
import type { RunEvent, RunEventBody } from '../../../../orchestrator/record/event.ts';
import type { SavedSamples, Series } from '../../../../orchestrator/record/samples.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import { scenarioOf } from '../../run/make-run.ts';

const START = 1_000_000;
const LOAD_MS = 60_000;

const actionOf = (update: object = { version: 2 }) =>
  makePlan(
    scenarioOf({
      groups: { servers: { role: 'server', replicas: 2 } },
      timeline: [{ at: '10s', update: { group: 'servers', onFailure: 'rollback', ...update } }],
    }),
  ).actions[0]!;
const action = actionOf();

const at = (offsetMs: number | null, body: RunEventBody): RunEvent => ({
  atMs: START + (offsetMs ?? -5000),
  offsetMs,
  ...body,
});
const group = 'servers';
const launched = (node: string, revision: number, offsetMs: number | null) =>
  at(offsetMs, { type: 'node-launched', node, group, containerId: node, image: 'i', revision, address: '' });
const ready = (node: string, offsetMs: number | null) =>
  at(offsetMs, { type: 'node-ready', node, group, tookMs: 1 });
const leaving = (node: string, offsetMs: number) => at(offsetMs, { type: 'node-leaving', node, group });
const left = (node: string, offsetMs: number) => at(offsetMs, { type: 'node-left', node, group });

const begun: RunEvent[] = [
  launched('servers-1', 1, null),
  launched('servers-2', 1, null),
  ready('servers-1', null),
  ready('servers-2', null),
  at(0, { type: 'load-started' }),
  at(10_000, { type: 'action-started', action, plannedMs: 10_000, startedMs: 10_000 }),
];
/** Stop-first: 2 s for each node, and 5 s between them. */
const rolled: RunEvent[] = [
  ...begun,
  leaving('servers-1', 10_000),
  left('servers-1', 11_000),
  launched('servers-3', 2, 11_000),
  ready('servers-3', 12_000),
  leaving('servers-2', 17_000),
  left('servers-2', 18_000),
  launched('servers-4', 2, 18_000),
  ready('servers-4', 19_000),
];

const series = (labels: Record<string, string>, points: readonly (readonly [number, number])[]): Series => ({
  labels,
  legend: labels['legend'] ?? '',
  points,
});
const everySecond = (value: (ms: number) => number) =>
  Array.from({ length: LOAD_MS / 1000 }, (_, second) => [second * 1000, value(second * 1000)] as const);
/** A node says when it served first, by the engine's clock, from a second after on. */
const first = (node: string, servedMs: number, version = '2') =>
  series(
    { node, version },
    everySecond((ms) => (ms > servedMs ? (START + servedMs) / 1000 : 0)),
  );
const operations = (failed: (ms: number) => number): Series[] => [
  {
    ...series(
      {},
      everySecond(() => 20),
    ),
    legend: 'served',
  },
  { ...series({}, everySecond(failed)), legend: 'failed' },
];
const samplesOf = (panels: SavedSamples['panels']): SavedSamples => ({ stepSeconds: 1, panels });
const served = [first('servers-1', -3000, '1'), first('servers-3', 12_500), first('servers-4', 20_250)];
const sound = samplesOf({ 'first-operation': served, 'operations-each-second': operations(() => 0) });

const measured = (events: readonly RunEvent[], samples?: SavedSamples, loadMs = LOAD_MS): MeasuredUpdate =>
  measureUpdates(events, samples, loadMs)[0]!;

describe('an update has converged', () => {
  it('once every new node has served with the new version, to the millisecond by the nodes themselves', () => {
    expect(measured(rolled, sound)).toMatchObject({
      id: 'u1',
      action: 'a1',
      outcome: 'converged',
      convergedAfterMs: 10_250,
      servedBy: 'node',
      nodes: { updated: 2, planned: 2, old: 0 },
      failedOperations: 0,
      lowestReadyShare: 0.5,
      mixedMs: 5000,
      failures: [],
    });
  });

  it('not while a node has served nothing yet, however long it has been ready', () => {
    const samples = samplesOf({
      'first-operation': [served[1]!, series({ node: 'servers-4', version: '2' }, [[20_000, 0]])],
    });
    expect(measured(rolled, samples)).toMatchObject({ outcome: 'unfinished', convergedAfterMs: null });
  });

  it('not where a new node has served, but with the version of before', () => {
    const samples = samplesOf({ 'first-operation': [served[1]!, first('servers-4', 20_250, '1')] });
    expect(measured(rolled, samples)).toMatchObject({ outcome: 'unfinished', convergedAfterMs: null });
  });

  it('not while a node of before is there', () => {
    expect(
      measured(
        rolled.filter(
          (event) =>
            !(
              'node' in event &&
              event.node === 'servers-2' &&
              event.type !== 'node-launched' &&
              event.type !== 'node-ready'
            ),
        ),
        sound,
      ),
    ).toMatchObject({
      outcome: 'unfinished',
      nodes: { updated: 2, old: 1 },
    });
  });

  it('not where it went on without a node that failed, though all who are left have it', () => {
    const events: RunEvent[] = [
      ...begun,
      leaving('servers-1', 10_000),
      left('servers-1', 11_000),
      launched('servers-3', 2, 11_000),
      ready('servers-3', 12_000),
      leaving('servers-2', 17_000),
      left('servers-2', 18_000),
      launched('servers-4', 2, 18_000),
      at(28_000, {
        type: 'update-failed',
        update: 'u1',
        node: 'servers-4',
        group,
        why: 'not ready within 10 s',
      }),
      leaving('servers-4', 28_000),
      left('servers-4', 28_500),
    ];
    expect(measured(events, sound)).toMatchObject({
      outcome: 'unfinished',
      convergedAfterMs: null,
      nodes: { updated: 1, planned: 2, old: 0 },
      failures: [{ node: 'servers-4' }],
    });
  });

  it('by the word of the balancer, where nodes are not our own', () => {
    const own = actionOf({ image: 'shop:2', version: undefined });
    const events = rolled.map((event) =>
      event.type === 'action-started' ? { ...event, action: own } : event,
    );
    const answers = ['servers-3', 'servers-4'].map((server, index) =>
      series(
        { server },
        everySecond((ms) => Math.max(0, ms - 20_000 - index * 1000)),
      ),
    );
    expect(measured(events, samplesOf({ 'server-answers': answers }))).toMatchObject({
      convergedAfterMs: 12_000,
      servedBy: 'balancer',
    });
  });

  it('not by being ready, where other nodes say what they served and this one was never seen to', () => {
    const samples = samplesOf({ 'first-operation': [served[0]!, served[1]!] });
    expect(measured(rolled, samples)).toMatchObject({ outcome: 'unfinished', convergedAfterMs: null });
  });

  it('and where nobody can tell, when the last is ready', () => {
    expect(measured(rolled, samplesOf({}))).toMatchObject({ convergedAfterMs: 9000, servedBy: 'nobody' });
  });

  it('at the cost of what failed from the command until then', () => {
    const failing = operations((ms) => (ms === 5000 || ms === 15_000 || ms === 40_000 ? 3 : 0));
    const samples = samplesOf({ 'first-operation': served, 'operations-each-second': failing });
    expect(measured(rolled, samples).failedOperations).toBe(3);
  });
});

describe('an update that was taken back', () => {
  const events: RunEvent[] = [
    ...begun,
    launched('servers-3', 2, 10_000),
    at(20_000, {
      type: 'update-failed',
      update: 'u1',
      node: 'servers-3',
      group,
      why: 'not ready within 10 s',
    }),
    at(20_000, { type: 'update-rolling-back', update: 'u1' }),
    at(23_500, { type: 'update-ended', update: 'u1', outcome: 'rolled-back' }),
  ];

  it('tells when it was given up, and how long all took to have what they had before', () => {
    expect(measured(events, sound)).toMatchObject({
      outcome: 'rolled-back',
      convergedAfterMs: null,
      givenUpAfterMs: 10_000,
      rolledBackAfterMs: 3500,
      lowestReadyShare: 1,
      mixedMs: 0,
      nodes: { updated: 0, old: 2 },
      failures: [{ node: 'servers-3', why: 'not ready within 10 s' }],
    });
  });
});

describe('the objective `updated`', () => {
  const objective = (bound: number): Objective => ({
    name: 'update time',
    measure: { kind: 'updated' },
    comparison: 'atMost',
    bound,
    phase: null,
    load: null,
  });
  const judge = (
    events: readonly RunEvent[],
    bound: number,
    loadMs = LOAD_MS,
    window = { startMs: 0, endMs: LOAD_MS },
  ) =>
    measureWithin(objective(bound), window, measureUpdates(events, sound, loadMs).map(timedUpdate), loadMs);

  it.each([
    ['held within its bound', rolled, 10_250, LOAD_MS, 'held', 10_250],
    ['missed where it took longer', rolled, 10_249, LOAD_MS, 'missed', 10_250],
    ['missed where it never came about', begun, 20_000, LOAD_MS, 'missed', null],
    [
      'without samples where the load ended before that could be told',
      begun,
      20_000,
      25_000,
      'no-samples',
      null,
    ],
  ] as const)('is %s', (_, events, bound, loadMs, status, value) => {
    expect(judge(events, bound, loadMs)).toMatchObject({ status, measured: value });
  });

  it('has no samples where no update began in its window', () => {
    expect(judge(rolled, 20_000, LOAD_MS, { startMs: 20_000, endMs: LOAD_MS })).toMatchObject({
      status: 'no-samples',
      why: 'no update began in this window',
    });
  });
});
