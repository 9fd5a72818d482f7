// A YAML scenario file → plain data, and the place of each problem in it. Every step has a bound (file-bounds.ts), so that no file
// costs more than a moment.
import { Composer, LineCounter } from 'yaml';
import { buildTree } from './build-tree.ts';
import { checkTokens, unquotedReferences } from './check-tokens.ts';
import { explainSyntax, openQuote } from './explain-syntax.ts';
import { append, type Problem, type ProblemPath } from './problem.ts';
import { locateProblem } from './locate-problem.ts';
import { plainData, sourceAt, tagAt, type WrittenPlace } from './written-tree.ts';

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

export interface PlacedProblem extends Position {
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export interface YamlFile {
  /** Undefined where the syntax is too broken to read on. */
  readonly data: unknown;
  readonly readable: boolean;
  readonly problems: readonly PlacedProblem[];
  readonly positionOf: (problem: Problem) => Position;
  /** How the number, truth value or text at a path is written. */
  readonly sourceAt: (path: ProblemPath) => string | undefined;
  /** The tag before the value at a path. */
  readonly tagAt: (path: ProblemPath) => string | undefined;
}

/** A file without anything in it. */
const EMPTY: WrittenPlace = { offset: 0, node: { kind: 'scalar', size: 1, value: null, source: '' } };

/** @param tags that mean something in this file: `!reset`. Default: none does. */
export function readYaml(text: string, tags: readonly string[] = []): YamlFile {
  const references = unquotedReferences(text);
  const lines = new LineCounter();
  const checked = checkTokens(references.text, lines.addNewLine);
  // A bracket stays open if its closing one stands in an open quote.
  const quote = checked.readable ? undefined : openQuote(references.text);
  const problems = [...references.problems, ...(quote === undefined ? checked.problems : [quote])];
  // The schema is named: else a line `%YAML 1.1` would bring dates, sets and octal numbers.
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false });
  const [document] = checked.readable ? [...composer.compose(checked.tokens)] : [];
  const known = tags.map((tag) => `Unresolved tag: ${tag}`);
  const warnings = (document?.warnings ?? []).filter(({ message }) => !known.includes(message));
  const errors = [...(document?.errors ?? []), ...warnings];
  append(problems, explainSyntax(references.text, errors));
  const sound = checked.readable && (document?.errors.length ?? 0) === 0;
  const tree = sound && document !== undefined ? buildTree(document) : undefined;
  const readable = sound && (tree?.whole ?? true);
  append(problems, tree?.problems ?? []);
  const root = tree?.root ?? EMPTY;
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    // A file without a line: its beginning.
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    data: readable ? restored(plainData(root.node), references.problems.length > 0) : undefined,
    readable,
    problems: problems.map(({ offset, message }) => ({ ...position(offset), message })),
    positionOf: (problem) => position(locateProblem(root, problem)),
    sourceAt: (path) => sourceAt(root.node, path),
    tagAt: (path) => tagAt(root.node, path),
  };
}

/** Puts the braces back that were taken out to read on: `$(name)` → `${name}`. */
function restored(data: unknown, needed: boolean): unknown {
  if (!needed) return data;
  return JSON.parse(JSON.stringify(data).replaceAll(/\$\(([\w-]{1,100})\)/g, '${$1}')) as unknown;
}
