// The charts of a study as inputs for drawXy: latency against offered load for each size, capacity against size. Pure.
import { type NamedColour, sentinel, seriesSentinel } from '../charts/chart-colours.ts';
import type { XyAxis, XyInput, XyMark, XyPoints, XyShape, XY } from '../charts/draw-xy.ts';
import { valueAxis } from '../charts/nice-axis.ts';
import type { SizeAnswer } from '../../study/answer-study.ts';
import type { StudyProbe } from '../../study/study-folder.ts';
import { isUntagged, type Objective } from '../../scenario/objectives/objective.ts';
import { formatDuration, formatNumber } from '../../format/format-value.ts';
import { capacityWords, hasInterval, perSecond, type StudyMaterial } from './study-words.ts';

export const LATENCY_SHAPES: readonly XyShape[] = [
  { name: 'wide', width: 560, height: 270, fontPx: 11.5 },
  { name: 'narrow', width: 340, height: 240, fontPx: 11.5 },
];
export const CAPACITY_SHAPES: readonly XyShape[] = [
  { name: 'wide', width: 720, height: 360, fontPx: 12 },
  { name: 'narrow', width: 340, height: 270, fontPx: 11.5 },
];

/** How a probe's outcome is drawn: by shape first, by colour second. */
export const OUTCOME_MARKS: Readonly<
  Record<
    StudyProbe['outcome'],
    Pick<XyPoints, 'symbol' | 'sizePx'> & { readonly colour: NamedColour | number }
  >
> = {
  held: { symbol: 'circle', sizePx: 7, colour: 0 },
  missed: { symbol: 'cross', sizePx: 8, colour: 'alarm' },
  invalid: { symbol: 'diamond', sizePx: 9, colour: 'muted' },
  unclear: { symbol: 'circle', sizePx: 5, colour: 'muted' },
};

const colourOf = (colour: NamedColour | number) =>
  typeof colour === 'number' ? seriesSentinel(colour) : sentinel(colour);
const BAND = 0.16;
/** Probes at more than this many times the capacity stand on the chart's right edge, or its interesting part would be a stripe. */
const MOST_TIMES = 1.8;

/** The objective whose figure the latency charts show; undefined = p95 without a bound. */
export function drawnObjective({ description }: StudyMaterial): Objective | undefined {
  return description.scenario.objectives.find((each) => each.measure.kind === 'latency' && isUntagged(each));
}

/** The drawn figure of a probe, milliseconds; null = not measured. */
function latencyOf(probe: StudyProbe, objective: Objective | undefined): number | null {
  const found = probe.objectives.find((each) => each.objective.name === objective?.name);
  return found?.measured ?? (objective === undefined ? (probe.figures?.p95Ms ?? null) : null);
}

export function latencyChart(study: StudyMaterial, { size, name, result }: SizeAnswer): XyInput {
  const objective = drawnObjective(study);
  const drawn = study.probes.flatMap((probe) => {
    const latencyMs = probe.size === size ? latencyOf(probe, objective) : null;
    return latencyMs === null || latencyMs <= 0 ? [] : [{ probe, latencyMs }];
  });
  const { capacity } = result;
  const highest = Math.max(1, ...drawn.map(({ probe }) => probe.rate));
  const x = valueAxis(
    Math.min(highest, capacity === null ? highest : capacity.upper * MOST_TIMES),
    'per-second',
  );
  const points = (['held', 'missed', 'invalid', 'unclear'] as const).map((outcome) => ({
    ...OUTCOME_MARKS[outcome],
    colour: colourOf(OUTCOME_MARKS[outcome].colour),
    points: drawn
      .filter(({ probe }) => probe.outcome === outcome)
      .map(({ probe, latencyMs }): XY => [Math.min(probe.rate, x.max), latencyMs]),
  }));
  const y = latencyAxis(study, objective);
  return {
    id: `latency-${String(size).replace('.', '_')}`,
    description: `Latency against offered load, ${name}: ${drawn.length} probes${capacity === null ? '' : `, capacity ${capacityWords(capacity, result)}`}.`,
    x: { title: 'offered per second', min: 0, ...x, label: (value) => formatNumber(value) },
    y,
    lines: [],
    points,
    marks: [...capacityMarks(result, y), ...boundMarks(objective, x.max)],
  };
}

