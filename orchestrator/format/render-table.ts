// A table in the terminal: columns as wide as they need to be, one of them giving way where the terminal is too narrow.
import { cutToWidth, displayWidth, padTo, printable } from './display-width.ts';

type Ink = (text: string) => string;

export interface TableRow {
  readonly cells: readonly string[];
  /** Colours the first cell. */
  readonly ink?: Ink;
}

export interface Table {
  readonly head: readonly string[];
  /** Columns aligned to the right. */
  readonly numeric: readonly number[];
  /** The column that is cut where there is too little room; after it, columns are left out from the right. */
  readonly flexible: number;
  /** So many columns at the right are left out before any is cut. Default: none. */
  readonly spare?: number;
  readonly rows: readonly TableRow[];
}

const GAP = '  ';
const LEAST_FLEXIBLE = 10;

export function renderTable(table: Table, dim: Ink, columns: number): string[] {
  const widths = fit(withoutSpare(naturalWidths(table), table.spare ?? 0, columns), table.flexible, columns);
  const line = (cells: readonly string[], ink: Ink, rest: Ink) =>
    widths
      .map((width, index) => {
        const cell = padTo(
          cutToWidth(printable(cells[index] ?? ''), width),
          width,
          table.numeric.includes(index) ? 'right' : 'left',
        );
        return index === 0 ? ink(cell) : rest(index === widths.length - 1 ? cell.trimEnd() : cell);
      })
      .join(GAP);
  const plain = (text: string) => text;
  return [
    line(table.head, dim, dim),
    ...table.rows.map(({ cells, ink }) => line(cells, ink ?? plain, plain)),
  ];
}

function naturalWidths({ head, rows }: Table): number[] {
  return head.map((title, index) =>
    Math.max(displayWidth(title), ...rows.map(({ cells }) => displayWidth(printable(cells[index] ?? '')))),
  );
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
}

function withoutSpare(natural: readonly number[], spare: number, columns: number): number[] {
  const least = natural.length - spare;
  const widths = [...natural];
  while (widths.length > least && total(widths) > columns) widths.pop();
  return widths;
}

function fit(natural: readonly number[], flexible: number, columns: number): number[] {
  const widths = [...natural];
  const excess = Math.max(0, total(widths) - columns);
  const wanted = widths[flexible] ?? 0;
  widths[flexible] = Math.max(Math.min(wanted, LEAST_FLEXIBLE), wanted - excess);
  while (widths.length > 1 && total(widths) > columns) widths.pop();
  if (total(widths) > columns) widths[0] = columns;
  return widths;
}
