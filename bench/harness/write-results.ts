// Results on disk: bench/results/<time>.json and latest.json for programs, docs/benchmarks.md for people.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from '../benchmark.ts';
import { renderMarkdown } from './render-results.ts';

export interface Measured {
  /** ISO 8601. */
  readonly at: string;
  readonly host: Readonly<Record<string, string>>;
  readonly results: readonly BenchResult[];
}

const resultsFolder = fileURLToPath(new URL('../results/', import.meta.url));
const page = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Returns the file written. */
export async function writeResults(measured: Measured, folder = resultsFolder): Promise<string> {
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(measured, null, 2)}\n`;
  const file = join(folder, `${measured.at.replaceAll(/[-:]/g, '').slice(0, 15)}.json`);
  await writeFile(file, text);
  await writeFile(join(folder, 'latest.json'), text);
  return file;
}

/** Puts each benchmark's table in the place of its last one in the page; what people wrote around them stays. */
export async function updatePage(measured: Measured, path = page): Promise<void> {
  await writeFile(path, withResults(await readFile(path, 'utf8'), measured));
}

export function withResults(page: string, { at, host, results }: Measured): string {
  let text = page;
  for (const result of results) {
    const { benchmark, loadBefore } = result;
    const where = Object.entries(host)
      .filter(([name]) => name !== 'Load average before')
      .map(([name, value]) => `${name} ${value}`);
    const measured = `Measured ${at.slice(0, 10)}, load average before ${loadBefore.toFixed(2)}. ${where.join('; ')}.`;
    const begin = `<!-- begin ${benchmark} -->`;
    const end = `<!-- end ${benchmark} -->`;
    const section = `${begin}\n${measured}\n\n${renderMarkdown(result)}\n${end}`;
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    text =
      from < 0 || to < 0
        ? `${text.trimEnd()}\n\n## ${benchmark}\n\n${section}\n`
        : text.slice(0, from) + section + text.slice(to + end.length);
  }
  return text;
}
