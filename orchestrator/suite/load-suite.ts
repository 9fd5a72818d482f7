// A suite file → Suite, or one error that lists all its problems. Its scenarios are looked into by whoever runs them.
import { dirname } from 'node:path';
import { ExitCode, TopolabError } from '../errors.ts';
import { invalid } from '../scenario/load-scenario.ts';
import { FILE_BOUNDS } from '../scenario/text/file-bounds.ts';
import { type Problem, type ProblemPath, shownPath } from '../scenario/text/problem.ts';
import { readBounded } from '../scenario/text/read-bounded.ts';
import { readYaml } from '../scenario/text/read-yaml.ts';
import { salvage } from '../scenario/text/salvage.ts';
import { type ResolveSuiteOptions, resolveSuite } from './resolve-suite.ts';
import type { Suite } from './suite.ts';
import { suiteSchema } from './suite-schema.ts';

export type LoadSuiteOptions = Omit<ResolveSuiteOptions, 'folder'>;

export interface LoadedSuite {
  readonly suite: Suite;
  /** `file:line:column` of a part. */
  readonly placeOf: (path: ProblemPath) => string;
}

/** Only a suite has columns: that tells it from a scenario. False for whatever can't be read. */
export function holdsSuite(path: string): boolean {
  const read = readBounded(path, FILE_BOUNDS.bytes);
  return read.ok && /^columns[ \t]*:/m.test(read.text);
}

/** Groups of nodes, and nothing that only a suite has. */
function holdsScenario(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'groups' in data && !('columns' in data);
}

/** @throws TopolabError `suite-not-found`, `suite-is-scenario` or `scenario-invalid` (exit code 2), the latter with a line for each problem, as `loadScenario`. */
export function loadSuite(path: string, options: LoadSuiteOptions): LoadedSuite {
  const read = readBounded(path, FILE_BOUNDS.bytes);
  if (!read.ok) {
    throw new TopolabError(`read suite ${path}: ${read.problem}`, {
      code: 'suite-not-found',
      hint: 'Name a suite file, such as suites/topologies.yaml.',
      exitCode: ExitCode.usage,
    });
  }
  const file = readYaml(read.text);
  if (holdsScenario(file.readable ? file.data : null)) {
    throw new TopolabError(`read suite ${path}: this is a scenario`, {
      code: 'suite-is-scenario',
      hint: `Write topolab run ${path}, or name a suite file, such as suites/topologies.yaml.`,
      exitCode: ExitCode.usage,
    });
  }
  const { value, problems } = file.readable ? readSuite(file.data) : { value: undefined, problems: [] };
  const resolved =
    value === undefined || problems.length > 0
      ? { suite: undefined, problems }
      : resolveSuite(value, { ...options, folder: dirname(path) });
  const placed = resolved.problems.map((problem) => ({
    ...file.positionOf(problem),
    message: `${problem.path.length === 0 ? 'suite' : shownPath(problem.path)}: ${problem.message}`,
  }));
  const all = [...file.problems, ...placed].toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (all.length > 0 || resolved.suite === undefined) {
    const lines = all.map(({ line, column, message }) => `${path}:${line}:${column} ${message}`);
    throw invalid(path, lines.length === 0 ? [`${path} is no suite`] : lines, 'suite');
  }
  const placeOf = (at: ProblemPath): string => {
    const { line, column } = file.positionOf({ path: at, message: '', at: 'value' });
    return `${path}:${line}:${column}`;
  };
  return { suite: resolved.suite, placeOf };
}

/** Parts that begin with `x-` are for anchors, as in scenarios. */
function readSuite(
  data: unknown,
): ReturnType<typeof salvage<typeof suiteSchema>> | { value: undefined; problems: readonly Problem[] } {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return {
      value: undefined,
      problems: [{ path: [], message: 'is no mapping; write a suite', at: 'value' }],
    };
  const fields = Object.entries(data).filter(([key]) => !key.startsWith('x-'));
  return salvage(suiteSchema, Object.fromEntries(fields));
}
