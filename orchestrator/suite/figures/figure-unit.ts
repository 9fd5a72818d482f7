// Units of the figures in a chart.
import type { PanelUnit } from '../../../dashboards/panels/panel.ts';
import { formatNumber, formatValue, NO_VALUE } from '../../format/format-value.ts';

/** `times`: one figure divided by another of the same unit; `money`: in the suite's currency. */
export type FigureUnit = PanelUnit | 'times' | 'money';

export const FIGURE_UNITS = [
  'milliseconds',
  'seconds',
  'share',
  'per-second',
  'bytes',
  'bytes-per-second',
  'cores',
  'count',
  'times',
  'money',
] as const satisfies readonly FigureUnit[];

/** `2.13 s`, `1.9 ×`, `0.19 EUR`; `–` where there is none. */
export function formatFigure(value: number | null, unit: FigureUnit, currency: string): string {
  if (value === null || !Number.isFinite(value)) return NO_VALUE;
  if (unit === 'times') return `${formatNumber(value)} ×`;
  if (unit === 'money') return `${formatNumber(value)} ${currency}`;
  return formatValue(value, unit);
}