/** Probes that the chart has moved to its right edge. */
export function countBeyondEdge(study: StudyMaterial, size: SizeAnswer): number {
  const { x } = latencyChart(study, size);
  return study.probes.filter((probe) => probe.size === size.size && probe.rate > x.max).length;
}

/** The same for all sizes, so that they can be compared. */
function latencyAxis(study: StudyMaterial, objective: Objective | undefined): XyAxis {
  const values = study.probes
    .flatMap((probe) => latencyOf(probe, objective) ?? [])
    .filter((value) => value > 0);
  const all = [...values, ...(objective === undefined || objective.bound <= 0 ? [] : [objective.bound])];
  const low = Math.floor(Math.log10(Math.min(...all, 100)));
  const high = Math.ceil(Math.log10(Math.max(...all, 10)));
  return {
    title: objective?.measure.kind === 'latency' ? `p${objective.measure.percentile} latency` : 'p95 latency',
    scale: 'log',
    min: 10 ** low,
    max: 10 ** Math.max(high, low + 1),
    label: formatDuration,
  };
}

function capacityMarks({ capacity, trials }: SizeAnswer['result'], y: XyAxis): XyMark[] {
  if (capacity === null) return [];
  const { value, lower, upper } = capacity;
  const colour = seriesSentinel(0);
  const band: XyMark = { kind: 'rect', from: [lower, y.min], to: [upper, y.max], colour, opacity: BAND };
  return [
    ...(hasInterval({ trials }) ? [band] : []),
    { kind: 'line', from: [value, y.min], to: [value, y.max], colour, widthPx: 1 },
    {
      kind: 'text',
      at: [value, y.max],
      text: perSecond(value),
      colour: sentinel('text'),
      align: 'center',
      offset: [0, -9],
    },
  ];
}

function boundMarks(objective: Objective | undefined, right: number): XyMark[] {
  if (objective === undefined) return [];
  const { bound } = objective;
  return [
    {
      kind: 'line',
      from: [0, bound],
      to: [right, bound],
      colour: sentinel('text'),
      dash: [5, 3],
      widthPx: 1.25,
    },
    {
      kind: 'text',
      at: [0, bound],
      text: `bound ${formatDuration(bound)}`,
      colour: sentinel('text'),
      offset: [5, -8],
    },
  ];
}

export function capacityChart(study: StudyMaterial): XyInput {
  const { answer, description } = study;
  const { dimension, group, targetRate } = description.question;
  const found = answer.sizes.flatMap(({ size, result: { capacity, trials } }) =>
    capacity === null ? [] : [{ size, capacity, trials }],
  );
  const curve = answer.usl?.points ?? [];
  const largest = Math.max(1, ...answer.sizes.map(({ size }) => size));
  const widest = Math.max(largest * 1.12, ...curve.map(({ size }) => size));
  const highest = Math.max(
    1,
    targetRate !== null && targetRate < 4 * Math.max(0, ...found.map(({ capacity }) => capacity.value))
      ? targetRate
      : 0,
    ...found.map(({ capacity, trials }) => (hasInterval({ trials }) ? capacity.upper : capacity.value)),
    ...curve.map(({ estimate }) => estimate.value),
  );
  const x = { max: widest, interval: tickInterval(widest, dimension === 'replicas') };
  const y = valueAxis(highest * 1.06, 'per-second');
  const measured = answer.usl?.measured ?? null;
  return {
    id: 'capacity',
    description: `Capacity against size: ${found.map(({ size, capacity, trials }) => `${size}: ${capacityWords(capacity, { trials })}`).join(', ')}.`,
    x: {
      title: dimension === 'replicas' ? `number of ${group}` : `CPU of each of ${group}`,
      min: 0,
      ...x,
      label: formatNumber,
    },
    y: { title: 'sustainable per second', min: 0, ...y, label: formatNumber },
    lines:
      measured === null
        ? []
        : [
            { colour: seriesSentinel(0), widthPx: 2, points: curveWithin(curve, 0, measured.largest) },
            {
              colour: seriesSentinel(0),
              widthPx: 1.5,
              dash: [3, 4],
              points: curveWithin(curve, measured.largest, widest),
            },
          ],
    points: [
      {
        // Beside the median, which would hide them.
        symbol: 'ring',
        sizePx: 6,
        colour: sentinel('mark'),
        points: found.flatMap(({ size, trials }) =>
          trials.map(({ capacity }): XY => [size + widest * 0.016, capacity]),
        ),
      },
      {
        symbol: 'square',
        sizePx: 8,
        colour: seriesSentinel(0),
        points: found.map(({ size, capacity }): XY => [size, capacity.value]),
      },
    ],
    marks: [
      ...unmeasuredMarks(largest, widest, y.max, curve.length > 0),
      ...bandMarks(curve, y.max),
      ...linearMarks(found, x.max, y.max),
      ...intervalMarks(found.filter(hasInterval), widest),
      ...targetMarks(targetRate, widest, y.max),
    ],
  };
}

