// Which disk of its own a node has: the one that its group is given, or that of our nodes that share files. Pure.
import type { CheckedGroup } from './group-schema.ts';
import { diskBytesOf } from './files.ts';
import type { Group } from './group.ts';
import type { Disk } from './group-common.ts';
import { isOwnProgram } from './role-of.ts';
import { exchanges } from './swarm-size.ts';

/** Where our programs keep the files that they share. */
export const FILES_PATH = '/tmp';

/** null = none: what it writes is on its host's disk, or nowhere. */
export function diskOf(group: Group): Disk | null {
  if (group.disk !== null) return group.disk;
  if (group.foreignImage || !exchanges(group) || !('files' in group)) return null;
  return { path: FILES_PATH, sizeBytes: diskBytesOf(group.files) };
}

/** Whether its nodes will have one. */
export function hasDisk(group: CheckedGroup): boolean {
  return group.disk !== undefined || hasFilesDisk(group);
}

/** Whether its nodes have that of our nodes that share files. */
export function hasFilesDisk(group: CheckedGroup): boolean {
  return isOwnProgram(group) && (group.role === 'peer' || (group.role === 'client' && group.helps));
}
