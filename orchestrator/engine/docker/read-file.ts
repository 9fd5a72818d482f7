// Takes one file out of a container, running or stopped. A tmpfs is not seen this way: use exec for files there.
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { Daemon } from './daemon.ts';
import { fileTooLarge } from '../file-too-large.ts';
import { unlessGone } from './docker-errors.ts';

/** Symbolic links followed before giving up, as Linux does it. */
const mostLinks = 40;

/** See `Engine.readFile`. */
export async function readFile(
  daemon: Daemon,
  id: string,
  path: string,
  mostBytes: number,
): Promise<Buffer | undefined> {
  let wanted = path;
  for (let links = 0; links <= mostLinks; links += 1) {
    const found = await readEntry(daemon, id, wanted, mostBytes);
    if (found === undefined || Buffer.isBuffer(found)) return found;
    wanted = posix.resolve(posix.dirname(wanted), found.link);
  }
  return undefined;
}

/** The file's content, or where the symbolic link leads; undefined where there is neither. */
async function readEntry(
  daemon: Daemon,
  id: string,
  path: string,
  mostBytes: number,
): Promise<Buffer | { readonly link: string } | undefined> {
  const archive = await unlessGone(daemon.docker.getContainer(id).getArchive({ path }));
  if (archive === undefined) return undefined;
  if (!(archive instanceof Readable)) throw new TypeError('the Docker client gave no readable stream');
  const entries = extract();
  archive.once('error', (error: Error) => entries.destroy(error));
  archive.pipe(entries);
  try {
    for await (const entry of entries) {
      const { type, linkname } = entry.header;
      if (type === 'symlink' && linkname) return { link: linkname };
      if (type !== 'file') return undefined;
      if ((entry.header.size ?? 0) > mostBytes) throw fileTooLarge(path, mostBytes);
      return await buffer(entry);
    }
    return undefined;
  } finally {
    archive.destroy();
  }
}
