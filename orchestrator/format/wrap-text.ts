// Text broken into lines of a terminal.
import { cutToWidth, displayWidth, printable } from './display-width.ts';

/** Between a number and its unit, as `10 s` and `95 %`. */
const BEFORE_UNIT = /(?<=\d) (?=(?:ms|s|min|h|d|%|[KMGT]?i?B|CPU)(?![\p{L}\d]))/gu;
const TIE = '\u00a0';

/** With a space before each unit at which no line is broken. */
export function tiedUnits(text: string): string {
  return text.replaceAll(BEFORE_UNIT, TIE);
}

/** A line of a list or table broken at spaces, its columns as they are; what goes on stands under its second column. */
export function brokenLine(line: string, columns: number): string[] {
  return broken(tiedUnits(line), columns).map((each) => each.replaceAll(TIE, ' '));
}

function broken(line: string, columns: number): string[] {
  const indent = ' '.repeat(line.startsWith(' ') ? 13 : 2);
  const at = line.length <= columns ? -1 : line.lastIndexOf(' ', columns);
  if (at <= indent.length) return [line];
  return [line.slice(0, at).trimEnd(), ...broken(`${indent}${line.slice(at).trimStart()}`, columns)];
}

/** `indent` stands before every line but the first, `firstIndent` (by default the same) before that. */
export function wrapText(text: string, columns: number, indent = '', firstIndent = indent): string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let empty = true;
  for (const word of tiedUnits(printable(text)).split(/ +/)) {
    if (!empty && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  // Only a single word can still be too long: a path, which is worth more whole than the layout.
  return [...lines, line]
    .map((each) => each.replaceAll(TIE, ' '))
    .map((each) => (each.includes('/') ? each : cutToWidth(each, columns)));
}
