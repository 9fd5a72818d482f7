// Markdown that a run's text can't break out of: tables and escaped text.
import { printable } from '../../printable.ts';

/** Text on one line, with every character escaped that Markdown or HTML would take for its own. */
export function markdownText(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|#@~]/g, (character) => `\\${character}`)
    .trim();
}

/** A GitHub table. `numeric`: columns aligned to the right. Cells are escaped here. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = head.map((_, column) => (numeric.includes(column) ? '---:' : '---')).join(' | ');
  return [line(head), `| ${rule} |`, ...rows.map(line)].join('\n');
}

/** Each line is escaped here. */
export function markdownBullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${markdownText(line)}`).join('\n');
}
