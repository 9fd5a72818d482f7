// What the terminal shows when a sweep has ended: what its runs come to together.
import pc from 'picocolors';
import { NO_VALUE } from '../../format/format-value.ts';
import { renderTable } from '../../format/render-table.ts';
import { wrapText } from '../../format/wrap-text.ts';
import { type SweepFacts, trialsOf } from './sweep-facts.ts';
import { shortEstimate, sweepFindings } from './sweep-words.ts';

export interface SweepSummaryOptions {
  readonly colour: boolean;
  /** Columns of the terminal. At least 40 are used. */
  readonly width: number;
}

/** Lines. */
export function sweepSummary(facts: SweepFacts, { colour, width }: SweepSummaryOptions): string[] {
  const paint = pc.createColors(colour);
  const columns = Math.max(40, width);
  const { sentences, remarks } = sweepFindings(facts);
  const rows = seriesTable(facts);
  const table = {
    head: ['figure', ...facts.series],
    numeric: facts.series.map((_, nth) => nth + 1),
    flexible: 0,
    rows: rows.map((cells) => ({ cells })),
  };
  return [
    ...(rows.length === 0 ? [] : [...renderTable(table, paint.dim, columns), '']),
    ...sentences.flatMap((text) => wrapText(text, columns, '  ', '')),
    ...remarks.flatMap((text) => wrapText(`! ${text}`, columns, '  ', '').map((line) => paint.yellow(line))),
  ];
}

/** A row for each figure, with a cell for each series; none where the series are lines over a number. */
export function seriesTable(facts: SweepFacts): string[][] {
  if (facts.axis !== null) return [];
  return facts.figures.map((figure) => [
    figure.title,
    ...facts.series.map((name) => shortEstimate(trialsOf(facts, name, null, figure.id), figure) ?? NO_VALUE),
  ]);
}
