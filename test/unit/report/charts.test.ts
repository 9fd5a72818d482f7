import { expect, test } from 'vitest';
import { dashOf, seriesSentinel } from '../../../orchestrator/report/charts/chart-colours.ts';
import { labelMarks } from '../../../orchestrator/report/charts/chart-marks.ts';
import { condenseSeries, MOST_SERIES } from '../../../orchestrator/report/charts/condense-series.ts';
import { timeInterval, valueAxis } from '../../../orchestrator/report/charts/nice-axis.ts';
import { alignPoints, breakAtGaps, thinPoints } from '../../../orchestrator/report/charts/prepare-points.ts';
import { spreadApart } from '../../../orchestrator/report/charts/spread-apart.ts';
import type { Series } from '../../../orchestrator/record/samples.ts';

function nodes(count: number, group: string): Series[] {
  return Array.from({ length: count }, (_, index) => ({
    legend: `${group}-${index + 1}`,
    labels: { group, node: `${group}-${index + 1}` },
    points: [
      [0, index],
      [1000, 10 * index],
    ],
  }));
}

test('twelve series are shown one by one', () => {
  const condensed = condenseSeries(nodes(12, 'servers'), false);
  expect(condensed.series).toHaveLength(12);
  expect(condensed.note).toBeUndefined();
});

test('many nodes of a group become highest, median and lowest, and small groups stay', () => {
  const { series, note } = condenseSeries([...nodes(41, 'servers'), ...nodes(1, 'balancer')], false);
  expect(series.map(({ name }) => name)).toEqual([
    'servers, highest of 41',
    'servers, median',
    'servers, lowest',
    'balancer-1',
  ]);
  expect(series.map(({ points }) => points[1]?.[1])).toEqual([400, 200, 0, 0]);
  expect(note).toContain('42 series');
});

test('stacked series keep their sum when they are put together', () => {
  const all = nodes(30, 'servers');
  const { series, note } = condenseSeries(all, true);
  const sum = (each: readonly { points: readonly (readonly [number, number])[] }[]) =>
    each.reduce((total, { points }) => total + (points[1]?.[1] ?? 0), 0);
  expect(series).toHaveLength(MOST_SERIES);
  expect(series.at(-1)?.name).toBe('and 19 more, summed');
  expect(sum(series)).toBe(sum(all));
  expect(note).toContain('19');
});

test('series that cannot be grouped are cut to the highest, and the number left out is said', () => {
  const all = nodes(20, 'servers').map(({ legend, points }) => ({ legend, points, labels: {} }));
  const { series, note } = condenseSeries(all, false);
  expect(series).toHaveLength(MOST_SERIES);
  expect(series[0]?.name).toBe('servers-20');
  expect(note).toContain('8 more are not drawn');
});

test('thinning keeps a single spike', () => {
  const points = Array.from({ length: 5000 }, (_, at) => [at, at === 3333 ? 99 : 1] as const);
  const thinned = thinPoints(points, 200);
  expect(thinned.length).toBeLessThanOrEqual(200);
  expect(thinned).toContainEqual([3333, 99]);
});

test('a line breaks where samples are missing, not where one came late', () => {
  expect(
    breakAtGaps(
      [
        [0, 1],
        [1000, 1],
        [3000, 1],
        [9000, 1],
      ],
      1000,
    ),
  ).toEqual([
    [0, 1],
    [1000, 1],
    [3000, 1],
    [4000, null],
    [9000, 1],
  ]);
});

test('stacked series share their moments', () => {
  expect(
    alignPoints([
      [
        [0, 1],
        [1, 2],
      ],
      [[1, 5]],
    ]),
  ).toEqual([
    [
      [0, 1],
      [1, 2],
    ],
    [
      [0, 0],
      [1, 5],
    ],
  ]);
});

test.each([
  [320, 'per-second', undefined, { max: 400, interval: 100 }],
  [0.95, 'share', 1, { max: 1, interval: 0.25 }],
  [1.3, 'share', 1, { max: 1.5, interval: 0.5 }],
  [3, 'count', undefined, { max: 3, interval: 1 }],
  [900 * 1024, 'bytes', undefined, { max: 1000 * 1024, interval: 250 * 1024 }],
  [0, 'seconds', undefined, { max: 1, interval: 0.5 }],
] as const)('an axis for values up to %s (%s) ends at a round number', (highest, unit, fixed, axis) => {
  expect(valueAxis(highest, unit, fixed)).toEqual(axis);
});

test.each([
  [60_000, 7, 10_000],
  [60_000, 4, 15_000],
  [3_600_000, 7, 600_000],
])('%i ms with at most %i ticks has one every %i ms', (durationMs, most, intervalMs) => {
  expect(timeInterval(durationMs, most)).toBe(intervalMs);
});

test('marks too close to be named one by one share a label', () => {
  const mark = (id: string, atMs: number) => ({ id, atMs, kind: 'action' as const });
  const incident = { id: 'e1', atMs: 520, kind: 'incident' as const };
  expect(labelMarks([mark('a1', 0), mark('a2', 50), mark('a3', 90), mark('a4', 500), incident], 100)).toEqual(
    [
      { text: 'a1–a3', atMs: 0 },
      { text: 'a4 e1', atMs: 500 },
    ],
  );
});

test('labels that would overlap stand around where they belong and stay above the axis', () => {
  expect(spreadApart([50, 50, 50], 10, 100)).toEqual([40, 50, 60]);
  expect(spreadApart([99, 100], 10, 100)).toEqual([90, 100]);
  expect(spreadApart([80, 10], 10, 100)).toEqual([80, 10]);
});

test('twelve series have twelve different pairs of colour and dash', () => {
  const looks = Array.from({ length: 12 }, (_, index) => `${seriesSentinel(index)} ${dashOf(index).join()}`);
  expect(new Set(looks).size).toBe(12);
});
