// Makes the files a k6 container needs out of the user's script: one bundled module whose options Topolab decides, and the
// data files beside the script. Bundling finds missing imports and syntax errors before anything is launched.
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import type { FileToPlace } from '../engine/engine.ts';
import { ExitCode, TopolabError } from '../errors.ts';

/** Folder of the script inside a generator. */
const FOLDER = '/topolab/load';
/** Where a generator leaves k6's end-of-test summary. */
export const SUMMARY_PATH = '/tmp/topolab-summary.json';
const CODE = new Set(['.ts', '.js', '.mjs', '.cjs', '.json']);
const MAX_DATA_BYTES = 32 * 1024 * 1024;

export interface BundledScript {
  /** Path of the module that k6 runs. */
  readonly entry: string;
  readonly files: readonly FileToPlace[];
}

/**
 * Bundles a k6 script (TypeScript or JavaScript, imports from node_modules included). `options` are k6 options that take
 * precedence over the script's own. Fails with `script-invalid` (exit 2).
 */
export async function bundleScript(
  scriptPath: string,
  options: Readonly<Record<string, unknown>>,
): Promise<BundledScript> {
  const entry = `${FOLDER}/topolab-entry.js`;
  const code = await bundle(scriptPath, options);
  return { entry, files: [{ path: entry, content: code }, ...(await dataFiles(dirname(scriptPath)))] };
}

async function bundle(scriptPath: string, options: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    const result = await build({
      stdin: {
        contents: entryModule(scriptPath, options),
        resolveDir: dirname(scriptPath),
        sourcefile: 'topolab-entry.ts',
        loader: 'ts',
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      external: ['k6', 'k6/*', 'https://*'],
      logLevel: 'silent',
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (cause) {
    const faults = ((cause as BuildFailure).errors ?? []).map(({ text, location }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`,
    );
    throw new TopolabError(`bundle the k6 script ${scriptPath}:\n  ${faults.join('\n  ') || String(cause)}`, {
      code: 'script-invalid',
      hint: 'Mend the script; `k6 inspect` shows the same faults.',
      exitCode: ExitCode.usage,
      cause,
    });
  }
}

// `export *` gives way to the explicit exports below, so Topolab's options win and every other export stays.
function entryModule(scriptPath: string, options: Readonly<Record<string, unknown>>): string {
  const module = JSON.stringify(`./${basename(scriptPath)}`);
  return `
import * as script from ${module};
export * from ${module};
const user = script as Record<string, any>;
export default user.default;
export const options = { ...user.options, ...${JSON.stringify(options)} };
export function handleSummary(data: unknown) {
  const own = user.handleSummary?.(data) ?? {};
  return { ...own, ${JSON.stringify(SUMMARY_PATH)}: JSON.stringify(data) };
}
`;
}

/** Files beside the script that it may read with k6's open(): everything that is not code. */
async function dataFiles(folder: string): Promise<FileToPlace[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files: FileToPlace[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (!entry.isFile() || isLeftOut(name)) continue;
    const content = await readFile(path);
    bytes += content.length;
    if (bytes > MAX_DATA_BYTES) {
      throw new TopolabError(`collect the data files beside the k6 script in ${folder}: more than 32 MiB`, {
        code: 'script-invalid',
        hint: 'Keep scripts in a folder that holds only what they open().',
        exitCode: ExitCode.usage,
      });
    }
    files.push({ path: `${FOLDER}/${name}`, content });
  }
  return files;
}

function isLeftOut(name: string): boolean {
  const hidden = name.split('/').some((part) => part.startsWith('.') || part === 'node_modules');
  // JSON counts as code when it is imported, as data when it is opened: it is placed, unless it configures tools.
  return (
    hidden || basename(name) === 'tsconfig.json' || (CODE.has(extname(name)) && extname(name) !== '.json')
  );
}
