import { describe, expect, it } from 'vitest';
import { k6Options, segmentFlags, startPlanOf } from '../../../orchestrator/load/k6-options.ts';
import type { Load, LoadModel } from '../../../orchestrator/scenario/load/load.ts';

function executorOf(model: LoadModel, name = 'users'): unknown {
  const { scenarios } = k6Options(loadOf(model, name), 3);
  return scenarios === undefined ? undefined : Object.values(scenarios as object)[0];
}

function loadOf(model: LoadModel, name = 'users'): Load {
  return {
    name,
    scriptPath: '/load.ts',
    script: 'load.ts',
    target: 'servers',
    model,
    generators: 1,
    image: 'k6',
    pull: null,
    platform: null,
    cpus: null,
    memoryBytes: null,
    files: [],
    graceMs: 5000,
    env: {},
    secrets: {},
  };
}

const open = (startRate: number, ...stages: readonly (readonly [durationMs: number, target: number])[]) =>
  executorOf({
    kind: 'open',
    startRate,
    stages: stages.map(([durationMs, target]) => ({ durationMs, target })),
    maxVirtualUsers: 20,
  });

describe('the load of a scenario in k6’s words', () => {
  it('is, for an open model, an arrival rate with every virtual user made before the start', () => {
    expect(open(5, [15_000, 20], [0, 40], [1500, 40])).toEqual({
      executor: 'ramping-arrival-rate',
      timeUnit: '1s',
      startRate: 5,
      stages: [
        { duration: '15000ms', target: 20 },
        { duration: '0ms', target: 40 },
        { duration: '1500ms', target: 40 },
      ],
      preAllocatedVUs: 20,
      maxVUs: 20,
      gracefulStop: '5000ms',
    });
  });

  it.each([
    ['whole rates', [10, 200], '1s', [10, 200]],
    ['halves', [0.5, 10], '1m', [30, 600]],
    ['thirds', [1 / 3, 2], '1m', [20, 120]],
    ['tenths that binary numbers miss', [0.1, 0.7], '1m', [6, 42]],
    ['ten an hour', [10 / 3600, 0], '1h', [10, 0]],
    ['a thousandth a second', [0.001, 0.002], '24h', [86, 173]],
    ['zero', [0, 0], '1s', [0, 0]],
  ])('has %s as whole numbers of the shortest unit that fits', (_, [start, target], unit, expected) => {
    const executor = open(start!, [1000, target!]);
    expect(executor).toMatchObject({
      timeUnit: unit,
      startRate: expected[0],
      stages: [{ target: expected[1] }],
    });
  });

  it('is due by the numbers that k6 was given, not by those that were rounded', () => {
    const stages = [{ durationMs: 1000, target: 33.3333 }];
    const model: LoadModel = { kind: 'open', startRate: 0.5, stages, maxVirtualUsers: 20 };
    expect(startPlanOf(loadOf(model))).toEqual({
      startPerSecond: 0.5,
      stages: [{ durationMs: 1000, perSecond: 2000 / 60 }],
    });
    expect(startPlanOf(loadOf({ kind: 'script' }))).toBeUndefined();
  });

  it('is, for a closed model, a number of virtual users', () => {
    const stages = [
      { durationMs: 5000, target: 10 },
      { durationMs: 20_000, target: 10 },
    ];
    expect(executorOf({ kind: 'closed', startVirtualUsers: 1, stages })).toEqual({
      executor: 'ramping-vus',
      startVUs: 1,
      stages: [
        { duration: '5000ms', target: 10 },
        { duration: '20000ms', target: 10 },
      ],
      gracefulRampDown: '30000ms',
      gracefulStop: '5000ms',
    });
  });

  it('is, with a user at each node, as many users as there are nodes', () => {
    expect(executorOf({ kind: 'each-node', iterations: 2, maxDurationMs: 9000 })).toEqual({
      executor: 'per-vu-iterations',
      vus: 3,
      iterations: 2,
      maxDuration: '9000ms',
      gracefulStop: '5000ms',
    });
  });

  it('is left to the script where the scenario says so', () => {
    expect(executorOf({ kind: 'script' })).toBeUndefined();
  });
});

describe('a load on several generators', () => {
  it.each([
    [0, 1, undefined, undefined],
    [0, 2, '0:1/2', '0,1/2,1'],
    [1, 2, '1/2:1', '0,1/2,1'],
    [0, 3, '0:1/3', '0,1/3,2/3,1'],
    [1, 3, '1/3:2/3', '0,1/3,2/3,1'],
    [2, 3, '2/3:1', '0,1/3,2/3,1'],
  ])('gives generator %i of %i the segment %s of %s', (index, count, segment, sequence) => {
    const flags = ['--execution-segment', segment, '--execution-segment-sequence', sequence];
    expect(segmentFlags(index, count)).toEqual(segment === undefined ? [] : flags);
  });
});
