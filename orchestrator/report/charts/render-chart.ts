// One panel over time, as an SVG string.
import type { EChartsCoreOption } from 'echarts/core';
import type { Panel } from '../../../dashboards/panels/panel.ts';
import { formatValue } from '../../format/format-value.ts';
import { BOUND_DASH, dashOf, sentinel, seriesSentinel } from './chart-colours.ts';
import type { ChartTime } from './chart-marks.ts';
import { type ChartShape, PLOT } from './chart-shape.ts';
import { type ChartSeries, peakOf } from './condense-series.ts';
import { drawPicture } from './draw-picture.ts';
import { timeInterval, valueAxis } from './nice-axis.ts';
import { spreadApart } from './spread-apart.ts';
import { timeGraphics } from './time-graphics.ts';
import { alignPoints, breakAtGaps, thinPoints } from './prepare-points.ts';

export interface ChartInput {
  readonly panel: Panel;
  readonly series: readonly ChartSeries[];
  /** Bounds of objectives, dashed; those far above everything else are left out (`fittingBounds`). Default: none. */
  readonly bounds?: readonly ChartSeries[];
  readonly stepMs: number;
  readonly time: ChartTime;
  /** Spoken in place of the picture. */
  readonly description: string;
}

/** Up to this many series are also named at the end of their lines. */
const MOST_END_LABELS = 5;
const LONGEST_END_LABEL = 11;

export function renderChart(input: ChartInput, shape: ChartShape): string {
  const { panel, description } = input;
  return drawPicture(optionOf(input, shape), { id: panel.id, description }, shape);
}

function optionOf(input: ChartInput, shape: ChartShape): EChartsCoreOption {
  const { panel, time } = input;
  const text = { color: sentinel('muted'), fontSize: shape.fontPx };
  const axis = valueAxis(highestOf(input), panel.unit, panel.max);
  const stepMs = timeInterval(time.durationMs, shape.timeTicks);
  return {
    grid: { left: PLOT.left, top: PLOT.top, bottom: PLOT.bottom, right: shape.right, containLabel: false },
    xAxis: {
      type: 'value',
      min: 0,
      max: time.durationMs,
      interval: stepMs,
      axisLabel: {
        ...text,
        formatter: (ms: number) => timeLabel(ms, time.durationMs),
        showMaxLabel: time.durationMs % stepMs === 0,
      },
      axisLine: { lineStyle: { color: sentinel('line') } },
      axisTick: { show: true, length: 4, lineStyle: { color: sentinel('line') } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: axis.max,
      interval: axis.interval,
      axisLabel: {
        ...text,
        formatter: (value: number) => (value === 0 ? '0' : formatValue(value, panel.unit)),
      },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: sentinel('line'), width: 1 } },
    },
    graphic: [...timeGraphics(time, shape), ...endLabels(input, shape, axis.max)],
    series: [...seriesOf(input, shape), ...boundLines(input, shape)],
  };
}

function seriesOf({ panel, series, stepMs }: ChartInput, shape: ChartShape) {
  const stacked = panel.style === 'area';
  const aligned = stacked
    ? alignPoints(series.map(({ points }) => points))
    : series.map(({ points }) => points);
  return series.map(({ name, hue }, index) => {
    const points = aligned[index] ?? [];
    const color = seriesSentinel(hue ?? index);
    return {
      type: 'line',
      name,
      silent: true,
      data: stacked
        ? everyNth(points, shape.mostPoints)
        : breakAtGaps(thinPoints(points, shape.mostPoints), gapStep(points.length, shape, stepMs)),
      symbol: points.length === 1 ? 'circle' : 'none',
      ...(stacked ? { stack: 'all', areaStyle: { color, opacity: 0.18 } } : {}),
      ...(panel.style === 'step' ? { step: 'end' } : {}),
      lineStyle: { color, width: 1.75, type: index === 0 ? 'solid' : [...dashOf(index)], cap: 'butt' },
      itemStyle: { color },
    };
  });
}

/** In the colour of the mark on the bars of the objectives. */
function boundLines({ bounds = [], stepMs }: ChartInput, shape: ChartShape) {
  return bounds.map(({ name, points }) => ({
    type: 'line',
    name,
    silent: true,
    z: 4,
    step: 'end',
    symbol: 'none',
    data: breakAtGaps(thinPoints(points, shape.mostPoints), gapStep(points.length, shape, stepMs)),
    lineStyle: { color: sentinel('text'), width: 1.25, type: [...BOUND_DASH], cap: 'butt' },
  }));
}

/** Stacked series keep the same moments, or they would no longer lie on top of each other. */
function everyNth<T>(points: readonly T[], most: number): readonly T[] {
  const nth = Math.ceil(points.length / most);
  return points.filter((_, index) => index % nth === 0);
}

/** Thinning widens the distance between points that follow each other. */
function gapStep(count: number, shape: ChartShape, stepMs: number): number {
  return stepMs * Math.max(1, Math.ceil((count * 2) / shape.mostPoints));
}

function highestOf(input: ChartInput): number {
  const { bounds = [] } = input;
  return Math.max(highestFigure(input), ...bounds.map(({ points }) => peakOf(points)));
}

/** The highest value that is drawn of the figure itself, of a stack its top. */
export function highestFigure({ panel, series }: Pick<ChartInput, 'panel' | 'series'>): number {
  if (panel.style !== 'area')
    return Math.max(0, ...series.flatMap(({ points }) => points.map(([, value]) => value)));
  const sums = new Map<number, number>();
  for (const { points } of series)
    for (const [at, value] of points) sums.set(at, (sums.get(at) ?? 0) + value);
  return Math.max(0, ...sums.values());
}

/** Names at the right end of their lines, moved apart where lines end close together. */
function endLabels({ panel, series, time }: ChartInput, shape: ChartShape, axisMax: number) {
  const fits =
    series.length <= MOST_END_LABELS && series.every(({ name }) => name.length <= LONGEST_END_LABEL);
  if (shape.name === 'narrow' || panel.style === 'area' || !fits) return [];
  const height = shape.height - PLOT.top - PLOT.bottom;
  const ends = series.flatMap(({ name, points, hue }, index) => {
    const last = points.at(-1);
    // A line that ends early is named in the legend only: a label at the edge would not touch it.
    if (last === undefined || last[0] < time.durationMs * 0.95) return [];
    return [{ name, hue: hue ?? index, y: PLOT.top + height * (1 - last[1] / axisMax) }];
  });
  const heights = spreadApart(
    ends.map(({ y }) => y),
    shape.fontPx + 1,
    PLOT.top + height,
  );
  return ends.map(({ name, hue }, at) => ({
    type: 'text',
    silent: true,
    z: 5,
    style: {
      text: name,
      x: shape.width - shape.right + 5,
      y: heights[at],
      fill: seriesSentinel(hue),
      fontSize: shape.fontPx - 0.5,
      verticalAlign: 'middle',
    },
  }));
}

function timeLabel(ms: number, durationMs: number): string {
  const seconds = Math.round(ms / 1000);
  if (durationMs <= 180_000) return `${seconds} s`;
  if (durationMs <= 7_200_000) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')} h`;
}
