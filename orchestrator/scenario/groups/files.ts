// Files that groups offer, share or ask for.
import type { FileSizes } from '../../../node-image/contract/file-sizes.ts';
import type { Files } from './group-common.ts';

export function resolveFiles(written: Readonly<Record<string, number>>): Files {
  return Object.fromEntries(Object.entries(written).map(([file, sizeBytes]) => [file, { sizeBytes }]));
}

/** Name → bytes, as nodes are told; of several groups together. */
export function fileBytesOf(...all: readonly Files[]): FileSizes {
  const sizes = all.flatMap((files) =>
    Object.entries(files).map(([name, { sizeBytes }]) => [name, sizeBytes] as const),
  );
  return Object.fromEntries(sizes);
}

/** Of a node's disk, beside its files, bytes. */
const SPARE_DISK_BYTES = 32 * 1024 * 1024;

export function totalBytes(files: Files): number {
  return Object.values(files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Room for every file and what belongs to them. */
export function diskBytesOf(files: Files): number {
  return totalBytes(files) + SPARE_DISK_BYTES;
}
