// Finds benchmarks by what they export, so that a new module needs no list to be added to. One that cannot be loaded is a failed
// benchmark, not the end of the others.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ExitCode, messageOf, TopolabError } from '../../orchestrator/errors.ts';
import type { Benchmark } from '../benchmark.ts';

export interface FoundBenchmark {
  readonly name: string;
  /** Undefined where it could not be loaded. */
  readonly benchmark: Benchmark | undefined;
  readonly error?: string;
}

const benchFolder = fileURLToPath(new URL('..', import.meta.url));
const notBenchmarks = new Set(['main', 'benchmark']);

/**
 * @param names those to run; none = all.
 * @throws TopolabError `no-such-benchmark`, which lists those there are.
 */
export async function findBenchmarks(
  names: readonly string[],
  folder = benchFolder,
): Promise<readonly FoundBenchmark[]> {
  const modules = (await readdir(folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => !notBenchmarks.has(name))
    .sort();
  const wanted = names.length === 0 ? modules : names;
  const found: FoundBenchmark[] = [];
  for (const name of wanted) {
    const loaded = modules.includes(name) ? await load(name, folder) : undefined;
    if (loaded !== undefined) found.push(loaded);
    else if (names.length > 0) throw noSuchBenchmark(name, modules);
  }
  return found;
}

/** Undefined where the module is no benchmark but a helper of one. */
async function load(name: string, folder: string): Promise<FoundBenchmark | undefined> {
  try {
    const loaded = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Partial<Benchmark>;
    return typeof loaded.run === 'function' ? { name, benchmark: loaded as Benchmark } : undefined;
  } catch (error) {
    return { name, benchmark: undefined, error: messageOf(error) };
  }
}

function noSuchBenchmark(name: string, modules: readonly string[]): TopolabError {
  return new TopolabError(`there is no benchmark ${name}`, {
    code: 'no-such-benchmark',
    hint: `In bench/ there are: ${modules.join(', ')}.`,
    exitCode: ExitCode.usage,
  });
}
