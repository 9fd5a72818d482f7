// What the containers of stores have for their backups. Pure.
import { acceptsLine, type StoreParts } from '../backup/method/backup-method.ts';
import { methodOf } from '../backup/method-of.ts';
import type { Group, Readiness } from '../scenario/groups/group.ts';

/** Where the backups of a store of a run are. */
export function backupVolume(run: string, { name }: Pick<Group, 'name'>): string {
  return `topolab-${run}-${name}-backup`;
}

/** What a node of a group gets for its backups; nothing where it has none. */
export function backupParts(group: Group, restored: boolean, run: string): StoreParts {
  if (group.role !== 'store' || group.backup === null) return {};
  const store = { group, volume: backupVolume(run, group) };
  const method = methodOf(group.backup);
  return restored ? method.restored(store) : method.fresh(store);
}

/** A database that replays a log listens long before it takes writes: only its log tells when it does. */
export function restoredReadiness({ readiness }: Group): Readiness {
  return { ...readiness, probe: { kind: 'log', pattern: acceptsLine } };
}
