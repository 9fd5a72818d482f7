// A scenario as data, with the files that it names beside it.
import { dirname, resolve } from 'node:path';
import type { GivenValues } from './apply-parameters.ts';
import type { FaultPath } from './fault.ts';
import { MOST_TRACE_BYTES } from './file-bounds.ts';
import { fileProblem, readBounded } from './read-bounded.ts';
import { type Resolved, resolveScenario } from './resolve-scenario.ts';

/** `path` of the scenario file: what it names is relative to its folder. */
export function resolveBeside(
  path: string,
  input: unknown,
  set: GivenValues,
  sourceAt?: (path: FaultPath) => string | undefined,
): Resolved {
  return resolveScenario(input, {
    baseDir: dirname(resolve(path)),
    fileProblem,
    readText: (file) => readBounded(file, MOST_TRACE_BYTES),
    set,
    ...(sourceAt === undefined ? {} : { sourceAt }),
  });
}
