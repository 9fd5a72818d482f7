// One figure of a sweep that varied no number: a bar for each series, with the interval of its mean and a point for each run. Pure.
import { sentinel, seriesSentinel } from '../charts/chart-colours.ts';
import type { XyInput, XyMark, XyShape } from '../charts/draw-xy.ts';
import { valueAxis } from '../charts/nice-axis.ts';
import { formatValue } from '../../format/format-value.ts';
import { estimateOf, type SweepFacts, trialsOf } from './sweep-facts.ts';
import type { Figure } from './sweep-figures.ts';
import { estimateWords } from './sweep-words.ts';

/** Height of a series, its name included. */
const ROW_PX = 46;
/** The axis below and the margin above. */
const FRAME_PX = 68;
/** Share of the row, from its lower edge: the bar, and above it the name. */
const BAR = { from: 0.1, to: 0.5, name: 0.74 };
const CAP = 0.07;

export function barShapes({ series }: Pick<SweepFacts, 'series'>): readonly XyShape[] {
  const height = FRAME_PX + ROW_PX * Math.max(1, series.length);
  return [
    { name: 'wide', width: 560, height, fontPx: 11.5, leftPx: 6 },
    { name: 'narrow', width: 340, height, fontPx: 11.5, leftPx: 6 },
  ];
}

export function sweepBars(facts: SweepFacts, figure: Figure): XyInput {
  const { series } = facts;
  const trials = series.map((name) => trialsOf(facts, name, null, figure.id));
  const tops = trials.flatMap((each) => [...each, estimateOf(each)?.interval?.upper ?? 0]);
  const x = valueAxis(Math.max(0, ...tops), figure.unit, figure.unit === 'share' ? 1 : undefined);
  const bottomOf = (nth: number) => series.length - 1 - nth;
  return {
    id: `sweep-${figure.id}`,
    description: `${figure.title}. ${series.map((name, nth) => `${name}: ${estimateWords(trials[nth] ?? [], figure) ?? 'not measured'}.`).join(' ')}`,
    x: {
      title: '',
      min: 0,
      max: x.max,
      interval: x.interval,
      label: (value) => (value === 0 ? '0' : formatValue(value, figure.unit)),
    },
    y: { title: '', min: 0, max: Math.max(1, series.length), interval: 1, label: () => '' },
    lines: [],
    points: trials.map((each, nth) => ({
      symbol: 'ring',
      colour: seriesSentinel(nth),
      sizePx: 7,
      points: each.map((value) => [value, bottomOf(nth) + (BAR.from + BAR.to) / 2]),
    })),
    marks: series.flatMap((name, nth) =>
      barOf(name, trials[nth] ?? [], figure, { nth, bottom: bottomOf(nth) }),
    ),
  };
}

function barOf(
  name: string,
  trials: readonly number[],
  figure: Figure,
  { nth, bottom }: { readonly nth: number; readonly bottom: number },
): XyMark[] {
  const estimate = estimateOf(trials);
  const value = estimateWords(trials, figure) ?? 'not measured';
  const text: XyMark = {
    kind: 'text',
    at: [0, bottom + BAR.name],
    text: `${name}: ${value}`,
    colour: sentinel(estimate === null ? 'muted' : 'text'),
    offset: [1, 0],
  };
  if (estimate === null) return [text];
  const { mean, interval } = estimate;
  const colour = seriesSentinel(nth);
  const bar: XyMark = {
    kind: 'rect',
    from: [0, bottom + BAR.from],
    to: [mean, bottom + BAR.to],
    colour,
    opacity: 0.4,
  };
  const end: XyMark = {
    kind: 'line',
    from: [mean, bottom + BAR.from],
    to: [mean, bottom + BAR.to],
    colour,
    widthPx: 2,
  };
  return [bar, end, text, ...(interval === null ? [] : whisker(interval, bottom))];
}

function whisker(
  { lower, upper }: { readonly lower: number; readonly upper: number },
  bottom: number,
): XyMark[] {
  const middle = bottom + (BAR.from + BAR.to) / 2;
  const colour = sentinel('text');
  const from = Math.max(0, lower);
  const cap = (at: number): XyMark => ({
    kind: 'line',
    from: [at, middle - CAP],
    to: [at, middle + CAP],
    colour,
    widthPx: 1.25,
  });
  return [
    { kind: 'line', from: [from, middle], to: [upper, middle], colour, widthPx: 1.25 },
    cap(from),
    cap(upper),
  ];
}
