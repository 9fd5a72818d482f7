// Files that a scenario names, and the scenario itself: what is wrong with a path, and its text within bounds. Whatever a path
// leads to (a device, a pipe, a loop of links), the answer comes at once and in words.
import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { messageOf } from '../../errors.ts';

/** What is wrong with a path as that of a file to read: `there is no such file`; undefined where nothing is. */
export function fileProblem(path: string): string | undefined {
  if (path.includes('\0')) return 'a path holds no NUL character';
  try {
    const found = statSync(path);
    if (found.isFile()) return undefined;
    if (found.isDirectory()) return 'it is a folder';
    return found.isFIFO() ? 'it is a pipe, not a file' : 'it is a device or socket, not a file';
  } catch (error) {
    return pathProblem(error);
  }
}

const NO_FILE = 'there is no such file';

/** The problem of a file that a scenario names, with its name. Of a long path the middle is left out: its end names the file. */
export function namedProblem(file: string, problem: string): string {
  const name = JSON.stringify(file.length > 60 ? `${file.slice(0, 19)}…${file.slice(-40)}` : file);
  return problem === NO_FILE ? `there is no file ${name}` : `${name} can't be read: ${problem}`;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: NO_FILE,
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
};

/** An error of the file system in words. */
export function pathProblem(error: unknown): string {
  return PROBLEMS[String(Reflect.get(Object(error), 'code'))] ?? messageOf(error);
}

export type BoundedText =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Where in the file, both from 1; undefined where it is the file as a whole. */
      readonly at?: { readonly line: number; readonly column: number };
      /** True where there is no file that could be read at all. */
      readonly unreadable: boolean;
    };

/** The text of a UTF-8 file of at most `mostBytes`, without a byte order mark. Never throws, never waits. */
export function readBounded(path: string, mostBytes: number): BoundedText {
  const problem = fileProblem(path);
  if (problem !== undefined) return { ok: false, problem, unreadable: true };
  try {
    const bytes = firstBytes(path, mostBytes + 1);
    if (bytes.length <= mostBytes) return decodeUtf8(bytes);
    const advice = `it is larger than ${mostBytes / 1024} KiB; write less, or take generated parts out`;
    return { ok: false, problem: advice, unreadable: false };
  } catch (error) {
    return { ok: false, problem: pathProblem(error), unreadable: true };
  }
}

/** The size that a file says it has is no bound: files of /proc say 0. */
function firstBytes(path: string, most: number): Buffer {
  // Not blocking: between the look and this the file may have become a pipe.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(most);
    let length = 0;
    for (let read = -1; read !== 0 && length < most; length += read)
      read = readSync(file, buffer, length, most - length, null);
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

const SAVE_AS_UTF8 = 'save the file as UTF-8';

/** Strict: a byte that is not UTF-8 is a problem, never a replacement character in a name or password. */
export function decodeUtf8(bytes: Buffer): BoundedText {
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined)
    return { ok: false, problem: `it is written in ${wide}; ${SAVE_AS_UTF8}`, unreadable: false };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\r') || text.includes('\n')) return { ok: true, text };
    const problem =
      'its lines end with CR alone, which YAML and CSV take for one line; save it with LF line ends';
    return { ok: false, problem, unreadable: false };
  } catch {
    const offset = firstInvalidByte(bytes);
    const before = bytes.subarray(0, offset).toString('utf8');
    const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return {
      ok: false,
      problem: `the byte 0x${byte} is not UTF-8, perhaps Latin-1; ${SAVE_AS_UTF8}`,
      at: { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') },
      unreadable: false,
    };
  }
}

const SIGNS = new Map([
  [0, '0'],
  [0xff, 'f'],
  [0xfe, 'e'],
]);

/** By a byte order mark, or by the NULs beside each of the first characters. The mark of UTF-32 begins with that of UTF-16. */
function wideEncodingOf(bytes: Buffer): 'UTF-16' | 'UTF-32' | undefined {
  const start = Array.from(bytes.subarray(0, 8), (byte) => SIGNS.get(byte) ?? 'x').join('');
  if (/^(?:fe00|00ef|000x000x|x000x000)/.test(start)) return 'UTF-32';
  return /^(?:fe|ef|0x0x|x0x0)/.test(start) ? 'UTF-16' : undefined;
}

/** By bisection: a decoder that is told that more follows passes over a character that is cut off. */
function firstInvalidByte(bytes: Buffer): number {
  const soundUpTo = (end: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [sound, wrong] = [0, bytes.length];
  // The last character is cut off: then the whole is sound as far as it goes.
  if (soundUpTo(wrong)) return bytes.length - 1;
  while (wrong - sound > 1) {
    const middle = (sound + wrong) >> 1;
    if (soundUpTo(middle)) sound = middle;
    else wrong = middle;
  }
  // Where a character was begun and not finished, it is its first byte that is wrong here.
  for (const back of [1, 2, 3]) {
    const byte = bytes[sound - back] ?? 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) return sound - back;
  }
  return sound;
}
