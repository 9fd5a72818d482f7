// A file of a container that is larger than it can be in good order: its content is never taken into memory.
import { TopolabError } from '../errors.ts';

/** What a file may hold where nothing else is said. */
export const MOST_FILE_BYTES = 64 * 2 ** 20;

export function fileTooLarge(path: string, mostBytes: number): TopolabError {
  return new TopolabError(`read ${path}: it is larger than ${Math.floor(mostBytes / 2 ** 20)} MiB`, {
    code: 'file-too-large',
  });
}
