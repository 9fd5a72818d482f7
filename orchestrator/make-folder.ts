// Folders that people name with flags. Node's own way of making parents as well tries for ever where the kernel lets nobody make a
// folder (in /proc): here each is tried once.
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ExitCode, messageOf, TopolabError } from './errors.ts';
import { printableLine } from './printable.ts';

/** Makes the folder and its parents where they are missing. Fails with `folder-not-made` (exit code 2). */
export async function makeFolder(path: string): Promise<void> {
  const absolute = resolve(path);
  try {
    await makeWithParents(absolute);
  } catch (cause) {
    throw new TopolabError(`make the folder ${printableLine(absolute, 300)}: ${reasonOf(cause)}`, {
      code: 'folder-not-made',
      hint: 'Name a folder that can be made or written to.',
      exitCode: ExitCode.usage,
      cause,
    });
  }
}

async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeWithParents(dirname(path));
    await mkdir(path).catch(async (again: NodeJS.ErrnoException) => {
      // Another process made it in between.
      if (again.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw again;
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'a file of that name is there',
  EISDIR: 'a folder of that name is there',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'nothing can be made there',
  EACCES: 'this user may not write there',
  EROFS: 'the file system can only be read',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'symbolic links lead in a circle',
};

/** What the file system refuses to write or make, in words. */
export function reasonOf(error: unknown): string {
  return REASONS[String(Reflect.get(Object(error), 'code'))] ?? messageOf(error);
}
