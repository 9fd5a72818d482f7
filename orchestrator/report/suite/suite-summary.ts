// What the terminal shows when a suite has ended: the chart, and who is ahead on which row.
import { join, relative } from 'node:path';
import pc from 'picocolors';
import { renderTable } from '../../format/render-table.ts';
import { wrapText } from '../../format/wrap-text.ts';
import type { SavedSuite } from '../../suite/read-suite.ts';
import { effortWords, medianWords, NOT_MEASURED, remarks, rowFinding } from './suite-words.ts';

export interface SuiteSummaryOptions {
  readonly colour: boolean;
  /** Columns of the terminal. At least 40 are used. */
  readonly width: number;
}

export function renderSuiteSummary(saved: SavedSuite, { colour, width }: SuiteSummaryOptions): string {
  const paint = pc.createColors(colour);
  const columns = Math.max(40, width);
  const { chart, run, folder } = saved;
  const { currency } = run.suite;
  const rows = chart.rows.flatMap(({ name, figures }) =>
    figures.length === 0
      ? [{ cells: [name, '', ...chart.columns.map(() => NOT_MEASURED)] }]
      : figures.map((figure, nth) => ({
          cells: [
            nth === 0 ? name : '',
            figure.name,
            ...figure.cells.map((cell) => medianWords(cell, figure, currency)),
          ],
        })),
  );
  const table = {
    head: ['', 'median', ...chart.columns],
    numeric: chart.columns.map((_, nth) => nth + 2),
    flexible: 1,
    rows,
  };
  return [
    '',
    ...renderTable(table, paint.dim, columns),
    '',
    ...chart.rows.flatMap((row) => wrapText(rowFinding(row, currency), columns, '  ', '')),
    ...remarks(saved).flatMap((text) =>
      wrapText(`! ${text}`, columns, '  ', '').map((line) => paint.yellow(line)),
    ),
    effortWords(chart),
    `report: ${join(relative('.', folder), 'report.html')}`,
  ].join('\n');
}
