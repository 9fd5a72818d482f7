// Every figure of every trial of a suite, one a line, for spreadsheets and scripts.
import type { SavedSuite } from '../../suite/read-suite.ts';
import { csv } from '../text/csv.ts';

interface Line {
  readonly row: string;
  readonly figure: string;
  readonly unit: string;
  readonly better: string;
  readonly column: string;
  readonly trial: number | null;
  readonly value: number | null;
  readonly folder: string | null;
  readonly reason: string | null;
}

/** A cell that is not measured has a line without a value, and with the reason. */
export function suiteCsv({ chart }: SavedSuite): string {
  const lines = chart.rows.flatMap(({ name: row, figures }) =>
    figures.flatMap(({ name: figure, unit, better, cells }) =>
      cells.flatMap((cell, index): Line[] => {
        const common = { row, figure, unit, better, column: chart.columns[index] ?? '' };
        if (cell.kind === 'measured')
          return cell.trials.map((each) => ({ ...common, ...each, reason: null }));
        const reason = cell.kind === 'missing' ? cell.word : cell.reason;
        return [{ ...common, trial: null, value: null, folder: null, reason }];
      }),
    ),
  );
  return csv<Line>(
    [
      ['row', ({ row }) => row],
      ['figure', ({ figure }) => figure],
      ['unit', ({ unit }) => unit],
      ['better', ({ better }) => better],
      ['column', ({ column }) => column],
      ['trial', ({ trial }) => trial],
      ['value', ({ value }) => value],
      ['folder', ({ folder }) => folder],
      ['not_measured', ({ reason }) => reason],
    ],
    lines,
  );
}
