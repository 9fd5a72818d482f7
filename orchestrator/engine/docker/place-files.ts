// Puts files into a container that has been created and not yet started, as one tar archive.
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import type { FileToPlace, Owner } from '../engine.ts';
import { statusOf } from './docker-errors.ts';

const defaultMode = 0o644;
const folderMode = 0o755;
const root = { user: 0, group: 0 };

interface OwnedFolder {
  readonly path: string;
  readonly owner: Owner;
}

/** @param owned folders that are there; they, and those that are made in them, are given to their owners. */
export async function placeFiles(
  container: Docker.Container,
  files: readonly FileToPlace[],
  owned: readonly OwnedFolder[] = [],
): Promise<void> {
  const archive = pack();
  for (const folder of [...owned.map(({ path }) => path), ...(await missingFolders(container, files))]) {
    const { user: uid, group: gid } = ownerOf(folder, owned);
    archive.entry({ name: `${folder.slice(1)}/`, type: 'directory', mode: folderMode, uid, gid });
  }
  for (const { path, content, mode = defaultMode, owner = root } of files) {
    if (!posix.isAbsolute(path)) throw new Error(`"${path}": a file to place needs an absolute path`);
    const { user: uid, group: gid } = owner;
    archive.entry({ name: posix.normalize(path).slice(1), mode, uid, gid }, content);
  }
  archive.finalize();
  await container.putArchive(await buffer(archive), { path: '/' });
}

function ownerOf(folder: string, owned: readonly OwnedFolder[]): Owner {
  const around = owned.filter(({ path }) => folder === path || folder.startsWith(`${path}/`));
  return around.toSorted((a, b) => b.path.length - a.path.length)[0]?.owner ?? root;
}

/**
 * Folders to make, outermost first. Docker would make them for root only, and naming one that is there would change its
 * permissions (of /tmp, say), so it is asked which are there.
 */
async function missingFolders(container: Docker.Container, files: readonly FileToPlace[]): Promise<string[]> {
  const missing = new Set<string>();
  const present = new Set(['/']);
  for (const file of files) {
    let folder = posix.dirname(posix.normalize(file.path));
    while (!present.has(folder) && !missing.has(folder) && !(await exists(container, folder))) {
      missing.add(folder);
      folder = posix.dirname(folder);
    }
    present.add(folder);
  }
  return [...missing].sort((a, b) => a.length - b.length);
}

async function exists(container: Docker.Container, path: string): Promise<boolean> {
  try {
    await container.infoArchive({ path });
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}
