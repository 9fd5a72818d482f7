// What the terminal shows when a failure study has ended: what each topology comes to, and each loss with what it costs, the worst first.
import { join, relative } from 'node:path';
import pc from 'picocolors';
import type { Loss } from '../failures/conclude.ts';
import type { SavedFailures, VariantResult } from '../failures/read-failures.ts';
import type { SummaryOptions } from './render-summary.ts';
import { renderTable } from '../format/render-table.ts';
import { wrapText } from '../format/wrap-text.ts';
import {
  columnNames,
  COST_HEAD,
  COST_NUMERIC,
  costCells,
  findings,
  lossRowName,
  outcomeWords,
  roleLossWords,
  roleName,
  variantName,
} from './failures/failure-words.ts';

export function renderFailuresSummary(saved: SavedFailures, { colour, width }: SummaryOptions): string {
  const paint = pc.createColors(colour);
  const columns = Math.max(40, width);
  return [
    ...saved.variants.flatMap((result) => variantLines(result, paint, columns)),
    ...sideBySideLines(saved, paint, columns),
    `report: ${join(relative('.', saved.folder), 'report.html')}`,
  ].join('\n');
}

function variantLines(
  result: VariantResult,
  paint: ReturnType<typeof pc.createColors>,
  columns: number,
): string[] {
  const name = variantName(result.variant);
  const rows = result.losses.map((loss) => ({
    cells: [lossRowName(loss), outcomeWords(loss), ...costCells(loss)],
    ink: (text: string) => inkOf(loss, paint)(text),
  }));
  const table = {
    head: ['Killed', 'Outcome', ...COST_HEAD],
    numeric: COST_NUMERIC.map((column) => column + 2),
    flexible: COST_HEAD.length + 1,
    rows,
  };
  return [
    '',
    ...(name === '' ? [] : [paint.bold(name)]),
    ...findings(result).flatMap((text) => wrapText(text, columns, '  ')),
    '',
    ...(rows.length === 0 ? [] : [...renderTable(table, paint.dim, columns), '']),
  ];
}

function sideBySideLines(
  { study, sideBySide }: SavedFailures,
  paint: ReturnType<typeof pc.createColors>,
  columns: number,
): string[] {
  if (sideBySide.length === 0) return [];
  const table = {
    head: ['killed', ...columnNames(study.variants)],
    numeric: [],
    flexible: study.variants.length,
    rows: sideBySide.map((row) => ({ cells: [roleName(row), ...row.losses.map(roleLossWords)] })),
  };
  return [paint.bold('side by side'), ...renderTable(table, paint.dim, columns), ''];
}

function inkOf({ outcome }: Loss, paint: ReturnType<typeof pc.createColors>): (text: string) => string {
  if (outcome === 'not-recovered') return paint.red;
  if (outcome === 'unharmed' || outcome === 'recovered') return paint.green;
  return paint.yellow;
}
