// From what a group gives its nodes to what their containers get. Pure.
import { totalBytes } from './files.ts';
import type { Group } from './group.ts';
import { exchanges } from './swarm-size.ts';

/** Limits in force for a group: those of the scenario until an action resizes it. */
export interface Limits {
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
}

/** Size of the files that a node of ours has room for beside what it works with. */
export function diskFileBytes(group: Group): number {
  if (group.foreignImage || !exchanges(group)) return 0;
  return totalBytes(group.files);
}

/** The disk is memory to the kernel, so the limit of a container is what its node may use and its files, or the disk that it is given. */
export function containerLimits(group: Group, { cpus, memoryBytes }: Limits): Limits {
  const diskBytes = diskFileBytes(group) + (group.disk?.sizeBytes ?? 0);
  return { cpus, memoryBytes: memoryBytes === null ? null : memoryBytes + diskBytes };
}
