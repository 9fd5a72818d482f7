// One column for each of many things, in the order given, as an SVG string: who carried how much.
import type { EChartsCoreOption } from 'echarts/core';
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import { formatValue } from '../../format/format-value.ts';
import { sentinel, seriesSentinel } from './chart-colours.ts';
import { drawPicture } from './draw-picture.ts';
import { valueAxis } from './nice-axis.ts';
import type { Picture, PictureShape } from './page-ready.ts';

/** From the bottom to the top. */
export interface Column {
  readonly label: string;
  readonly parts: readonly number[];
}

export interface ColumnsInput extends Picture {
  readonly unit: PanelUnit;
  readonly columns: readonly Column[];
}

const PLOT = { left: 62, top: 12, right: 8, bottom: 46 };
const FONT_PX = 11.5;
/** Below this, columns get no names of their own. */
const LEAST_NAMED_PX = 11;
/** Slanted stripes. */
const STRIPES = { symbol: 'rect', rotation: -Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 3] };

/** Parts are told apart by colour and by pattern: the first is solid, the others are striped. */
export function drawColumns(input: ColumnsInput, shape: PictureShape): string {
  return drawPicture(optionOf(input, shape), input, shape);
}

function optionOf({ columns, unit }: ColumnsInput, shape: PictureShape): EChartsCoreOption {
  const line = { lineStyle: { color: sentinel('line') } };
  const text = { color: sentinel('muted'), fontSize: FONT_PX };
  const axis = valueAxis(Math.max(0, ...columns.map(({ parts }) => sumOf(parts))), unit);
  const stepPx = (shape.width - PLOT.left - PLOT.right) / columns.length;
  // Slanted where there is little room, and left out where there is none.
  const isSlanted = columns.some(({ label }) => label.length * FONT_PX * 0.56 >= stepPx);
  const parts = Math.max(...columns.map((column) => column.parts.length));
  return {
    grid: { ...PLOT, containLabel: false },
    xAxis: {
      type: 'category',
      data: columns.map(({ label }) => label),
      axisLabel: {
        ...text,
        ...(isSlanted && { rotate: 45, fontSize: FONT_PX - 1.5 }),
        show: stepPx >= LEAST_NAMED_PX,
        interval: 0,
      },
      axisLine: line,
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: axis.max,
      interval: axis.interval,
      axisLabel: { ...text, formatter: (value: number) => (value === 0 ? '0' : formatValue(value, unit)) },
      splitLine: line,
    },
    series: Array.from({ length: parts }, (_, nth) => ({
      type: 'bar',
      silent: true,
      stack: 'all',
      barCategoryGap: '28%',
      barMaxWidth: 44,
      data: columns.map((column) => column.parts[nth] || null),
      itemStyle:
        nth === 0
          ? { color: seriesSentinel(0) }
          : { color: 'none', decal: { ...STRIPES, color: seriesSentinel(1) } },
    })),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
