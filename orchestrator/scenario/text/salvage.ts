// Parsing that goes on after a problem: wrong parts are replaced by sound ones or taken out and the rest is parsed again, so that one
// pass over a file finds all of its problems, also those that a parser sees only in otherwise sound input.
import type { z } from 'zod';
import { explainIssue, problemsOf } from './explain-issue.ts';
import { type Problem, type ProblemPath, formatPath } from './problem.ts';
import { standInAt } from './stand-in.ts';

/** More rounds than the schema is deep are never needed. */
const MOST_ROUNDS = 8;

export interface Salvaged<Value> {
  /** What could be read once the wrong parts were replaced or left out; undefined where nothing was left. */
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
  /** Where something else stands in `value` than was written: nothing is to be said of that. */
  readonly replaced: readonly ProblemPath[];
}

/** A change of one part of the input: taken out where there is no stand-in. */
interface Edit {
  readonly path: ProblemPath;
  readonly standIn: unknown;
}

/** Parses `input`; paths of problems start with `prefix`. Never throws. */
export function salvage<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  prefix: ProblemPath = [],
): Salvaged<z.output<Schema>> {
  const problems: Problem[] = [];
  const removed: ProblemPath[] = [];
  const replaced = new Map<string, ProblemPath>();
  const renamed: ProblemPath[] = [];
  const salvaged = (value: z.output<Schema> | undefined): Salvaged<z.output<Schema>> => ({
    value,
    problems: withoutMisspelt(problems),
    replaced: [...replaced.values()].map((path) => [...prefix, ...path]),
  });
  let rest = input;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = schema.safeParse(rest, { error: explainIssue });
    if (result.success) return salvaged(result.data);
    const found = result.error.issues.flatMap((issue) => problemsOf(issue));
    const echoes = echoesIn(found, rest);
    const edits: Edit[] = [];
    for (const problem of found) {
      const key = formatPath(problem.path);
      // What stands in for something may be wrong in turn, and a gap may be reported: no problems of the author's.
      const again = replaced.has(key) || renamed.some((path) => startsWith(problem.path, path));
      const gap = removed.some((path) => startsWith(path, problem.path));
      if (!again && !gap && !echoes.has(problem))
        problems.push({ ...problem, path: [...prefix, ...problem.path] });
      const standIn =
        again || gap || problem.at === 'key' ? undefined : standInAt(schema, problem.path, rest);
      const meant = meantPath(problem);
      if (standIn !== undefined) {
        replaced.set(key, problem.path);
        edits.push({ path: problem.path, standIn });
      } else if (
        meant !== undefined &&
        valueAt(rest, meant) === undefined &&
        !replaced.has(formatPath(meant))
      ) {
        // Read as what was probably meant, so that nothing is said of its absence; nothing is said of its value either.
        renamed.push(meant);
        replaced.set(formatPath(meant), meant);
        edits.push(
          { path: problem.path, standIn: undefined },
          { path: meant, standIn: valueAt(rest, problem.path) },
        );
      } else if (!echoes.has(problem)) {
        const path = gap && !again ? problem.path.slice(0, -1) : problem.path;
        edits.push({ path, standIn: undefined });
        removed.push(path);
      }
    }
    if (edits.some(({ path, standIn }) => path.length === 0 && standIn === undefined))
      return salvaged(undefined);
    rest = edited(rest, edits);
  }
  return salvaged(undefined);
}

/** That a key is missing which stands there misspelt is said already, also where the one is found only after the other. */
function withoutMisspelt(problems: readonly Problem[]): Problem[] {
  const meant = meantIn(problems);
  return problems.filter(
    ({ path, message }) => !(message.startsWith('is missing') && meant.has(formatPath(path))),
  );
}

function meantIn(problems: readonly Problem[]): ReadonlySet<string> {
  const paths = problems.map(meantPath).filter((path) => path !== undefined);
  return new Set(paths.map(formatPath));
}

/** The path of the key that a misspelt one stands for. */
function meantPath({ path, message }: Problem): ProblemPath | undefined {
  const key = /^is not known here; did you mean "(.*)"\?$/.exec(message)?.[1];
  return key === undefined ? undefined : [...path.slice(0, -1), key];
}

/** A misspelt key is one problem: that its mapping then lacks the right key, or one of several, needs no second message. */
function echoesIn(problems: readonly Problem[], input: unknown): ReadonlySet<Problem> {
  const misspelt = problems.filter((problem) => problem.at === 'key');
  if (misspelt.length === 0) return new Set();
  const mappings = new Set(misspelt.map(({ path }) => formatPath(path.slice(0, -1))));
  const meant = meantIn(misspelt);
  return new Set(
    problems.filter(
      ({ path, at }) =>
        at === 'value' &&
        (mappings.has(formatPath(path)) ||
          (meant.has(formatPath(path)) && valueAt(input, path) === undefined)),
    ),
  );
}

function valueAt(input: unknown, path: ProblemPath): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    input,
  );
}

function startsWith(path: ProblemPath, start: ProblemPath): boolean {
  return start.every((part, index) => path[index] === part);
}

/** A copy with all edits made at once, so that indexes of lists mean what they meant. */
function edited(value: unknown, edits: readonly Edit[]): unknown {
  const own = edits.find(({ path }) => path.length === 0);
  if (own !== undefined) return own.standIn;
  if (typeof value !== 'object' || value === null) return value;
  const byPart = new Map<string, Edit[]>();
  for (const { path, standIn } of edits) {
    const [part, ...deeper] = path;
    const key = String(part);
    byPart.set(key, [...(byPart.get(key) ?? []), { path: deeper, standIn }]);
  }
  const change = (key: string, item: unknown): unknown => {
    const inner = byPart.get(key);
    return inner === undefined ? item : edited(item, inner);
  };
  if (Array.isArray(value))
    return value
      .map((item: unknown, index) => change(String(index), item))
      .filter((item) => item !== undefined);
  const keys = new Set([...Object.keys(value), ...byPart.keys()]);
  const entries = [...keys].map((key) => [key, change(key, Reflect.get(value, key))] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}
