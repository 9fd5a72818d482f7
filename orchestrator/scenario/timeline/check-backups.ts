// Backups and restores of the timeline held against the groups, and against what is destroyed by then.
import { kindOf, takesNodes } from '../../faults/registry.ts';
import type { WrittenBackup } from '../groups/backup-schema.ts';
import { checkGroupName } from '../groups/check-group-name.ts';
import type { Group } from '../groups/group.ts';
import { isForeign } from '../groups/role-of.ts';
import { storeRole } from '../groups/store-role.ts';
import type { WrittenGroups } from '../groups/written-groups.ts';
import type { Entry } from '../text/entry.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { writeDuration } from '../text/units.ts';
import { firingsOf } from './firings.ts';
import type { BackupType, TimelineEntry } from './timeline.ts';
import type { CheckedTimelineEntry } from './timeline-schema.ts';

/** `backup` of a group as written; undefined where it has none, or is no store. */
export function backupOf(name: string, { groups }: WrittenGroups): WrittenBackup | undefined {
  const value = groups.find((group) => group.name === name)?.value;
  return value?.role === 'store' ? value.backup : undefined;
}

export function usualBackupType(backup: WrittenBackup | undefined): BackupType {
  return backup?.method === 'wal-receiver' ? 'full' : 'incremental';
}

/** Whether the group that is to be backed up or restored is a store with backups. */
export function checkBackup(
  { path, value: { backup, restore } }: Entry<CheckedTimelineEntry>,
  groups: WrittenGroups,
  report: Report,
): void {
  for (const [key, written] of [['backup', backup] as const, ['restore', restore] as const]) {
    if (written === undefined) continue;
    const { group } = written;
    checkGroupName(group, [storeRole.name], [...path, key, 'group'], groups, report);
    const store = groups.groups.find(({ name, value }) => name === group && value.role === 'store')?.value;
    if (store === undefined || backupOf(group, groups) !== undefined) continue;
    report(
      [...path, key, 'group'],
      isForeign(store)
        ? `"${group}" has an image of its own, and only Topolab's own store is backed up; back it up by a script`
        : `"${group}" is not backed up; give it for example backup: { method: pgbackrest }`,
    );
  }
  if (backup?.type === 'incremental' && backupOf(backup.group, groups)?.method === 'wal-receiver')
    report(
      [...path, 'backup', 'type'],
      'a `wal-receiver` makes full backups only; write full, or leave it out',
    );
}

interface Placed {
  readonly path: ProblemPath;
  readonly entry: TimelineEntry;
}

/** Each restore needs a store that is gone by then, and each backup one that is there: the first time at least. */
export function checkRestores(placed: readonly Placed[], groups: readonly Group[], report: Report): void {
  // Of others it is said already that they can't be backed up.
  const stores = groups.flatMap((group) =>
    group.role === 'store' && group.backup !== null ? [group.name] : [],
  );
  const gone = new Set<string>();
  /** Store → until when it is stopped. */
  const stopped = new Map<string, number>();
  const seen = new Set<TimelineEntry>();
  for (const { entry, offsetMs } of firingsOf(placed.map((each) => each.entry))) {
    const { change } = entry;
    const isFirst = !seen.has(entry);
    seen.add(entry);
    const problem = (key: string, message: string): void => {
      if (isFirst)
        report([...(placed.find((each) => each.entry === entry)?.path ?? []), key, 'group'], message);
    };
    const at = writeDuration(offsetMs);
    if (change.kind === 'fault' && takesNodes(change.fault)) {
      for (const group of change.fault.target.groups.filter((name) => stores.includes(name))) {
        gone.add(group);
        // Another one comes in its place.
        stopped.delete(group);
      }
    } else if (change.kind === 'fault' && kindOf(change.fault).keepsStopped) {
      const untilMs = offsetMs + (change.fault.forMs ?? Infinity);
      for (const group of change.fault.target.groups)
        if (stores.includes(group)) stopped.set(group, Math.max(stopped.get(group) ?? 0, untilMs));
    } else if (change.kind === 'restore' && stores.includes(change.group)) {
      if (!gone.delete(change.group))
        problem('restore', `"${change.group}" is there at ${at}; write \`destroy\` of it before`);
    } else if (change.kind === 'backup' && gone.has(change.group)) {
      problem('backup', `"${change.group}" is destroyed by ${at}; write \`restore\` of it before`);
    } else if (change.kind === 'backup' && offsetMs < (stopped.get(change.group) ?? 0)) {
      problem('backup', `"${change.group}" is stopped at ${at}, and can't be backed up; write another time`);
    }
  }
}
