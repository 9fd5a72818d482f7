// A scenario file, YAML or a module, → Scenario, or one error that lists all its faults.
import { readFile } from 'node:fs/promises';
import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ExitCode, messageOf, TopolabError } from '../errors.ts';
import type { GivenValues } from './apply-parameters.ts';
import { formatPath } from './fault.ts';
import { type PlacedFault, readYaml } from './read-yaml.ts';
import { type Resolved, resolveScenario } from './resolve-scenario.ts';
import type { Scenario } from './scenario.ts';

const MODULE_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface LoadOptions {
  /** Values of parameters in place of their defaults, as text: `{ nodes: '8' }`. */
  readonly set?: GivenValues;
}

/**
 * Reads and checks a scenario file: `.yaml`, `.yml`, or a module (`.ts`, `.js`, `.mjs`) whose default export is a scenario.
 * Modules are code and run with the rights of this process.
 *
 * @throws TopolabError `scenario-not-found` or `scenario-invalid`, both with exit code 2. The message of the latter has a
 * line for every fault: `file:line:column path: what is wrong; what to write instead` (modules: without line and column;
 * faults of `set` begin with `--set name=value`).
 */
export async function loadScenario(path: string, { set = {} }: LoadOptions = {}): Promise<Scenario> {
  const extension = extname(path);
  if (extension === '.yaml' || extension === '.yml') return loadYaml(path, set);
  if (MODULE_EXTENSIONS.includes(extension)) return loadModule(path, set);
  throw new TopolabError(`read scenario ${path}: it is neither YAML nor a module`, {
    code: 'scenario-invalid',
    hint: `Name a file that ends in .yaml, .yml, ${MODULE_EXTENSIONS.join(', ')}.`,
    exitCode: ExitCode.usage,
  });
}

async function loadYaml(path: string, set: GivenValues): Promise<Scenario> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) =>
    Promise.reject(unreadable(path, cause)),
  );
  const file = readYaml(text);
  const resolved = file.readable
    ? resolveFor(path, file.data, set)
    : { ok: false as const, faults: [], givenFaults: [] };
  if (resolved.ok && file.faults.length === 0) return resolved.scenario;
  const { faults, givenFaults } = resolved.ok ? { faults: [], givenFaults: [] } : resolved;
  const placed: PlacedFault[] = faults.map((fault) => ({
    ...file.positionOf(fault),
    message: `${formatPath(fault.path)}: ${fault.message}`,
  }));
  const sorted = [...file.faults, ...placed].toSorted((a, b) => a.line - b.line || a.column - b.column);
  throw invalid(path, [
    ...givenFaults,
    ...sorted.map(({ line, column, message }) => `${path}:${line}:${column} ${message}`),
  ]);
}

async function loadModule(path: string, set: GivenValues): Promise<Scenario> {
  const absolute = resolve(path);
  if (!isFile(absolute)) throw unreadable(path);
  const module: unknown = await import(pathToFileURL(absolute).href).catch((cause: unknown) => {
    throw invalid(path, [`${path} could not be loaded: ${messageOf(cause)}`], cause);
  });
  const input = Reflect.get(Object(module), 'default') as unknown;
  if (input === undefined) {
    throw invalid(path, [`${path} has no default export; write export default defineScenario({ … })`]);
  }
  const resolved = resolveFor(path, input, set);
  if (resolved.ok) return resolved.scenario;
  throw invalid(path, [
    ...resolved.givenFaults,
    ...resolved.faults.map((fault) => `${path} ${formatPath(fault.path)}: ${fault.message}`),
  ]);
}

function resolveFor(path: string, input: unknown, set: GivenValues): Resolved {
  return resolveScenario(input, { baseDir: dirname(resolve(path)), fileExists: isFile, readText, set });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readText(path: string): string | undefined {
  return isFile(path) ? readFileSync(path, 'utf8') : undefined;
}

function unreadable(path: string, cause?: unknown): TopolabError {
  const reason =
    cause === undefined || Reflect.get(Object(cause), 'code') === 'ENOENT'
      ? 'there is no such file'
      : messageOf(cause);
  return new TopolabError(`read scenario ${path}: ${reason}`, {
    code: 'scenario-not-found',
    hint: 'Name a scenario file, such as scenarios/first-run.yaml.',
    exitCode: ExitCode.usage,
    cause,
  });
}

function invalid(path: string, lines: readonly string[], cause?: unknown): TopolabError {
  const count = lines.length === 1 ? '1 fault' : `${lines.length} faults`;
  return new TopolabError(`scenario ${path} has ${count}:\n${lines.join('\n')}`, {
    code: 'scenario-invalid',
    exitCode: ExitCode.usage,
    cause,
  });
}
