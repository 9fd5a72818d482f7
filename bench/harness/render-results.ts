// Results as a table for the terminal and as Markdown for docs/benchmarks.md. The same cells in both.
import { renderTable } from '../../orchestrator/format/render-table.ts';
import type { BenchResult, BenchRow } from '../benchmark.ts';

const head = ['figure', 'measured', 'beside', 'ratio', 'aim', 'met'];

export function renderResults(results: readonly BenchResult[], columns: number): string {
  const plain = (text: string): string => text;
  return results
    .map(({ benchmark, rows, error, tookMs }) =>
      [
        `${benchmark} (${Math.round(tookMs / 1000)} s)`,
        ...(error === undefined ? [] : [`  failed: ${error}`]),
        ...(rows.length === 0
          ? []
          : renderTable(
              { head, numeric: [1, 3], flexible: 0, rows: rows.map((row) => ({ cells: cellsOf(row) })) },
              plain,
              columns,
            ).map((line) => `  ${line.trimEnd()}`)),
        ...rows.flatMap(({ name, note }) => (note === undefined ? [] : [`  ${name}: ${note}`])),
      ].join('\n'),
    )
    .join('\n\n');
}

/** One benchmark's table, notes below it. */
export function renderMarkdown({ rows, error }: BenchResult): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    ...(error === undefined ? [] : [`Failed: ${error}`]),
    ...(rows.length === 0 ? [] : [line(head), line(['---', '--:', '---', '--:', '---', '---'])]),
    ...rows.map((row) => line(cellsOf(row))),
    '',
    ...rows.flatMap(({ name, note }) => (note === undefined ? [] : [`- ${name}: ${note}`])),
  ]
    .join('\n')
    .trimEnd();
}

function cellsOf({ name, measured, unit, reference, ratio, aim, met }: BenchRow): string[] {
  return [
    name,
    withUnit(measured, unit),
    reference === undefined ? '' : `${withUnit(reference.value, unit)} ${reference.what}`.trimEnd(),
    ratio === undefined ? '' : ratio.toFixed(2),
    aim === 'none' ? '' : aim,
    aim === 'none' ? '' : met ? 'yes' : 'NO',
  ];
}

/** Three digits are more than such measurements are good for. */
function withUnit(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'not measured';
  return `${Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })} ${unit}`.trimEnd();
}
