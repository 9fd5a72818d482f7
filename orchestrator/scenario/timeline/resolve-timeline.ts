// Phases and timeline entries as written → offsets from the start of the load.
import { resolveGrant, resolveRevoke } from '../access/check-access.ts';
import { type ProblemPath, formatPath } from '../text/problem.ts';
import { kindOf, writtenFaults } from '../../faults/registry.ts';
import { backupOf, usualBackupType } from './check-backups.ts';
import type { WrittenGroups } from '../groups/written-groups.ts';
import type { Change, Phase, TimelineEntry } from './timeline.ts';
import { resolveUpdate, type UpdatedGroup, type updatedGroups } from './resolve-update.ts';
import type { CheckedPhase, CheckedTimelineEntry } from './timeline-schema.ts';

/** Phases follow each other without gaps. */
export function resolvePhases(phases: readonly CheckedPhase[]): Phase[] {
  let startMs = 0;
  return phases.map(({ name, duration, warmUp }) => {
    const phase = { name, startMs, endMs: startMs + duration, ...(warmUp && { warmUp }) };
    startMs = phase.endMs;
    return phase;
  });
}

/** `durationMs` ends an `every` without `until`; faults look for whom they hit among the groups. */
export function resolveTimelineEntry(
  entry: CheckedTimelineEntry,
  path: ProblemPath,
  {
    durationMs,
    groups,
    updated,
  }: {
    readonly durationMs: number;
    readonly groups: WrittenGroups;
    readonly updated: ReturnType<typeof updatedGroups>;
  },
): TimelineEntry {
  const schedule =
    entry.every === undefined
      ? { kind: 'at' as const, atMs: entry.at ?? 0 }
      : {
          kind: 'every' as const,
          everyMs: entry.every,
          // Without `from` the first interval passes before the first change, as with a clock that ticks.
          fromMs: entry.from ?? entry.every,
          untilMs: entry.until ?? durationMs,
        };
  return { schedule, change: resolveChange(entry, groups, updated.get(entry)), source: formatPath(path) };
}

function resolveChange(
  entry: CheckedTimelineEntry,
  groups: WrittenGroups,
  updated: UpdatedGroup | undefined,
): Change {
  const { scale, resize, backup, restore, update, switch: switched, grant, revoke } = entry;
  // Of a group that there is not, which has been reported, nothing is known.
  if (update !== undefined && updated !== undefined)
    return { kind: 'update', group: update.group, update: resolveUpdate(update, updated) };
  if (update !== undefined) return { kind: 'resize', group: update.group, cpus: null, memoryBytes: null };
  if (switched !== undefined) {
    const { group, to, hold } = switched;
    return { kind: 'switch', group, to, holdMs: hold };
  }
  if (grant !== undefined) return resolveGrant(grant);
  if (revoke !== undefined) return resolveRevoke(revoke);
  if (resize !== undefined) {
    return {
      kind: 'resize',
      group: resize.group,
      cpus: resize.cpus ?? null,
      memoryBytes: resize.memory ?? null,
    };
  }
  if (scale?.to !== undefined) return { kind: 'scale', group: scale.group, to: scale.to };
  if (scale?.by !== undefined) return { kind: 'scale', group: scale.group, by: scale.by };
  if (backup !== undefined) {
    const { group, type } = backup;
    return { kind: 'backup', group, type: type ?? usualBackupType(backupOf(group, groups)) };
  }
  if (restore !== undefined) return { kind: 'restore', group: restore.group };
  const [written] = writtenFaults(entry);
  if (written === undefined) throw new Error('the schema lets no entry without a change through');
  return { kind: 'fault', fault: kindOf({ kind: written.name }).resolve(written.value, groups) };
}