/** At most eight ticks, at whole numbers of nodes. */
function tickInterval(widest: number, whole: boolean): number {
  return (
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find((each) => widest / each <= 8 && (!whole || each >= 1)) ??
    200
  );
}

type CurvePoints = NonNullable<StudyMaterial['answer']['usl']>['points'];

function curveWithin(curve: CurvePoints, from: number, to: number): XY[] {
  return curve
    .filter(({ size }) => size >= from && size <= to)
    .map(({ size, estimate }): XY => [size, estimate.value]);
}

function unmeasuredMarks(largest: number, widest: number, top: number, hasCurve: boolean): XyMark[] {
  if (!hasCurve) return [];
  return [
    { kind: 'rect', from: [largest, 0], to: [widest, top], colour: sentinel('phase'), opacity: 1 },
    {
      kind: 'text',
      at: [widest, 0],
      text: 'not measured',
      colour: sentinel('muted'),
      align: 'right',
      offset: [-6, -10],
    },
  ];
}

function bandMarks(curve: CurvePoints, top: number): XyMark[] {
  if (curve.length < 2) return [];
  const upper = curve.map(({ size, estimate }): XY => [size, Math.min(top, estimate.upper)]);
  const lower = curve.map(({ size, estimate }): XY => [size, Math.max(0, estimate.lower)]).toReversed();
  return [{ kind: 'polygon', points: [...upper, ...lower], colour: seriesSentinel(0), opacity: BAND }];
}

/** What every size would serve if it served as much a node as the smallest one. */
function linearMarks(
  found: readonly { readonly size: number; readonly capacity: { readonly value: number } }[],
  right: number,
  top: number,
): XyMark[] {
  const [first] = found;
  if (first === undefined || found.length < 2) return [];
  const slope = first.capacity.value / first.size;
  const end = Math.min(right, top / slope);
  return [
    { kind: 'line', from: [0, 0], to: [end, end * slope], colour: sentinel('mark'), dash: [1, 3] },
    {
      kind: 'text',
      at: [end, end * slope],
      text: 'linear',
      colour: sentinel('muted'),
      // Where the line ends at the right edge, its name goes to the left of it.
      ...(end > right * 0.93 ? { align: 'right', offset: [-8, -8] } : { offset: [6, 8] }),
    },
  ];
}

function intervalMarks(
  found: readonly {
    readonly size: number;
    readonly capacity: { readonly lower: number; readonly upper: number };
  }[],
  widest: number,
): XyMark[] {
  const half = widest * 0.006;
  const colour = sentinel('text');
  return found.flatMap(({ size, capacity: { lower, upper } }): XyMark[] => [
    { kind: 'line', from: [size, lower], to: [size, upper], colour, widthPx: 1.5 },
    ...[lower, upper].map(
      (end): XyMark => ({
        kind: 'line',
        from: [size - half, end],
        to: [size + half, end],
        colour,
        widthPx: 1.5,
      }),
    ),
  ]);
}

function targetMarks(targetRate: number | null, right: number, top: number): XyMark[] {
  if (targetRate === null || targetRate > top) return [];
  const colour = sentinel('alarm');
  return [
    { kind: 'line', from: [0, targetRate], to: [right, targetRate], colour, dash: [7, 3], widthPx: 1.25 },
    {
      kind: 'text',
      at: [right, targetRate],
      text: `target ${perSecond(targetRate)}`,
      colour,
      align: 'right',
      offset: [-6, -9],
    },
  ];
}
