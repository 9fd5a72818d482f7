// Phases and timeline entries as written → offsets from the start of the load.
import { type FaultPath, formatPath } from './fault.ts';
import type { Change, Phase, TimelineEntry } from './scenario.ts';
import type { CheckedPhase, CheckedTimelineEntry } from './timeline-schema.ts';

/** Phases follow each other without gaps. */
export function resolvePhases(phases: readonly CheckedPhase[]): Phase[] {
  let startMs = 0;
  return phases.map(({ name, duration }) => {
    const phase = { name, startMs, endMs: startMs + duration };
    startMs = phase.endMs;
    return phase;
  });
}

/** `durationMs` ends an `every` without `until`. */
export function resolveTimelineEntry(
  entry: CheckedTimelineEntry,
  path: FaultPath,
  durationMs: number,
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
  return { schedule, change: resolveChange(entry), source: formatPath(path) };
}

function resolveChange({ scale, resize }: CheckedTimelineEntry): Change {
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
  throw new Error('the schema lets no entry without a change through');
}
