// A YAML text before anything is made of it: whether it is small enough to go on with, and problems that a parser would report
// far from their cause.
import { type CST, Lexer, Parser } from 'yaml';
import { FILE_BOUNDS } from './file-bounds.ts';
import { isMark, SCALAR } from './lexer-marks.ts';

/** Each value comes with about five: itself, its key, the colon, spaces and the end of the line. */
const MOST_LEXEMES = 5 * FILE_BOUNDS.values;
/** Problems of one kind that are told of a file. */
const MOST_ERRORS = 100;

export interface TokenProblem {
  readonly offset: number;
  readonly message: string;
}

export interface CheckedTokens {
  readonly tokens: readonly CST.Token[];
  readonly problems: readonly TokenProblem[];
  /** False where it is not to be read on: what a parser says after a bracket that stays open follows from that. */
  readonly readable: boolean;
}

export function checkTokens(text: string, onNewLine: (offset: number) => void): CheckedTokens {
  const { tokens, problem } = parseBounded(text, onNewLine);
  if (problem !== undefined) return { tokens: [], problems: [problem], readable: false };
  const open = [...unclosedBrackets(tokens), ...emptyItems(tokens)];
  const [first, ...others] = tokens.filter((token) => token.type === 'document');
  const second = others[0];
  const problems = [...open];
  if (second !== undefined)
    problems.push({
      offset: second.offset,
      message: 'a second document begins here; a scenario is one: leave out this line and what follows',
    });
  const ofFirst = tokens.filter(
    (token) => second === undefined || token.type !== 'document' || token === first,
  );
  return { tokens: ofFirst, problems, readable: open.length === 0 };
}

/** Lexeme by lexeme, so that it stops where there is too much, or so deep that closing it all would overflow the stack. */
function parseBounded(
  text: string,
  onNewLine: (offset: number) => void,
): { tokens: CST.Token[]; problem?: TokenProblem } {
  const tokens: CST.Token[] = [];
  const parser = new Parser(onNewLine);
  let [lexemes, errors] = [0, 0];
  onNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > MOST_LEXEMES) {
      const message = `holds more than ${FILE_BOUNDS.values} values; write less, or take generated parts out`;
      return { tokens: [], problem: { offset: 0, message } };
    }
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors += 1;
      // More of them help nobody, and a parser takes its time for each.
      if (token.type !== 'error' || errors <= MOST_ERRORS) tokens.push(token);
    }
    // A look at the number first: most of the time nothing is deep.
    const deep =
      parser.stack.length > FILE_BOUNDS.depth
        ? parser.stack.filter((token) => isCollection(token))[FILE_BOUNDS.depth]
        : undefined;
    if (deep !== undefined) return { tokens: [], problem: tooDeepAt(deep.offset) };
  }
  for (const token of parser.end()) tokens.push(token);
  const deep = tooDeep(tokens);
  return deep === undefined ? { tokens } : { tokens: [], problem: tooDeepAt(deep.offset) };
}

function tooDeepAt(offset: number): TokenProblem {
  return {
    offset,
    message: `nests more than ${FILE_BOUNDS.depth} mappings and lists in each other; write it flatter`,
  };
}

/**
 * `${name}` without quotes where YAML reads the brace as the beginning of a mapping: within { } and [ ]. Answers the text with
 * parentheses of the same length in their place, so that the rest can be read and keeps its places.
 */
export function unquotedReferences(text: string): { text: string; problems: TokenProblem[] } {
  const problems: TokenProblem[] = [];
  let [offset, last, beforeLast] = [0, '', ''];
  let patched = text;
  for (const lexeme of new Lexer().lex(text)) {
    const begins = lexeme === '{' && beforeLast === SCALAR && last.endsWith('$');
    const name = begins ? /^\{([\w-]{1,100})\}/.exec(text.slice(offset, offset + 102))?.[1] : undefined;
    if (name !== undefined) {
      const message = `write "\${${name}}" in quotes: within { } and [ ] a brace without them begins a mapping`;
      problems.push({ offset: offset - 1, message });
      patched = `${patched.slice(0, offset)}(${name})${patched.slice(offset + name.length + 2)}`;
      if (problems.length >= MOST_ERRORS) break;
    }
    if (!isMark(lexeme)) offset += lexeme.length;
    [beforeLast, last] = [last, lexeme];
  }
  return { text: patched, problems };
}

/** Mappings and lists of a token, with what they hold. */
type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

function isCollection(token: CST.Token | null | undefined): token is Collection {
  return token?.type === 'block-map' || token?.type === 'block-seq' || token?.type === 'flow-collection';
}

/** Without recursion: it is the depth that is not known yet. */
function* collections(tokens: readonly CST.Token[]): Generator<{ token: Collection; depth: number }> {
  const left = tokens
    .flatMap((token) => (token.type === 'document' ? [token.value] : []))
    .map((token) => ({ token, depth: 1 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { token, depth } = next;
    if (!isCollection(token)) continue;
    yield { token, depth };
    for (const { key, value } of token.items)
      for (const inner of [key, value])
        if (isCollection(inner)) left.push({ token: inner, depth: depth + 1 });
  }
}

function tooDeep(tokens: readonly CST.Token[]): Collection | undefined {
  for (const { token, depth } of collections(tokens)) if (depth > FILE_BOUNDS.depth) return token;
  return undefined;
}

function unclosedBrackets(tokens: readonly CST.Token[]): TokenProblem[] {
  const problems: TokenProblem[] = [];
  for (const { token } of collections(tokens)) {
    if (token.type !== 'flow-collection') continue;
    const [opens, closes] = token.start.type === 'flow-map-start' ? ['{', '}'] : ['[', ']'];
    const closing = token.start.type === 'flow-map-start' ? 'flow-map-end' : 'flow-seq-end';
    if (token.end.some(({ type }) => type === closing)) continue;
    problems.push({
      offset: token.offset,
      message: `this ${opens} is not closed; write ${closes} where it ends`,
    });
  }
  return problems;
}

/** `[a, , b]`: a parser would make an error of each comma, and take seconds for a hundred thousand. */
function emptyItems(tokens: readonly CST.Token[]): TokenProblem[] {
  const problems: TokenProblem[] = [];
  for (const { token } of collections(tokens)) {
    if (token.type !== 'flow-collection') continue;
    for (const { start, key, sep, value } of token.items) {
      const [comma, second] = start.filter(({ type }) => type === 'comma');
      const empty = !key && !sep && !value && token.items.at(-1)?.start !== start;
      if (comma === undefined || (second === undefined && !empty)) continue;
      problems.push({
        offset: (second ?? comma).offset,
        message: 'nothing stands before this comma; write a value, or leave it out',
      });
      if (problems.length >= MOST_ERRORS) return problems;
    }
  }
  return problems;
}
