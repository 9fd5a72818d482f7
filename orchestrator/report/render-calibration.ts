// What a calibration found, for the terminal and its folder: measured beside expected, row by row.
import pc from 'picocolors';
import type { PanelUnit } from '../../dashboards/panels/panel.ts';
import type { Calibration, CalibrationRow } from '../study/calibration-rows.ts';
import { counted, formatDuration, formatValue, NO_VALUE } from '../format/format-value.ts';
import { renderTable } from '../format/render-table.ts';
import { wrapText } from '../format/wrap-text.ts';

export interface CalibrationTextOptions {
  readonly colour: boolean;
  readonly width: number;
}

export function renderCalibration(
  calibration: Calibration,
  { colour, width }: CalibrationTextOptions,
): string {
  const paint = pc.createColors(colour);
  const { rows, remarks, agrees, tookMs, quick } = calibration;
  const columns = Math.max(40, width);
  const table = {
    head: ['', 'what', 'measured', 'expected', 'off', 'allowed', 'expected by'],
    numeric: [2, 3, 4, 5],
    flexible: 6,
    rows: rows.map((row) => ({
      ink: row.agrees ? paint.green : paint.red,
      cells: cellsOf(row),
    })),
  };
  const missed = rows.filter((row) => !row.agrees);
  const sentence = agrees
    ? `✓ CALIBRATED: all ${rows.length} rows agree; measurements of this kind can be trusted on this host.`
    : `✗ NOT CALIBRATED: ${counted(missed.length, 'row')} of ${rows.length} disagree; this host, as busy as it is now, does not measure precisely enough.`;
  return [
    ...renderTable(table, paint.dim, columns),
    '',
    ...remarks.flatMap((remark) => wrapText(`! ${remark}`, columns, '  ', '')),
    ...wrapText(sentence, columns, '  ', '').map((line) => (agrees ? paint.green(line) : paint.red(line))),
    `${quick ? 'quick, with wider tolerances; ' : ''}took ${formatDuration(tookMs)}`,
  ].join('\n');
}

function cellsOf(row: CalibrationRow): string[] {
  const { agrees, what, measured, expected, unit, errorBar, tolerance, source } = row;
  const bar = errorBar === null || measured === null ? '' : ` ±${figure(errorBar, unit)}`;
  return [
    agrees ? '✓' : '✗',
    what,
    `${figure(measured, unit)}${bar}`,
    figure(expected, unit),
    offOf(row),
    tolerance.kind === 'share' ? `${tolerance.most * 100} %` : figure(tolerance.most, unit),
    source,
  ];
}

function offOf({ measured, expected, tolerance, unit }: CalibrationRow): string {
  if (measured === null) return NO_VALUE;
  const off = measured - expected;
  const sign = off >= 0 ? '+' : '';
  if (tolerance.kind === 'absolute' || expected === 0) return `${sign}${figure(off, unit)}`;
  const percent = (off / expected) * 100;
  return `${sign}${percent.toFixed(Math.abs(percent) < 1 ? 2 : 1)} %`;
}

/** Bytes in full: a difference of a thousandth is what is looked for. */
function figure(value: number | null, unit: PanelUnit): string {
  return unit === 'bytes' && value !== null ? value.toLocaleString('en-US') : formatValue(value, unit);
}
