// Keeps a chart readable when it has many series: groups of many nodes become their highest, median and lowest,
// stacked areas become the largest and the sum of the rest. Nothing is dropped without being named.
import type { Series } from '../../record/samples.ts';

type Point = readonly [number, number];

/** The most series that a chart shows one by one. */
export const MOST_SERIES = 12;
/** Groups of up to this many series stay as they are, even in a crowded chart. */
const SMALL_GROUP = 3;

export interface ChartSeries {
  readonly name: string;
  /** Which colour it has wherever it is drawn. Default: that of its place in the chart. */
  readonly hue?: number | undefined;
  readonly points: readonly Point[];
}

export interface Condensed {
  readonly series: readonly ChartSeries[];
  /** What was put together, for the reader; undefined where every series is shown. */
  readonly note?: string;
}

/**
 * `stacked` sums what doesn't fit; otherwise many nodes of one group become three lines.
 * @param hueOf of a series that has a colour of its own. Default: none has.
 */
export function condenseSeries(
  series: readonly Series[],
  stacked: boolean,
  hueOf: (series: Series) => number | undefined = () => undefined,
): Condensed {
  const all = series.map((each) => ({ name: each.legend, points: each.points, hue: hueOf(each) }));
  if (all.length <= MOST_SERIES) return { series: all };
  if (stacked) return largestAndRest(all);
  const groups = Map.groupBy(series, groupKey);
  const shown = [...groups.values()].flatMap((members) =>
    members.length <= SMALL_GROUP
      ? members.map(({ legend, points }) => ({ name: legend, points }))
      : spread(groupName(members), members),
  );
  if (shown.length <= MOST_SERIES) {
    return {
      series: shown,
      note: `${series.length} series, put together by group: highest, median and lowest.`,
    };
  }
  const kept = byPeak(shown).slice(0, MOST_SERIES);
  return {
    series: kept,
    note: `The ${MOST_SERIES} highest of ${series.length} series; ${series.length - MOST_SERIES} more are not drawn.`,
  };
}

/** The legend with the node's name taken out: series of one group that show the same thing share it. */
function groupKey({ labels, legend }: Series): string {
  const node = labels['node'];
  return node === undefined ? legend : `${labels['group'] ?? ''} ${legend.replaceAll(node, '')}`;
}

function groupName(members: readonly Series[]): string {
  const [first] = members;
  const node = first?.labels['node'];
  if (first === undefined || node === undefined) return first?.legend ?? '';
  return first.legend.replaceAll(node, first.labels['group'] ?? 'nodes');
}

function spread(name: string, members: readonly Series[]): ChartSeries[] {
  const columns = [...columnsOf(members)].map(
    ([at, values]) => [at, values.toSorted((a, b) => a - b)] as const,
  );
  const pick = (share: number): Point[] =>
    columns.map(([at, values]) => [at, values[Math.floor(share * (values.length - 1))] ?? 0] as const);
  return [
    { name: `${name}, highest of ${members.length}`, points: pick(1) },
    { name: `${name}, median`, points: pick(0.5) },
    { name: `${name}, lowest`, points: pick(0) },
  ];
}

function largestAndRest(all: readonly ChartSeries[]): Condensed {
  const ordered = byPeak(all);
  const rest = ordered.slice(MOST_SERIES - 1);
  const sums = [...columnsOf(rest)].map(
    ([at, values]) => [at, values.reduce((sum, value) => sum + value, 0)] as const,
  );
  const name = `and ${rest.length} more, summed`;
  return {
    series: [...ordered.slice(0, MOST_SERIES - 1), { name, points: sums }],
    note: `The ${MOST_SERIES - 1} largest of ${all.length} series; the other ${rest.length} are summed.`,
  };
}

/** Values by moment, in order of time. */
function columnsOf(members: readonly ChartSeries[] | readonly Series[]): Map<number, number[]> {
  const columns = new Map<number, number[]>();
  for (const { points } of members) {
    for (const [at, value] of points) {
      const column = columns.get(at);
      if (column === undefined) columns.set(at, [value]);
      else column.push(value);
    }
  }
  return new Map([...columns].toSorted(([a], [b]) => a - b));
}

function byPeak(series: readonly ChartSeries[]): ChartSeries[] {
  return series.toSorted((a, b) => peakOf(b.points) - peakOf(a.points));
}

/** The highest value; -Infinity without points. */
export function peakOf(points: readonly Point[]): number {
  return points.reduce((peak, [, value]) => Math.max(peak, value), Number.NEGATIVE_INFINITY);
}
