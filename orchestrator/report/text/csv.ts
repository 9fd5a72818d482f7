// Rows as CSV for spreadsheets and scripts.

type Cell = string | number | boolean | null | undefined;
export type Columns<Row> = readonly (readonly [name: string, cell: (row: Row) => Cell])[];

/** RFC 4180. What is not known is empty, and never 0. */
export function csv<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = [
    columns.map(([name]) => write(name)),
    ...rows.map((row) => columns.map(([, cell]) => write(cell(row)))),
  ];
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

function write(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  // A spreadsheet takes text that begins like this for a formula.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
