// Updates as written → what the group runs after each: a later one builds on those before it.
import { isDeepStrictEqual } from 'node:util';
import type { CheckedGroup } from '../groups/group-schema.ts';
import { resolveDistribution } from '../groups/resolve-churn.ts';
import { resolveProgram } from '../groups/resolve-program.ts';
import type { Entry } from '../text/entry.ts';
import type { CheckedTimelineEntry } from './timeline-schema.ts';
import type { Update } from './update.ts';
import { CHANGED, type CheckedUpdate } from './update-schema.ts';
import type { WrittenTimeline } from './written-timeline.ts';

/** A group before an update and after it, as if people had written it so. */
export interface UpdatedGroup {
  readonly before: CheckedGroup;
  readonly after: CheckedGroup;
}

/** The groups of all updates, by entry; those of groups that could not be read are left out. */
export function updatedGroups({
  timeline,
  groups,
}: Pick<WrittenTimeline, 'timeline' | 'groups'>): ReadonlyMap<CheckedTimelineEntry, UpdatedGroup> {
  const now = new Map(groups.map(({ name, value }) => [name, value]));
  const updated = new Map<CheckedTimelineEntry, UpdatedGroup>();
  for (const { value: entry } of timeline.toSorted(byTime)) {
    const before = entry.update && now.get(entry.update.group);
    if (entry.update === undefined || before === undefined) continue;
    const after = withUpdate(before, entry.update);
    updated.set(entry, { before, after });
    now.set(entry.update.group, after);
  }
  return updated;
}

export function resolveUpdate(written: CheckedUpdate, { before, after }: UpdatedGroup): Update {
  const [old, program] = [resolveProgram(before), resolveProgram(after)];
  const { parallelism = 1, delay = 0, spread } = written;
  const drawn = resolveDistribution(spread);
  return {
    program,
    changed: CHANGED.filter((key) => !isDeepStrictEqual(old[key], program[key])),
    pace:
      drawn === null ? { kind: 'rolling', parallelism, delayMs: delay } : { kind: 'own-time', spread: drawn },
    order: written.order,
    hold: written.hold.map((each) => ({ share: each.share, forMs: each.for })),
    onFailure: written.onFailure,
    monitorMs: written.monitor,
    maxFailureRatio: written.maxFailureRatio,
  };
}

function withUpdate(group: CheckedGroup, { image, version, env, command }: CheckedUpdate): CheckedGroup {
  return {
    ...group,
    ...(image !== undefined && { image }),
    ...(version !== undefined && { version }),
    env: { ...group.env, ...env },
    ...(command !== undefined && { command }),
  };
}

function byTime(a: Entry<CheckedTimelineEntry>, b: Entry<CheckedTimelineEntry>): number {
  return (a.value.at ?? 0) - (b.value.at ?? 0);
}
