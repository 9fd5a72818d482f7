// The files of a folder that a scenario names, or the one file: looked at within bounds, and never outside of the scenario's folder.
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MOST_COPIED_BYTES, MOST_COPIED_FILES } from './file-bounds.ts';
import { isBelow } from './is-below.ts';
import { namedProblem, pathProblem } from './read-bounded.ts';

export interface ListedFile {
  /** Below what was named; '' where that is the file itself. */
  readonly path: string;
  /** Links resolved. */
  readonly real: string;
  readonly bytes: number;
  /** Whether somebody may run it. */
  readonly isProgram: boolean;
}

export type Listed =
  | { readonly ok: true; readonly files: readonly ListedFile[]; readonly bytes: number }
  | { readonly ok: false; readonly problem: string };

/**
 * Links are followed, and lead nowhere else than into `within` (both absolute). Empty folders are left out. Never throws.
 * @param without paths below `from` that are not looked at.
 * @returns a problem where there are more than `MOST_COPIED_FILES` files and folders or `MOST_COPIED_BYTES`.
 */
export function listFiles(from: string, within: string, without: readonly string[] = []): Listed {
  const files: ListedFile[] = [];
  let [bytes, seen] = [0, 0];
  const waiting = [''];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const found = look(join(from, path), within);
    if (typeof found === 'string')
      return { ok: false, problem: namedProblem(relative(within, join(from, path)), found) };
    const { real, stats, entries } = found;
    seen += 1;
    if (entries === undefined) {
      bytes += stats.size;
      files.push({ path, real, bytes: stats.size, isProgram: (stats.mode & 0o111) !== 0 });
    } else {
      const below = entries.map((name) => (path === '' ? name : `${path}/${name}`));
      waiting.push(...below.filter((each) => !without.includes(each)));
    }
    if (bytes > MOST_COPIED_BYTES)
      return {
        ok: false,
        problem: `holds more than ${MOST_COPIED_BYTES / 2 ** 20}MiB; put it into an image`,
      };
    if (seen + waiting.length > MOST_COPIED_FILES)
      return { ok: false, problem: `holds more than ${MOST_COPIED_FILES} files; put them into an image` };
  }
  return { ok: true, files, bytes };
}

interface Found {
  readonly real: string;
  readonly stats: Stats;
  /** Of a folder. */
  readonly entries: readonly string[] | undefined;
}

/** What is at a path, or in words what is wrong with it. */
function look(path: string, within: string): Found | string {
  if (path.includes('\0')) return 'a path holds no NUL character';
  try {
    const real = realpathSync(path);
    if (!isBelow(real, realpathSync(within))) return "it lies outside of the scenario's folder";
    const stats = statSync(real);
    if (stats.isFile()) return { real, stats, entries: undefined };
    if (!stats.isDirectory()) return 'it is neither a file nor a folder';
    return { real, stats, entries: readdirSync(real).toSorted() };
  } catch (error) {
    return pathProblem(error);
  }
}
