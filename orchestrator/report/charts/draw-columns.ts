// One column for each of many things, in the order given, as an SVG string: who carried how much.
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import { formatValue } from '../../format/format-value.ts';
import { escapeHtml } from '../page/html.ts';
import { seriesColour } from './chart-colours.ts';
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

/** Parts are told apart by colour and by pattern: the first is solid, the others are striped. */
export function drawColumns(input: ColumnsInput, shape: PictureShape): string {
  const { id, unit, columns, description } = input;
  const width = shape.width - PLOT.left - PLOT.right;
  const height = shape.height - PLOT.top - PLOT.bottom;
  const axis = valueAxis(Math.max(0, ...columns.map(({ parts }) => sumOf(parts))), unit);
  const y = (value: number) => round(PLOT.top + height * (1 - value / axis.max));
  const stepPx = width / Math.max(1, columns.length);
  const barPx = Math.min(44, stepPx * 0.72);
  const x = (index: number) => round(PLOT.left + (index + 0.5) * stepPx);
  const ticks = Array.from(
    { length: Math.round(axis.max / axis.interval) + 1 },
    (_, tick) => tick * axis.interval,
  );
  const pattern = `stripes-${id}-${shape.name}`;
  const lines = ticks.map(
    (value) =>
      `<path d="M${PLOT.left} ${y(value)}H${shape.width - PLOT.right}" stroke="var(--line)"/><text x="${PLOT.left - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="central" fill="var(--muted)">${value === 0 ? '0' : escapeHtml(formatValue(value, unit))}</text>`,
  );
  const bars = columns.map(({ parts, label }, index) => {
    let from = 0;
    const rects = parts.map((part, nth) => {
      const top = y(from + part);
      const rect = `<rect x="${round(x(index) - barPx / 2)}" y="${top}" width="${round(barPx)}" height="${round(Math.max(0, y(from) - top))}" fill="${nth === 0 ? seriesColour(0) : `url(#${pattern})`}"/>`;
      from += part;
      return part > 0 ? rect : '';
    });
    return rects.join('') + nameOf(label, x(index), stepPx, shape);
  });
  return `<svg class="chart ${shape.name}" role="img" aria-label="${escapeHtml(description)}" viewBox="0 0 ${shape.width} ${shape.height}" font-size="${FONT_PX}"><defs><pattern id="${pattern}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.4" height="5" fill="${seriesColour(1)}"/></pattern></defs>${lines.join('')}${bars.join('')}</svg>`;
}

/** Slanted where there is little room, and left out where there is none. */
function nameOf(label: string, x: number, stepPx: number, shape: PictureShape): string {
  if (stepPx < LEAST_NAMED_PX) return '';
  const y = shape.height - PLOT.bottom + 14;
  const text = escapeHtml(label);
  if (label.length * FONT_PX * 0.56 < stepPx) {
    return `<text x="${x}" y="${y}" text-anchor="middle" fill="var(--muted)">${text}</text>`;
  }
  return `<text x="${x}" y="${y - 4}" text-anchor="end" fill="var(--muted)" font-size="${FONT_PX - 1.5}" transform="rotate(-45 ${x} ${y - 4})">${text}</text>`;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
