// A scenario as data, with the files that it names beside it.
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { GivenValues } from './apply-parameters.ts';
import type { FaultPath } from './fault.ts';
import { MOST_TRACE_BYTES } from './file-bounds.ts';
import { type BoundedText, fileProblem, readBounded } from './read-bounded.ts';
import { type Resolved, resolveScenario } from './resolve-scenario.ts';

/** `path` of the scenario file: what it names is relative to its folder. */
export function resolveBeside(
  path: string,
  input: unknown,
  set: GivenValues,
  sourceAt?: (path: FaultPath) => string | undefined,
): Resolved {
  const baseDir = dirname(resolve(path));
  return resolveScenario(input, {
    baseDir,
    fileProblem,
    readText: (file) => readBelow(baseDir, file),
    set,
    ...(sourceAt === undefined ? {} : { sourceAt }),
  });
}

/** A scenario may be somebody else's: what it reads, and may show in a message, lies below its folder, links resolved. */
function readBelow(baseDir: string, file: string): BoundedText {
  const problem = fileProblem(file) ?? outsideProblem(baseDir, file);
  if (problem !== undefined) return { ok: false, problem, unreadable: true };
  return readBounded(file, MOST_TRACE_BYTES);
}

function outsideProblem(baseDir: string, file: string): string | undefined {
  const below = relative(realpathSync(baseDir), realpathSync(file));
  if (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below)) return undefined;
  return "it lies outside of the scenario's folder";
}
