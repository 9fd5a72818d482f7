// A chart of values against values (not against time) as an SVG string: points told apart by shape, lines, and marks in the
// coordinates of its axes.
import type { EChartsCoreOption } from 'echarts/core';
import { sentinel } from './chart-colours.ts';
import { drawPicture } from './draw-picture.ts';
import type { Picture, PictureShape } from './page-ready.ts';

export type XY = readonly [number, number];

/** Shapes that stay apart without colour. */
export type Symbol = 'circle' | 'ring' | 'cross' | 'diamond' | 'square';

export interface XyAxis {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Default `linear`; with `log`, min and max are powers of ten. */
  readonly scale?: 'linear' | 'log';
  /** Between ticks; a logarithmic axis has its own. */
  readonly interval?: number;
  readonly label: (value: number) => string;
}

export interface XyPoints {
  readonly symbol: Symbol;
  /** A sentinel. */
  readonly colour: string;
  readonly sizePx: number;
  readonly points: readonly XY[];
}

export interface XyLine {
  readonly colour: string;
  /** Default: solid. */
  readonly dash?: readonly number[];
  /** Default 1.75. */
  readonly widthPx?: number;
  readonly points: readonly XY[];
}

/** Drawn over or under the rest, in the axes' coordinates. */
export type XyMark =
  | {
      readonly kind: 'rect';
      readonly from: XY;
      readonly to: XY;
      readonly colour: string;
      readonly opacity: number;
    }
  | {
      readonly kind: 'polygon';
      readonly points: readonly XY[];
      readonly colour: string;
      readonly opacity: number;
    }
  | {
      readonly kind: 'line';
      readonly from: XY;
      readonly to: XY;
      readonly colour: string;
      readonly dash?: readonly number[];
      readonly widthPx?: number;
      /** Default 1. */
      readonly opacity?: number;
    }
  | {
      readonly kind: 'text';
      readonly at: XY;
      readonly text: string;
      readonly colour: string;
      /** Default `left`. */
      readonly align?: 'left' | 'right' | 'center';
      /** Pixels away from the point, to the right and down. */
      readonly offset?: XY;
    };

export interface XyInput extends Picture {
  readonly x: XyAxis;
  readonly y: XyAxis;
  readonly lines: readonly XyLine[];
  readonly points: readonly XyPoints[];
  readonly marks: readonly XyMark[];
}

export interface XyShape extends PictureShape {
  readonly fontPx: number;
  /** Room for the labels of the vertical axis, in pixels. Default 58. */
  readonly leftPx?: number;
}

const PLOT = { left: 58, top: 26, right: 16, bottom: 42 };

/** A cross of filled strokes: the library fills its symbols. */
const CROSS = 'path://M2,0L5,3L8,0L10,2L7,5L10,8L8,10L5,7L2,10L0,8L3,5L0,2Z';
/** Hollow by a hole of the other winding: what the library calls empty it fills with white, also on a dark page. */
const RING = 'path://M5,0A5,5,0,1,1,5,10A5,5,0,1,1,5,0ZM5,2A3,3,0,1,0,5,8A3,3,0,1,0,5,2Z';
const DIAMOND = 'path://M5,0L10,5L5,10L0,5ZM5,2.4L2.4,5L5,7.6L7.6,5Z';
const SYMBOLS: Readonly<Record<Symbol, string>> = {
  circle: 'circle',
  ring: RING,
  cross: CROSS,
  diamond: DIAMOND,
  square: 'rect',
};

export function drawXy(input: XyInput, shape: XyShape): string {
  return drawPicture(optionOf(input, shape), input, shape);
}

function optionOf(input: XyInput, shape: XyShape): EChartsCoreOption {
  return {
    grid: { ...PLOT, left: leftOf(shape), containLabel: false },
    xAxis: axisOf(input.x, shape, 'x'),
    yAxis: axisOf(input.y, shape, 'y'),
    graphic: [...input.marks.map((mark) => graphicOf(mark, input, shape)), ...titles(input, shape)],
    series: [
      ...input.lines.map(({ points, colour, dash = [], widthPx = 1.75 }) => ({
        type: 'line',
        silent: true,
        symbol: 'none',
        clip: true,
        data: points,
        lineStyle: {
          color: colour,
          width: widthPx,
          type: dash.length === 0 ? 'solid' : [...dash],
          cap: 'butt',
        },
      })),
      ...input.points.map(({ points, symbol, colour, sizePx }) => ({
        type: 'scatter',
        silent: true,
        clip: false,
        symbol: SYMBOLS[symbol],
        symbolSize: sizePx,
        data: points,
        itemStyle: { color: colour, opacity: 1 },
      })),
    ],
  };
}

