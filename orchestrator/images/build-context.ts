// Docker builds from a tar stream: this makes one of files on disk and of texts that exist only here.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';

export type ContextFile =
  | { readonly name: string; readonly content: string; readonly mode?: number }
  /** Streamed, so that a Node binary of 120 MB is never in memory. */
  | { readonly name: string; readonly path: string; readonly mode?: number }
  /** A symbolic link to that path. */
  | { readonly name: string; readonly link: string };

/** The files directly in a folder. Shell scripts are executable, whatever this file system knows of modes. */
export async function contextFilesIn(folder: string): Promise<readonly ContextFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, path: join(folder, name), mode: name.endsWith('.sh') ? 0o755 : 0o644 }));
}

/** A tar stream of the files, mode 0o644 unless given. A file that can't be read destroys the stream with the error. */
export function buildContext(files: readonly ContextFile[]): Readable {
  const tar = pack();
  fill(tar, files).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  // tar-stream's own stream class is not Node's.
  return Readable.from(tar);
}

async function fill(tar: Pack, files: readonly ContextFile[]): Promise<void> {
  for (const file of files) {
    if ('link' in file) {
      tar.entry({ name: file.name, type: 'symlink', linkname: file.link });
      continue;
    }
    const header = { name: file.name, mode: file.mode ?? 0o644 };
    if ('content' in file) tar.entry(header, file.content);
    else {
      const { size } = await stat(file.path);
      await pipeline(createReadStream(file.path), tar.entry({ ...header, size }));
    }
  }
  tar.finalize();
}
