// What a scenario has copied into nodes, read once for all nodes of a run: what changes on disk meanwhile makes no two nodes unlike.
import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { FileToPlace } from '../../engine/engine.ts';
import { ExitCode, messageOf, TopolabError } from '../../errors.ts';
import { mountedIn, within } from '../../scenario/groups/alone-folders.ts';
import { diskOf } from '../../scenario/groups/disk-of.ts';
import type { Copy, Group } from '../../scenario/groups/group.ts';
import { listFiles } from '../../scenario/text/list-files.ts';

/** By group. */
export type CopiedFiles = ReadonlyMap<string, readonly FileToPlace[]>;

/** @throws TopolabError `copy-unreadable` (exit code 2) where a file has gone since the scenario was checked. */
export async function readCopies(groups: readonly Group[]): Promise<CopiedFiles> {
  const copied = new Map<string, readonly FileToPlace[]>();
  for (const group of groups) {
    const mounted = mountedIn(group.container, diskOf(group));
    const files: FileToPlace[] = [];
    // What is written over a part of a folder comes after the folder.
    for (const copy of group.container.copies.toSorted((a, b) => a.path.length - b.path.length))
      files.push(...(await filesOf(group.name, copy, mounted)));
    copied.set(group.name, files);
  }
  return copied;
}

async function filesOf(group: string, copy: Copy, mounted: readonly string[]): Promise<FileToPlace[]> {
  const { path, mode, owner } = copy;
  if (copy.kind === 'text') return [{ path, content: copy.text, owner, ...(mode !== null && { mode }) }];
  const listed = listFiles(copy.from, copy.within, copy.alone === undefined ? [] : within(path, mounted));
  if (!listed.ok) throw unreadable(group, path, listed.problem);
  return await Promise.all(
    listed.files.map(async ({ path: below, real, isProgram }) => ({
      path: posix.join(path, below),
      content: await readFile(real).catch((error: unknown) => {
        throw unreadable(group, path, messageOf(error));
      }),
      mode: mode ?? (isProgram ? 0o755 : 0o644),
      owner,
    })),
  );
}

function unreadable(group: string, path: string, problem: string): TopolabError {
  return new TopolabError(`copy ${path} into the nodes of ${group}: ${problem}`, {
    code: 'copy-unreadable',
    exitCode: ExitCode.usage,
  });
}
