import { describe, expect, test } from 'vitest';
import { curveOf, offeredAt, offeredBetween, peakOf } from '../../../orchestrator/plan/load-curve.ts';
import type { LoadCurve } from '../../../orchestrator/plan/plan.ts';
import type { Load, LoadModel } from '../../../orchestrator/scenario/load/load.ts';

// rate
// 40 |              ______
//    |             /      |
// 20 |            /       |   <- jumps to 20 at 30 s
//    |           /         \___
// 10 |__________/
//    +----------|-----|-----|---|
//    0          10    20    30  40  s
const curve: LoadCurve = {
  load: 'users',
  unit: 'per-second',
  start: 10,
  stages: [
    { durationMs: 10_000, target: 10 },
    { durationMs: 10_000, target: 40 },
    { durationMs: 10_000, target: 40 },
    { durationMs: 0, target: 20 },
    { durationMs: 10_000, target: 20 },
  ],
};

describe('the offered rate', () => {
  test.each([
    [-1, 0],
    [0, 10],
    [5000, 10],
    [10_000, 10],
    [15_000, 25],
    [20_000, 40],
    [29_999, 40],
    [30_000, 20],
    [40_000, 20],
    [40_001, 0],
  ])('at %s ms is %s', (offsetMs, rate) => {
    expect(offeredAt(curve, offsetMs)).toBeCloseTo(rate, 9);
  });

  test.each([
    [0, 10_000, 100],
    [10_000, 20_000, 250],
    [10_000, 15_000, 87.5],
    [20_000, 30_000, 400],
    [29_000, 31_000, 60],
    [0, 40_000, 950],
    [-5000, 99_000, 950],
    [40_000, 99_000, 0],
    [20_000, 20_000, 0],
    [20_000, 10_000, 0],
  ])('from %s to %s ms comes to %s iterations', (fromMs, toMs, iterations) => {
    expect(offeredBetween(curve, fromMs, toMs)).toBeCloseTo(iterations, 9);
  });

  test('has its peak at 40', () => {
    expect(peakOf(curve)).toBe(40);
  });

  test('is 0 where only the script knows', () => {
    const unknown: LoadCurve = { load: 'users', unit: 'unknown', start: 0, stages: [] };
    expect([offeredAt(unknown, 0), offeredBetween(unknown, 0, 1000), peakOf(unknown)]).toEqual([0, 0, 0]);
  });
});

describe('a load ends early where its work may be done before its time is over', () => {
  const stages = [{ durationMs: 10_000, target: 5 }];
  test.each<[LoadModel, true | undefined]>([
    [{ kind: 'open', startRate: 1, stages, maxVirtualUsers: 10 }, undefined],
    [{ kind: 'closed', startVirtualUsers: 1, stages }, undefined],
    [{ kind: 'each-node', iterations: 1, maxDurationMs: 10_000 }, true],
    [{ kind: 'script' }, true],
  ])('%j', (model, mayEndEarly) => {
    const load = { name: 'users', target: 'nodes', model } as Load;
    expect(curveOf(load, []).mayEndEarly).toBe(mayEndEarly);
  });
});
