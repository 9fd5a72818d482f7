// Text of others (files, names, logs) on its way to a terminal: what would move the cursor, recolour or rename the window, or turn
// the reading direction stands there in words.

/** C0 and C1 controls except the line feed, the marks that turn text around, and halves of surrogate pairs. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The same text with each such character as `\u001b`; tabs become spaces, lines stay. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    character === '\t' ? '  ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether nothing in it has to be put into words. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** `printable`, in one line and cut off after so many characters. */
export function printableLine(text: string, most: number): string {
  const line = printable(text.slice(0, most + 1)).replaceAll('\n', '\\n');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

// oxlint-disable-next-line no-control-regex -- these are what is kept
const COLOURS = /(\u001B\[[\d;]*m)/;

/** `printable` for text that we have coloured ourselves: colours stay, for they are the least that text of others could do. */
export function printableInColour(text: string): string {
  return text
    .split(COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
