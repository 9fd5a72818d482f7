// Whether a file lies in a folder, for all that a scenario may name: its trace, its scripts and what they open, its secrets.
import { sep } from 'node:path';

/** Both as real paths: links resolved. A folder lies below itself. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
