// A scenario file, YAML or a module, → Scenario, or one error that lists all its problems.
import { dirname, extname, join, resolve } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { printableLine } from '../printable.ts';
import type { GivenValues } from './parameters/apply-parameters.ts';
import { toldWhereWritten } from './text/elsewhere.ts';
import { type Problem, shownPath } from './text/problem.ts';
import { FILE_BOUNDS } from './text/file-bounds.ts';
import { loadModule, type ModuleBounds } from './load-module.ts';
import { type BoundedText, fileProblem, readBounded } from './text/read-bounded.ts';
import { readYaml } from './text/read-yaml.ts';
import { resolveBeside } from './resolve-beside.ts';
import type { Scenario } from './scenario.ts';

const MODULE_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface LoadOptions extends ModuleBounds {
  /** Values of parameters in place of their defaults, as text: `{ nodes: '8' }`. */
  readonly set?: GivenValues;
}

/**
 * Reads and checks a scenario file: `.yaml`, `.yml`, or a module (`.ts`, `.js`, `.mjs`) whose default export is a scenario.
 * Modules are code and run with the rights of this process, in a thread that ends with the answer.
 *
 * @throws TopolabError `scenario-not-found` or `scenario-invalid`, both with exit code 2. The message of the latter has a
 * line for every problem: `file:line:column path: what is wrong; what to write instead` (modules: without line and column;
 * problems of `set` begin with `--set name=value`).
 */
export async function loadScenario(path: string, options: LoadOptions = {}): Promise<Scenario> {
  return (await readScenario(path, options)).scenario;
}

export interface ReadScenario {
  readonly scenario: Scenario;
  /** A problem with its place: `file:line:column path: what is wrong`; of a module without line and column. */
  readonly tell: (problem: Problem) => string;
}

/** The same, for those who have more to say about the file. */
export async function readScenario(
  path: string,
  { set = {}, ...bounds }: LoadOptions = {},
): Promise<ReadScenario> {
  const extension = extname(path);
  if (extension === '.yaml' || extension === '.yml') return readFromYaml(path, set);
  if (MODULE_EXTENSIONS.includes(extension)) return await readFromModule(path, set, bounds);
  const problem = fileProblem(path);
  if (problem !== undefined) throw unreadable(path, problem);
  throw new TopolabError(`read scenario ${path}: it is neither YAML nor a module`, {
    code: 'scenario-invalid',
    hint: `Name a file that ends in .yaml, .yml, ${MODULE_EXTENSIONS.join(', ')}.`,
    exitCode: ExitCode.usage,
  });
}

function readFromYaml(path: string, set: GivenValues): ReadScenario {
  const read = readBounded(path, FILE_BOUNDS.bytes);
  if (!read.ok) throw unread(path, read);
  const file = readYaml(read.text);
  const resolved = file.readable
    ? resolveBeside(path, file.data, set, file.sourceAt)
    : { ok: false as const, problems: [] as Problem[], givenProblems: [] };
  const tell = (problem: Problem): string => {
    const { line, column } = file.positionOf(problem);
    return toldAt(`${path}:${line}:${column}`, path, problem);
  };
  if (resolved.ok && file.problems.length === 0)
    return {
      scenario: resolved.scenario,
      tell: (problem) => tell(toldWhereWritten(problem, resolved.elsewhere)),
    };
  const { problems, givenProblems } = resolved.ok ? { problems: [], givenProblems: [] } : resolved;
  const sorted = [
    ...file.problems.map(({ line, column, message }) => ({
      at: { file: '', line, column },
      told: `${path}:${line}:${column} ${message}`,
    })),
    ...problems.map((problem) => ({
      at: problem.elsewhere ?? { file: '', ...file.positionOf(problem) },
      told: tell(problem),
    })),
  ].toSorted(
    ({ at: a }, { at: b }) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
  throw invalid(path, [...givenProblems, ...sorted.map(({ told }) => told)]);
}

/** `own`: its place in the scenario's file; that of another one goes before. */
function toldAt(own: string, file: string, { path, message, elsewhere }: Problem): string {
  if (elsewhere === undefined) return `${own} ${shownPath(path)}: ${message}`;
  const place = `${join(dirname(file), elsewhere.file)}:${elsewhere.line}:${elsewhere.column}`;
  return path.length === 0 ? `${place} ${message}` : `${place} ${shownPath(path)}: ${message}`;
}

async function readFromModule(path: string, set: GivenValues, bounds: ModuleBounds): Promise<ReadScenario> {
  const absolute = resolve(path);
  const problem = fileProblem(absolute);
  if (problem !== undefined) throw unreadable(path, problem);
  const answer = await loadModule({ path: absolute, set }, bounds);
  if (answer.kind === 'failed') throw invalid(path, [`${path} ${answer.message}`]);
  const { resolved } = answer;
  const tell = (of: Problem): string => toldAt(path, path, of);
  if (resolved.ok)
    return {
      scenario: resolved.scenario,
      tell: (of) => tell(toldWhereWritten(of, resolved.elsewhere)),
    };
  throw invalid(path, [...resolved.givenProblems, ...resolved.problems.map(tell)]);
}

function unread(
  path: string,
  { problem, at, unreadable: none }: Extract<BoundedText, { ok: false }>,
): TopolabError {
  if (none) return unreadable(path, problem);
  const place = at === undefined ? path : `${path}:${at.line}:${at.column}`;
  return invalid(path, [`${place} ${problem}`]);
}

function unreadable(path: string, problem: string): TopolabError {
  return new TopolabError(`read scenario ${path}: ${problem}`, {
    code: 'scenario-not-found',
    hint: 'Name a scenario file, such as scenarios/first-run.yaml.',
    exitCode: ExitCode.usage,
  });
}

/** More than fill a screen or two help nobody; the rest shows once these are mended. */
const MOST_FAULTS_SHOWN = 50;
const LONGEST_LINE = 400;

/** `scenario-invalid`: all that is wrong with a scenario file. */
export class ScenarioInvalid extends TopolabError {
  /** A line for each problem, with its place. */
  readonly lines: readonly string[];

  constructor(message: string, lines: readonly string[]) {
    super(message, { code: 'scenario-invalid', exitCode: ExitCode.usage });
    this.lines = lines;
  }
}

/** One error for all problems of a file. `what`: what the file is. */
export function invalid(path: string, lines: readonly string[], what = 'scenario'): ScenarioInvalid {
  const count = lines.length === 1 ? '1 problem' : `${lines.length} problems`;
  const shown = lines
    .slice(0, MOST_FAULTS_SHOWN)
    .map((line) => printableLine(line, LONGEST_LINE + path.length));
  const more = lines.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more`);
  return new ScenarioInvalid(`${what} ${path} has ${count}:\n${shown.join('\n')}`, lines);
}
