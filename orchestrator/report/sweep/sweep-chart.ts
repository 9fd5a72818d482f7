// One figure of a sweep against what was varied: a line for each series, beside its bound. Pure.
import { dashOf, seriesSentinel } from '../charts/chart-colours.ts';
import type { Symbol, XY, XyInput, XyLine, XyMark, XyPoints, XyShape } from '../charts/draw-xy.ts';
import { valueAxis } from '../charts/nice-axis.ts';
import { formatNumber, formatValue } from '../../format/format-value.ts';
import { estimateOf, type SweepFacts, type SweepRow, trialsOf } from './sweep-facts.ts';
import type { Figure } from './sweep-figures.ts';

export const SWEEP_SHAPES: readonly XyShape[] = [
  { name: 'wide', width: 560, height: 330, fontPx: 11.5 },
  { name: 'narrow', width: 340, height: 280, fontPx: 11.5 },
];

/** Shapes first, colours second. */
export const SYMBOLS: readonly Symbol[] = ['circle', 'square', 'diamond', 'cross', 'ring'];

export function symbolOf(nth: number): Symbol {
  return SYMBOLS[nth % SYMBOLS.length] ?? 'circle';
}

export function sweepChart(facts: SweepFacts, figure: Figure): XyInput {
  const measured = facts.series.map((series) =>
    pointsOf(facts.rows, series, ({ figures, counts }) => (counts ? figures[figure.id] : null)),
  );
  const { bound } = figure;
  const bounds = facts.series.map((series) =>
    bound === undefined ? [] : pointsOf(facts.rows, series, (row) => row[bound]),
  );
  const all = [...measured, ...bounds].flat();
  const x = valueAxis(Math.max(0, ...all.map(([at]) => at)), 'count');
  const uppers = facts.series.flatMap((series) =>
    facts.places.flatMap(
      (place) => estimateOf(trialsOf(facts, series, place, figure.id))?.interval?.upper ?? [],
    ),
  );
  const y = valueAxis(
    Math.max(0, ...uppers, ...all.map(([, value]) => value)),
    figure.unit,
    figure.unit === 'share' ? 1 : undefined,
  );
  const lines = [
    ...bounds.map(
      (points, nth): XyLine => ({
        colour: seriesSentinel(nth),
        dash: boundDash(nth),
        points: meanAt(points),
      }),
    ),
    ...measured.map((points, nth): XyLine => ({ colour: seriesSentinel(nth), points: meanAt(points) })),
  ];
  const points = measured.map(
    (each, nth): XyPoints => ({
      symbol: symbolOf(nth),
      colour: seriesSentinel(nth),
      sizePx: 8,
      points: each,
    }),
  );
  return {
    id: `sweep-${figure.id}`,
    description: `${figure.title}. ${spoken(facts, figure)}`,
    x: { title: facts.axis ?? '', min: 0, max: x.max, interval: x.interval, label: formatNumber },
    y: {
      title: '',
      min: 0,
      max: y.max,
      interval: y.interval,
      label: (value) => (value === 0 ? '0' : formatValue(value, figure.unit)),
    },
    lines,
    points,
    marks: facts.series.flatMap((series, nth) => intervals(facts, series, figure, nth)),
  };
}

/** The 95 % interval of the mean at each place where runs were repeated. */
function intervals(facts: SweepFacts, series: string, { id }: Figure, nth: number): XyMark[] {
  return facts.places.flatMap((place): XyMark[] => {
    const interval = estimateOf(trialsOf(facts, series, place, id))?.interval ?? null;
    if (interval === null || place === null) return [];
    const { lower, upper } = interval;
    const colour = seriesSentinel(nth);
    return [
      {
        kind: 'line',
        from: [place, Math.max(0, lower)],
        to: [place, upper],
        colour,
        widthPx: 10,
        opacity: 0.25,
      },
    ];
  });
}

/** Never solid: that is what measured lines are. */
export function boundDash(nth: number): readonly number[] {
  return dashOf(nth + 1).length === 0 ? [6, 3] : dashOf(nth + 1);
}

function pointsOf(rows: readonly SweepRow[], series: string, figure: (row: SweepRow) => number | null): XY[] {
  return rows
    .flatMap((row): XY[] => {
      const value = figure(row);
      return row.series !== series || row.x === null || value === null ? [] : [[row.x, value]];
    })
    .toSorted((a, b) => a[0] - b[0]);
}

/** Where a size was run more than once, lines go through the mean. */
function meanAt(points: readonly XY[]): XY[] {
  const byX = Map.groupBy(points, ([x]) => x);
  return [...byX].map(([x, same]) => [x, same.reduce((sum, [, value]) => sum + value, 0) / same.length]);
}

function spoken({ rows, series, axis }: SweepFacts, { id, unit }: Figure): string {
  return series
    .map((name) => {
      const told = pointsOf(rows, name, ({ figures, counts }) => (counts ? figures[id] : null)).map(
        ([x, value]) => `${formatValue(value, unit)} with ${axis ?? ''} ${formatNumber(x)}`,
      );
      return `${name}: ${told.length === 0 ? 'nothing measured' : told.join(', ')}.`;
    })
    .join(' ');
}
