// When each timeline entry takes effect. The check counts nodes with it, the plan makes actions of it.
import type { TimelineEntry } from './timeline.ts';

export interface Firing {
  /** Milliseconds after the start of the load. */
  readonly offsetMs: number;
  readonly entry: TimelineEntry;
}

/** All of them, sorted by time; those at the same time keep the order of the scenario. */
export function firingsOf(timeline: readonly TimelineEntry[]): Firing[] {
  return timeline
    .flatMap((entry) => offsetsOf(entry).map((offsetMs) => ({ offsetMs, entry })))
    .toSorted((a, b) => a.offsetMs - b.offsetMs);
}

/** How often an entry takes effect. */
export function firingCount({ schedule }: TimelineEntry): number {
  if (schedule.kind === 'at') return 1;
  return Math.max(0, Math.ceil((schedule.untilMs - schedule.fromMs) / schedule.everyMs));
}

function offsetsOf(entry: TimelineEntry): number[] {
  const { schedule } = entry;
  if (schedule.kind === 'at') return [schedule.atMs];
  return Array.from({ length: firingCount(entry) }, (_, index) => schedule.fromMs + index * schedule.everyMs);
}