function axisOf({ scale, min, max, interval, label }: XyAxis, shape: XyShape, which: 'x' | 'y') {
  return {
    type: scale === 'log' ? 'log' : 'value',
    min,
    max,
    ...(interval === undefined ? {} : { interval }),
    axisLabel: {
      color: sentinel('muted'),
      fontSize: shape.fontPx,
      formatter: label,
      hideOverlap: true,
      showMaxLabel: scale === 'log' || interval === undefined || isMultiple(max - min, interval),
    },
    axisLine: { show: which === 'x', lineStyle: { color: sentinel('line') } },
    axisTick: { show: which === 'x', length: 4, lineStyle: { color: sentinel('line') } },
    minorTick: { show: false },
    splitLine: { show: which === 'y', lineStyle: { color: sentinel('line'), width: 1 } },
  };
}

function isMultiple(length: number, interval: number): boolean {
  const steps = length / interval;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function leftOf({ leftPx = PLOT.left }: XyShape): number {
  return leftPx;
}

/** Where a value stands, in pixels. */
function toPixels({ x, y }: XyInput, shape: XyShape): (at: XY) => XY {
  const left = leftOf(shape);
  const width = shape.width - left - PLOT.right;
  const height = shape.height - PLOT.top - PLOT.bottom;
  const share = ({ scale, min, max }: XyAxis, value: number) => {
    const measure = scale === 'log' ? Math.log10 : (each: number) => each;
    const within = Math.min(max, Math.max(min, value));
    return (measure(within) - measure(min)) / (measure(max) - measure(min));
  };
  return ([atX, atY]) => [left + share(x, atX) * width, PLOT.top + height * (1 - share(y, atY))];
}

function graphicOf(mark: XyMark, input: XyInput, shape: XyShape) {
  const pixels = toPixels(input, shape);
  const common = { silent: true };
  switch (mark.kind) {
    case 'rect': {
      const [[x1, y1], [x2, y2]] = [pixels(mark.from), pixels(mark.to)];
      const box = {
        x: Math.min(x1, x2),
        y: Math.min(y1, y2),
        width: Math.abs(x2 - x1),
        height: Math.abs(y2 - y1),
      };
      return {
        ...common,
        type: 'rect',
        z: -1,
        shape: box,
        style: { fill: mark.colour, opacity: mark.opacity },
      };
    }
    case 'polygon': {
      const points = mark.points.map((point) => [...pixels(point)]);
      return {
        ...common,
        type: 'polygon',
        z: 0,
        shape: { points },
        style: { fill: mark.colour, opacity: mark.opacity },
      };
    }
    case 'line': {
      const [[x1, y1], [x2, y2]] = [pixels(mark.from), pixels(mark.to)];
      const style = {
        stroke: mark.colour,
        lineWidth: mark.widthPx ?? 1,
        lineDash: [...(mark.dash ?? [])],
        opacity: mark.opacity ?? 1,
      };
      return { ...common, type: 'line', z: 3, shape: { x1, x2, y1, y2 }, style };
    }
    case 'text': {
      const [x, y] = pixels(mark.at);
      const [right, down] = mark.offset ?? [0, 0];
      return textAt(
        mark.text,
        [x + right, y + down],
        { colour: mark.colour, align: mark.align ?? 'left' },
        shape,
      );
    }
  }
}

function titles({ x, y }: XyInput, shape: XyShape) {
  const colour = sentinel('muted');
  return [
    textAt(x.title, [shape.width - PLOT.right, shape.height - 8], { colour, align: 'right' }, shape),
    textAt(y.title, [4, 9], { colour, align: 'left' }, shape),
  ];
}

function textAt(
  text: string,
  [x, y]: XY,
  { colour, align }: { readonly colour: string; readonly align: 'left' | 'right' | 'center' },
  shape: XyShape,
) {
  const style = { text, x, y, fill: colour, fontSize: shape.fontPx, align, verticalAlign: 'middle' };
  return { type: 'text', silent: true, z: 5, style };
}
