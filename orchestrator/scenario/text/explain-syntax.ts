// What a YAML parser finds wrong, as the slip that people make: a quote that is not closed, text with a colon in it, a line that is
// indented too far. What only follows from an earlier slip is left out.
import { Lexer, type YAMLError } from 'yaml';
import type { TokenProblem } from './check-tokens.ts';
import { isMark } from './lexer-marks.ts';

/** Of a text, all that is wrong with its syntax, in order. `errors` are the parser's. */
export function explainSyntax(text: string, errors: readonly YAMLError[]): TokenProblem[] {
  const [first] = errors;
  if (first === undefined) return [];
  const sorted = errors.toSorted((one, other) => one.pos[0] - other.pos[0]);
  const quote = openQuote(text);
  const problems: TokenProblem[] = [];
  let indented = false;
  for (const error of sorted) {
    const offset = error.pos[0];
    // Whatever comes after an open quote was read the wrong way round.
    if (quote !== undefined && offset >= quote.offset) break;
    const previous = problems.at(-1);
    if (previous !== undefined && isSameLine(text, previous.offset, offset)) continue;
    const tooFar = indentedTooFar(text, error);
    // The lines below one that is at the wrong column seem to be at wrong columns themselves.
    if (indented && (tooFar !== undefined || BY_COLUMN.has(error.code))) continue;
    problems.push(tooFar ?? { offset, message: messageOf(text, error) });
    indented ||= tooFar !== undefined || error.code === 'TAB_AS_INDENT';
    // After this nothing is read as what it is.
    if (error.message.startsWith(NOT_EXPECTED)) break;
  }
  return quote === undefined ? problems : [...problems, quote];
}

/** A mark that a parser can't place at all. */
const NOT_EXPECTED = 'Unexpected ';

const BY_COLUMN: ReadonlySet<YAMLError['code']> = new Set([
  'BAD_INDENT',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);
const OTHER_COLUMN =
  'this line begins at another column than those that it belongs with; indent it as they are';

/** A key below one that has a value already, and deeper: to a parser, text that goes on with a colon in it. */
function indentedTooFar(text: string, { code, pos: [offset] }: YAMLError): TokenProblem | undefined {
  if (code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const [value = '', below = ''] = text.slice(offset).split(/\n(?:[ \t]*\n)*/, 2);
  const key = /(?:^|\s)([A-Za-z][\w.-]*):[ \t]+$/.exec(
    text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset),
  )?.[1];
  const [, spaces] = /^( *)(?:- |[\w.-]+:(?:\s|$))/.exec(below) ?? [];
  if (key === undefined || spaces === undefined || /:(?:\s|$)/.test(value)) return undefined;
  return {
    offset: text.indexOf(`\n${below}`, offset) + 1 + spaces.length,
    message: `this line is indented further than ${key} above it, which has a value already; begin both in the same column`,
  };
}

const KEY_OR_ITEM = /\n[ \t]*(?:- |[\w.-]+:(?:\s|$))/;

/**
 * The first quote that was not closed where it should have been: one that ends nowhere, or one that seems to be closed by the opening quote of
 * another text further down: its own then goes on over lines that look like keys, and other text follows the quote at once.
 */
export function openQuote(text: string): TokenProblem | undefined {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const quote = lexeme[0];
    if (quote === '"' || quote === "'") {
      const goesOn = /[^\s,\]}:]/.test(text[offset + lexeme.length] ?? '');
      if (!isClosed(lexeme, quote) || (goesOn && KEY_OR_ITEM.test(lexeme)))
        return { offset, message: `this quote is not closed; write another ${quote} where the text ends` };
    }
    if (!isMark(lexeme)) offset += lexeme.length;
  }
  return undefined;
}

/** Whether the last character is a closing quote: neither the opening one, nor one of the text. */
function isClosed(lexeme: string, quote: '"' | "'"): boolean {
  const last = lexeme.length - 1;
  if (last === 0 || lexeme[last] !== quote) return false;
  const escape = quote === '"' ? '\\' : quote;
  let first = last;
  while (first > 1 && lexeme[first - 1] === escape) first -= 1;
  return (last - first) % 2 === 0;
}

