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
  readonly atLeast?: true;
  readonly folder: string | null;
  readonly reason: string | null;
}

/** A trial without a figure, and a cell that is not measured at all, has a line without a value, and with the reason. */
export function suiteCsv({ chart }: SavedSuite): string {
  const lines = chart.rows.flatMap(({ name: row, figures }) =>
    figures.flatMap(({ name: figure, unit, better, cells }) =>
      cells.flatMap((cell, index): Line[] => {
        const common = { row, figure, unit, better, column: chart.columns[index] ?? '' };
        if (cell.kind === 'not-measured')
          return [{ ...common, trial: null, value: null, folder: null, reason: cell.reason }];
        const measured = cell.kind === 'measured' ? cell.trials : [];
        return [
          ...measured.map((each) => ({ ...common, ...each, reason: null })),
          ...cell.valueless.map((each) => ({ ...common, ...each, value: null })),
        ];
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
      ['at_least', ({ atLeast }) => (atLeast === true ? 'true' : null)],
    ],
    lines,
  );
}
