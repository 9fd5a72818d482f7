// Files of variables: `.env` beside a compose file, and `env_file` of services. As compose-go reads them (dotenv/parser.go): values in double
// quotes know escapes and variables, those in single quotes neither, those without quotes variables alone. Pure.
import { interpolate, type Variables } from './interpolate.ts';

export interface EnvFile {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

interface Statement {
  readonly line: number;
  readonly name: string;
  /** Undefined: the name alone stands there. */
  readonly written?: { readonly text: string; readonly quote: '"' | "'" | undefined };
}

const NAME = /^(?:export[ \t]+)?([\w.[\]-]+)[ \t]*(?:([=:])[ \t]*|$)/;

/** `outer`: the values that come before those of the file, and stand for names without a value. */
export function parseEnvFile(text: string, outer: Variables): EnvFile {
  const values = new Map<string, string>();
  const problems: { line: number; message: string }[] = [];
  const variables: Variables = { ...outer, valueOf: (name) => outer.valueOf(name) ?? values.get(name) };
  for (const statement of statementsOf(text, problems)) {
    const { line, name, written } = statement;
    if (written === undefined) {
      const inherited = outer.valueOf(name);
      if (inherited !== undefined) values.set(name, inherited);
      continue;
    }
    if (written.quote === "'") {
      values.set(name, written.text);
      continue;
    }
    const result = interpolate(written.quote === '"' ? withEscapes(written.text) : written.text, variables);
    if (result.ok) values.set(name, result.text);
    else problems.push({ line, message: result.problem });
  }
  return { values, problems };
}

function* statementsOf(text: string, problems: { line: number; message: string }[]): Generator<Statement> {
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const number = index + 1;
    const match = NAME.exec(line);
    const name = match?.[1];
    if (match === null || name === undefined) {
      problems.push({ line: number, message: 'is no variable; write NAME=value' });
      continue;
    }
    if (match[2] === undefined) {
      yield { line: number, name };
      continue;
    }
    const rest = line.slice(match[0].length);
    const quote = rest[0] === '"' || rest[0] === "'" ? rest[0] : undefined;
    if (quote === undefined) {
      yield { line: number, name, written: { text: rest.split(' #', 1)[0]?.trimEnd() ?? '', quote } };
      continue;
    }
    const quoted = quotedFrom(lines, index, match[0].length - 1, quote);
    if (quoted === undefined) {
      problems.push({ line: number, message: `a quote is not closed; write ${quote} where the value ends` });
      return;
    }
    yield { line: number, name, written: { text: quoted.text, quote } };
    index = quoted.last;
  }
}

/** In quotes a value may go on over several lines, spaces at their ends included. Undefined where they are not closed. */
function quotedFrom(
  lines: readonly string[],
  first: number,
  start: number,
  quote: string,
): { readonly text: string; readonly last: number } | undefined {
  const opening = lines[first] ?? '';
  let whole = opening.slice(opening.indexOf(quote, start) + 1);
  for (let last = first; last < lines.length; last++) {
    if (last > first) whole += `\n${lines[last]}`;
    const end = closingQuote(whole, quote);
    if (end >= 0) return { text: whole.slice(0, end).replaceAll(`\\${quote}`, quote), last };
  }
  return undefined;
}

function closingQuote(text: string, quote: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  // The sign itself, which a variable would begin with.
  $: '$$',
};

function withEscapes(text: string): string {
  return text.replaceAll(
    /\\([abfnrtv"$\\])|\\0([0-7]{1,3})/g,
    (_, letter: string | undefined, octal: string) =>
      letter === undefined ? String.fromCharCode(Number.parseInt(octal, 8)) : (ESCAPES[letter] ?? letter),
  );
}