function messageOf(text: string, error: YAMLError): string {
  return slipAt(text, error) ?? WORDS[error.code]?.(error) ?? `not YAML: ${error.message}`;
}

/** Slips of which the line tells more than the parser. */
function slipAt(text: string, { code, message, pos: [offset] }: YAMLError): string | undefined {
  if (message.startsWith('Unexpected scalar at node end'))
    return textAfterQuote(text, offset) ?? (beginsLine(text, offset) ? OTHER_COLUMN : undefined);
  if (message.includes('flow ')) return withinBrackets(text, offset);
  // An item of a list.
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && /^[ \t]*- /.test(text.slice(offset)) && beginsLine(text, offset))
    return OTHER_COLUMN;
  if (!SEEN_IN_LINE.has(code)) return undefined;
  const line = lineAt(text, offset);
  const hyphen = /^-([A-Za-z].*)$/.exec(line.trim());
  if (hyphen !== null) return `a space is missing after the hyphen; write - ${shortened(hyphen[1] ?? '')}`;
  const colon = /^(?:- )?([A-Za-z][\w-]*):(\S.*)$/.exec(line.trim());
  if (colon !== null) return missingSpace(colon[1] ?? '', colon[2] ?? '');
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const value = text.slice(offset).split('\n', 1)[0]?.trim() ?? '';
    return colonInText(value);
  }
  return line.includes(':') ? undefined : 'this line is no key with a value; write for example name: value';
}

function colonInText(value: string): string {
  return `text with a colon and a space in it is read as a mapping; put it in quotes: ${JSON.stringify(shortened(value))}`;
}

/** What can't stand between { } or [ ]. */
function withinBrackets(text: string, offset: number): string | undefined {
  const value = /^[^,\]}\n]*/.exec(text.slice(offset))?.[0].trim() ?? '';
  if (value.startsWith('- ')) return 'between brackets, items have no hyphen; leave it out';
  return /: /.test(value) ? colonInText(value) : undefined;
}

function textAfterQuote(text: string, offset: number): string | undefined {
  const quote = text.slice(0, offset).trimEnd().at(-1);
  if (quote !== '"' && quote !== "'") return undefined;
  return `text goes on after its closing quote; leave it out, or write ${quote === '"' ? '\\"' : "''"} for a quote within the text`;
}

const SEEN_IN_LINE: ReadonlySet<YAMLError['code']> = new Set([
  'BLOCK_AS_IMPLICIT_KEY',
  'MULTILINE_IMPLICIT_KEY',
  'MISSING_CHAR',
]);

/** `role:server` where `role: server` is meant. */
export function missingSpace(key: string, value: string): string {
  return `a space is missing after the colon; write ${key}: ${shortened(value)}`;
}

const WORDS: Readonly<Partial<Record<YAMLError['code'], (error: YAMLError) => string>>> = {
  TAB_AS_INDENT: () => 'a tab can be no indentation; write spaces',
  BAD_INDENT: ({ message }) => (message.startsWith('All ') ? OTHER_COLUMN : `not YAML: ${message}`),
  BAD_SCALAR_START: ({ message }) => `text can't begin with ${message.trimEnd().at(-1)}; put it in quotes`,
  BAD_DQ_ESCAPE: ({ message }) =>
    `in double quotes a backslash begins an escape, and ${message.split(' ').at(-1)} is none; write two backslashes, or single quotes around the text`,
  TAG_RESOLVE_FAILED: ({ message }) =>
    `${/^Unresolved tag: (\S+)$/.exec(message)?.[1] ?? 'this'} is a tag, and none is known here; leave it out`,
  UNEXPECTED_TOKEN: ({ message }) => unexpected(message),
};

function unexpected(message: string): string {
  const bracket = /^Unexpected flow-(?:map|seq)-end\b.*?([\]}])/s.exec(message)?.[1];
  if (bracket !== undefined) return `this ${bracket} closes nothing; leave it out, or open it before`;
  return `not YAML: ${message}`;
}

function beginsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

function isSameLine(text: string, one: number, other: number): boolean {
  return !text.slice(Math.min(one, other), Math.max(one, other)).includes('\n');
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start).split('\n', 1)[0] ?? '';
}

function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}…` : value;
}
