// Phases and timeline of a scenario as written, each entry checked by itself, with the groups that they refer to.
import type { WrittenAccess } from '../access/check-access.ts';
import type { WrittenGroups } from '../groups/written-groups.ts';
import type { Entry } from '../text/entry.ts';
import type { CheckedPhase, CheckedTimelineEntry } from './timeline-schema.ts';

export interface WrittenTimeline extends WrittenGroups, WrittenAccess {
  /** Undefined where none are written. */
  readonly phases: readonly Entry<CheckedPhase>[] | undefined;
  readonly timeline: readonly Entry<CheckedTimelineEntry>[];
  /** False where a problem in loads or phases leaves the length of the run open. */
  readonly lengthKnown: boolean;
}
