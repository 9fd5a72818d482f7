// Files that somebody may read at any moment: whole, or as they were before.
import { rename, writeFile } from 'node:fs/promises';

/** Writes beside the file and puts it in its place. Fails as Node does. */
export async function writeWhole(path: string, content: string): Promise<void> {
  await writeFile(`${path}.partial`, content);
  await rename(`${path}.partial`, path);
}
