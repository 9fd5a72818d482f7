// FILES: the files that a node offers or shares, as JSON of name → bytes.
import type { EnvReader } from './env-reader.ts';
import type { Variable } from './variables.ts';

export type FileSizes = Readonly<Record<string, number>>;

export const mostFiles = 1000;
export const mostFileBytes = 64 * 1024 ** 3;
const mostNameLength = 256;
/** Of file systems. */
const mostNameBytesOnDisk = 255;

/** @param where whether the node keeps the files on a disk, whose names are more limited, or makes them up as it sends them */
export function fileSizes(name: string, where: 'made-up' | 'on-disk'): Variable<FileSizes> {
  return {
    name,
    read: (reader) => {
      const files = readSizes(name, reader);
      if (where === 'on-disk') checkNames(name, files, reader);
      return files;
    },
    write: (files) => JSON.stringify(files),
  };
}

function readSizes(name: string, reader: EnvReader): FileSizes {
  const text = reader.text(name);
  if (text === undefined) return {};
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    reader.problem(
      `${name} is '${text.slice(0, 60)}': write JSON like {"video.bin": 1048576}, name to bytes`,
    );
    return {};
  }
  const entries = Object.entries(parsed);
  if (entries.length > mostFiles)
    reader.problem(`${name} names ${entries.length} files: ${mostFiles} at most`);
  for (const [file, bytes] of entries) {
    if (file === '' || file.length > mostNameLength)
      reader.problem(`${name}: a name has 1-${mostNameLength} characters`);
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > mostFileBytes)
      reader.problem(
        `${name}: '${file}' has ${JSON.stringify(bytes)} bytes: write a whole number, ${mostFileBytes} at most`,
      );
  }
  return parsed as FileSizes;
}

function checkNames(name: string, files: FileSizes, reader: EnvReader): void {
  for (const file of Object.keys(files)) {
    if (isNameOnDisk(file)) continue;
    reader.problem(
      `${name}: '${file}' can't be the name of a file on disk: write one without '/', ${mostNameBytesOnDisk} bytes at most`,
    );
  }
}

function isNameOnDisk(name: string): boolean {
  return (
    !name.includes('/') && name !== '.' && name !== '..' && Buffer.byteLength(name) <= mostNameBytesOnDisk
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
