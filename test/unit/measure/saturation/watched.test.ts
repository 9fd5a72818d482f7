import { describe, expect, test } from 'vitest';
import {
  findBlindSpot,
  findGaps,
  measureWatched,
  withoutLosses,
} from '../../../../orchestrator/measure/saturation/watched.ts';
import { fakePrometheus } from '../fake-prometheus.ts';

const everySecond = (fromMs: number, toMs: number) =>
  Array.from({ length: (toMs - fromMs) / 1000 + 1 }, (_, index) => fromMs + index * 1000);

describe('what was not watched', () => {
  test.each<[string, number[], { fromMs: number; forMs: number }[]]>([
    ['nothing, where every second was', everySecond(-5000, 24_000), []],
    [
      'nothing, where three scrapes failed',
      [...everySecond(-5000, 8000), ...everySecond(11_500, 24_000)],
      [],
    ],
    [
      'ten seconds in which Prometheus stood still',
      [...everySecond(-5000, 8000), ...everySecond(18_000, 24_000)],
      [{ fromMs: 9000, forMs: 9000 }],
    ],
    ['the end', everySecond(-5000, 14_000), [{ fromMs: 15_000, forMs: 9000 }]],
    ['the beginning', everySecond(6000, 24_000), [{ fromMs: 0, forMs: 6000 }]],
    ['all of it', [], [{ fromMs: 0, forMs: 24_000 }]],
    [
      'all of it, though before the load there was somebody',
      everySecond(-9000, -4000),
      [{ fromMs: 0, forMs: 24_000 }],
    ],
  ])('is %s', (_, scrapesMs, gaps) => {
    expect(findGaps(scrapesMs, 24_000)).toEqual(gaps);
  });

  test('is no matter in a warm-up, and a larger share of what counts than of the whole', async () => {
    const startMs = 1_000_000;
    const watchedFor = async (scrapesMs: readonly number[], missing: readonly [number, number][]) => {
      const samples = scrapesMs.map((atMs) => [(startMs + atMs) / 1000, 1] as const);
      const host = { name: 'node_memory_MemTotal_bytes', labels: { run: 'r' }, samples };
      const load = { observedAs: 'r', startMs, lastedMs: 80_000, countedFromMs: 60_000 };
      const labels = { group: 'servers' };
      const panels = { 'resource-unwatched-cpu': [{ labels, legend: '', points: missing }] };
      const asked = { ...load, limitedGenerators: [] };
      return await measureWatched(asked, fakePrometheus([host]).client, { stepSeconds: 1, panels });
    };
    const before = await watchedFor(
      [...everySecond(0, 20_000), ...everySecond(50_000, 80_000)],
      [
        [10_000, 1],
        [30_000, 1],
      ],
    );
    expect(before).toMatchObject({ gaps: [], unwatchedShare: 0, blindSpots: [] });
    // Six of 80 seconds, but six of the 20 that count.
    const after = await watchedFor([...everySecond(0, 65_000), ...everySecond(72_000, 80_000)], []);
    expect(after.unwatchedShare).toBeCloseTo(6 / 20, 9);
  });

  test('is read from the scrapes of the host', async () => {
    const startMs = 1_000_000;
    const host = {
      name: 'node_memory_MemTotal_bytes',
      labels: { run: 'r' },
      samples: [...everySecond(0, 8000), ...everySecond(20_000, 24_000)].map(
        (atMs) => [(startMs + atMs) / 1000, 1] as const,
      ),
    };
    const load = { observedAs: 'r', startMs, lastedMs: 24_000, limitedGenerators: ['users-k6-1'] };
    const generator = {
      labels: { node: 'users-k6-1', role: 'generator' },
      legend: '',
      points: [[0, 0.1]] as const,
    };
    const samples = { stepSeconds: 1, panels: { 'resource-cpu': [generator] } };
    const watched = await measureWatched(load, fakePrometheus([host]).client, samples);
    expect(watched.gaps).toEqual([{ fromMs: 9000, forMs: 11_000 }]);
    expect(watched.unwatchedShare).toBeCloseTo(11 / 24, 9);
    expect(watched.unseenGenerators).toEqual([]);
    // Two others were watched all the time, and one of them not at its beginning.
    const other = (name: string, fromMs: number) => ({
      ...host,
      labels: { run: 'r', host: name },
      samples: everySecond(fromMs, 24_000).map((atMs) => [(startMs + atMs) / 1000, 1] as const),
    });
    const several = fakePrometheus([host, other('second', 0), other('third', 10_000)]).client;
    const { gaps, unwatchedShare } = await measureWatched(load, several, samples);
    expect(gaps).toEqual([{ fromMs: 0, forMs: 20_000 }]);
    expect(unwatchedShare).toBeCloseTo(20 / 24, 9);
    // One that was lost is not there to be watched.
    const lost = {
      ...other('fourth', 0),
      samples: everySecond(0, 12_000).map((atMs) => [(startMs + atMs) / 1000, 1] as const),
    };
    const loss = { host: 'fourth', goneMs: 12_500, foundMs: 14_000, nodes: [], needed: [] };
    const { client } = fakePrometheus([other('second', 0), lost]);
    expect((await measureWatched(load, client, samples)).gaps).toEqual([{ fromMs: 13_000, forMs: 11_000 }]);
    expect((await measureWatched({ ...load, hostLosses: [loss] }, client, samples)).gaps).toEqual([]);
    // One that was never seen is missed where it is known that it is there.
    const alone = fakePrometheus([other('second', 0)]).client;
    expect((await measureWatched(load, alone, samples)).gaps).toEqual([]);
    expect((await measureWatched({ ...load, hosts: ['second', 'third'] }, alone, samples)).gaps).toEqual([
      { fromMs: 0, forMs: 24_000 },
    ]);
    const unseen = await measureWatched(load, fakePrometheus([host]).client, { stepSeconds: 1, panels: {} });
    expect(unseen.unseenGenerators).toEqual(['users-k6-1']);
  });
});

describe('nodes with a limit and no samples', () => {
  const points = (...missing: number[]) => missing.map((nodes, index) => [index * 1000, nodes] as const);
  const find = (...missing: number[]) =>
    findBlindSpot({ resource: 'cpu', group: 'servers', points: points(...missing) });

  test('are one where they stay so', () => {
    expect(find(2, 2, 2, 2, 2, 2)).toEqual({ resource: 'cpu', group: 'servers', nodes: 2, forMs: 5000 });
  });

  test('are none while they start or go', () => {
    expect(find(0, 2, 2, 1, 1, 0, 0, 1, 1, 0)).toBeNull();
    expect(find()).toBeNull();
  });

  test('are none where their host was lost, until that was found out', () => {
    const missing = {
      resource: 'cpu',
      group: 'servers',
      points: points(0, ...Array<number>(30).fill(2)),
    } as const;
    const loss = { host: 'box2', goneMs: 1000, nodes: ['servers-1', 'servers-2'], needed: [] };
    expect(findBlindSpot(withoutLosses(missing, [{ ...loss, foundMs: 25_000 }]))).toBeNull();
    expect(findBlindSpot(withoutLosses(missing, [{ ...loss, foundMs: 15_000 }]))).toMatchObject({
      forMs: 9000,
    });
  });
});
