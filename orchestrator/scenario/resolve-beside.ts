// A scenario as data, with the files that it names beside it.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, extname, join, parse, relative, resolve, sep } from 'node:path';
import type { Lying, ProjectSurroundings } from '../compose/service/taking.ts';
import type { GivenValues } from './parameters/apply-parameters.ts';
import type { ProblemPath } from './text/problem.ts';
import { MOST_TRACE_BYTES } from './text/file-bounds.ts';
import { listFiles } from './text/list-files.ts';
import { isBelow } from './text/is-below.ts';
import { type BoundedText, fileProblem, readBounded } from './text/read-bounded.ts';
import { type Resolved, resolveScenario } from './resolve-scenario.ts';

/** `path` of the scenario file: what it names is relative to its folder. */
export function resolveBeside(
  path: string,
  input: unknown,
  set: GivenValues,
  sourceAt?: (path: ProblemPath) => string | undefined,
): Resolved {
  const baseDir = dirname(resolve(path));
  return resolveScenario(input, {
    ...projectSurroundings(baseDir),
    fileProblem: (file) => fileProblem(file) ?? scriptProblem(baseDir, file),
    listFiles: (file, without) => listFiles(file, baseDir, without),
    set,
    ...(sourceAt === undefined ? {} : { sourceAt }),
  });
}

/** What compose files may ask of the machine: what lies below the scenario's folder, and the environment. */
export function projectSurroundings(baseDir: string): ProjectSurroundings {
  return {
    baseDir,
    readText: (file) => readBelow(baseDir, file),
    variable: (name) => process.env[name],
    lyingAt: (file) => lyingBelow(baseDir, file),
  };
}

/** A scenario may be somebody else's: what it reads, and may show in a message, lies below its folder, links resolved. */
function readBelow(baseDir: string, file: string): BoundedText {
  const problem = fileProblem(file) ?? outsideProblem(baseDir, file);
  if (problem !== undefined) return { ok: false, problem, unreadable: true };
  return readBounded(file, MOST_TRACE_BYTES);
}

/** Files and folders that are copied into nodes. */
function lyingBelow(baseDir: string, path: string): Lying | undefined {
  const found = path.includes('\0') ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !(found.isFile() || found.isDirectory())) return undefined;
  if (outsideProblem(baseDir, path) !== undefined) return undefined;
  return { kind: found.isFile() ? 'file' : 'folder', owner: { user: found.uid, group: found.gid } };
}

const SCRIPT_EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/**
 * A script goes into a container that may reach the internet, so a stranger's scenario may name none of another's files: it lies below the
 * scenario's folder or, as in `../load/users.ts`, elsewhere in the same project, links resolved, and is named as a script.
 */
function scriptProblem(baseDir: string, file: string): string | undefined {
  if (!SCRIPT_EXTENSIONS.includes(extname(realpathSync(file))))
    return `it is no script: its name ends in none of ${SCRIPT_EXTENSIONS.join(', ')}`;
  const outside = outsideProblem(baseDir, file);
  if (outside === undefined) return undefined;
  const project = projectOf(realpathSync(baseDir));
  if (project === undefined || outsideProblem(project, file) !== undefined) return outside;
  const isHidden = relative(project, realpathSync(file))
    .split(sep)
    .some((part) => part.startsWith('.'));
  return isHidden ? 'it lies in a hidden folder' : undefined;
}

/** The nearest folder with a package or a repository; never the home folder or the root, where everything of a person lies. */
function projectOf(folder: string): string | undefined {
  const { root } = parse(folder);
  for (let at = folder; at !== root && at !== homedir(); at = dirname(at))
    if (['package.json', '.git'].some((name) => existsSync(join(at, name)))) return at;
  return undefined;
}

function outsideProblem(folder: string, file: string): string | undefined {
  return isBelow(realpathSync(file), realpathSync(folder))
    ? undefined
    : "it lies outside of the scenario's folder";
}
