// Files beside a script that it may read with k6's open().
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import type { FileToPlace } from '../engine/engine.ts';
import { ExitCode, TopolabError } from '../errors.ts';

const CODE = new Set(['.ts', '.js', '.mjs', '.cjs', '.json']);
const MAX_DATA_BYTES = 32 * 1024 * 1024;

/** Everything that is not code, under the same path below `target`. */
export async function dataFiles(folder: string, target: string): Promise<FileToPlace[]> {
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
    files.push({ path: `${target}/${name}`, content });
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
