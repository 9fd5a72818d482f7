// A YAML scenario file → plain data, and the place of each fault in it.
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { messageOf } from '../errors.ts';
import type { Fault } from './fault.ts';
import { locateFault, type Position } from './locate-fault.ts';

export interface PlacedFault extends Position {
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export interface YamlFile {
  /** Undefined where the syntax is too broken to read on. */
  readonly data: unknown;
  readonly readable: boolean;
  readonly faults: readonly PlacedFault[];
  readonly positionOf: (fault: Fault) => Position;
}

export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  // merge: people who know compose files share parts with `<<: *anchor`.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const dangling = danglingAliases(document, lines);
  const errors = [...document.errors, ...document.warnings].map((error) => placeSyntaxFault(error, lines));
  const faults = [...errors, ...dangling];
  const readable = dangling.length === 0 && document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  const positionOf = (fault: Fault): Position => locateFault(document, lines, fault);
  if (!readable) return { data: undefined, readable, faults, positionOf };
  try {
    return { data: plainData(document), readable, faults, positionOf };
  } catch (error) {
    const message = `${messageOf(error)}; write fewer and plainer aliases`;
    return {
      data: undefined,
      readable: false,
      faults: [...faults, { line: 1, column: 1, message }],
      positionOf,
    };
  }
}

function danglingAliases(document: Document, lines: LineCounter): PlacedFault[] {
  const faults: PlacedFault[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const { line, col } = lines.linePos(alias.range?.[0] ?? 0);
      const message = `there is no anchor &${alias.source} before this; write it, or leave out the asterisk`;
      faults.push({ line, column: col, message });
    },
  });
  return faults;
}

function plainData(document: Document): unknown {
  // The bound stops files in which a few nested aliases stand for millions of values.
  return document.toJS({ maxAliasCount: 1000 });
}

function placeSyntaxFault(error: YAMLError, lines: LineCounter): PlacedFault {
  const { line, col } = lines.linePos(error.pos[0]);
  if (error.code === 'DUPLICATE_KEY') {
    return {
      line,
      column: col,
      message: 'this key is there already in the same mapping; give each key once',
    };
  }
  return { line, column: col, message: `not YAML: ${error.message}` };
}
