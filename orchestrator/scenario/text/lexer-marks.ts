// Lexemes of the YAML lexer that stand for no characters of the text: who counts offsets passes over them.

/** Comes before the text of a scalar without quotes. */
export const SCALAR = '\u001F';
const MARKS: ReadonlySet<string> = new Set([SCALAR, '\u0002', '\u0018', '\u{FEFF}']);

export function isMark(lexeme: string): boolean {
  return MARKS.has(lexeme);
}
