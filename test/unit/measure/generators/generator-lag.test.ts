import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../../orchestrator/measure/generators/delivery.ts';
import { findStandstills, measureLag } from '../../../../orchestrator/measure/generators/generator-lag.ts';
import { Readings } from '../../../../orchestrator/measure/readings/readings.ts';
import { fakePrometheus, type StoredSeries } from '../fake-prometheus.ts';
import { steadyLoad } from '../steady-load.ts';

const startMs = 1_000_000;
const users = steadyLoad(20, 10_000);
const whole = { startMs: 0, endMs: 10_000 };

function late(window: string, count: number, upper: number): StoredSeries {
  const buckets = [
    { lower: 1, upper: 1.2, count: count - 1 },
    { lower: upper * 0.95, upper, count: 1 },
  ];
  return {
    name: 'k6_topolab_start_lag_seconds',
    labels: { run: 'r', group: 'users', node: 'users-k6-1', window },
    samples: [[startMs / 1000 + 8, { count, sum: count, buckets }]],
  };
}

async function lagOf(stored: readonly StoredSeries[], some: Partial<Delivery> = {}) {
  const { client } = fakePrometheus(stored);
  const readings = new Readings(client, { run: 'r', startMs, lastedMs: 10_000, loads: [users] });
  const delivery = { load: 'users', model: 'open', asked: 200, started: 200, dropped: 0, ...some } as const;
  const observed = { clock: { run: 'r', startMs }, lastedMs: 10_000 };
  return await measureLag([delivery], whole, readings, observed);
}

describe('iterations that started late', () => {
  it('are counted over all windows, with the worst of them', async () => {
    const { lateStarts } = await lagOf([late('calm', 40, 2.1), late('storm', 21, 4.04)]);
    expect(lateStarts).toEqual([{ load: 'users', count: 61, worstMs: 4040 }]);
  });

  it('are none where there are none', async () => {
    expect(await lagOf([])).toEqual({ lateStarts: [], standstills: [] });
  });

  it('are not told where some were dropped: those after them only seem late', async () => {
    const { lateStarts } = await lagOf([late('storm', 61, 4)], { started: 180, dropped: 20 });
    expect(lateStarts).toEqual([]);
  });
});

describe('beside dropped iterations', () => {
  const dropped = (count: number): StoredSeries => ({
    name: 'k6_dropped_iterations_total',
    labels: { run: 'r', group: 'users', node: 'users-k6-1' },
    samples: [[startMs / 1000 + 1, count]],
  });

  it('those that are later than the dropped ones make them seem are told', async () => {
    const { lateStarts } = await lagOf([dropped(1), late('storm', 61, 4)], { started: 199, dropped: 1 });
    expect(lateStarts).toEqual([{ load: 'users', count: 1, worstMs: 3950 }]);
  });

  it('in a warm-up, none is late by what these make it seem', async () => {
    const { lateStarts } = await lagOf([dropped(60), late('storm', 61, 4)]);
    expect(lateStarts).toEqual([]);
  });

  it('nobody can tell where at some moment none are due', async () => {
    const ramp = { ...users, start: 0 };
    const { client } = fakePrometheus([dropped(1), late('storm', 61, 4)]);
    const readings = new Readings(client, { run: 'r', startMs, lastedMs: 10_000, loads: [ramp] });
    const delivery = { load: 'users', model: 'open', asked: 200, started: 200, dropped: 0 } as const;
    const observed = { clock: { run: 'r', startMs }, lastedMs: 10_000 };
    expect((await measureLag([delivery], whole, readings, observed)).lateStarts).toEqual([]);
  });
});

describe('a generator that stood still', () => {
  it('is found where its total grows, by the clock of the load', async () => {
    const seconds = (node: string, ...totals: readonly (readonly [number, number])[]): StoredSeries => ({
      name: 'topolab_generator_stood_still_seconds_total',
      labels: { run: 'r', group: 'users', node, role: 'generator' },
      samples: totals.map(([at, total]) => [startMs / 1000 + at, total] as const),
    });
    const { standstills } = await lagOf([
      seconds('users-k6-1', [0.5, 0], [1.5, 0], [7.5, 4.1], [8.5, 4.1]),
      seconds('users-k6-2', [0.5, 0], [9.5, 0]),
    ]);
    expect(standstills).toHaveLength(1);
    expect(standstills[0]?.node).toBe('users-k6-1');
    expect(standstills[0]?.fromMs).toBeCloseTo(3400, 6);
    expect(standstills[0]?.forMs).toBeCloseTo(4100, 6);
  });

  it('in a warm-up that left nobody waiting, is none', () => {
    const totals = [
      [-1000, 0],
      [8000, 4000],
      [9000, 4000],
      [60_000, 4000],
    ] as const;
    expect(findStandstills('users-k6-1', totals, 20_000)).toEqual([]);
    // Those who were due meanwhile are still being served, or it was not over.
    expect(findStandstills('users-k6-1', totals, 11_000)).toHaveLength(1);
    expect(findStandstills('users-k6-1', totals, 6000)).toHaveLength(1);
  });

  it.each<[string, readonly (readonly [number, number])[], number]>([
    [
      'before the load',
      [
        [-2000, 0],
        [-1000, 5000],
        [500, 5000],
        [9000, 5000],
      ],
      0,
    ],
    [
      'until its beginning',
      [
        [-1000, 0],
        [1500, 1400],
        [9000, 1400],
      ],
      0,
    ],
    [
      'in the load before, which had a counter of its own',
      [
        [-1000, 6000],
        [4000, 0],
        [5000, 0],
      ],
      0,
    ],
    [
      'twice',
      [
        [0, 0],
        [4000, 1500],
        [5000, 1500],
        [9000, 3000],
      ],
      2,
    ],
  ])('%s', (_, totals, expected) => {
    expect(findStandstills('users-k6-1', totals)).toHaveLength(expected);
  });
});
