// Phases and timeline entries as written → offsets from the start of the load.
import { type ProblemPath, formatPath } from '../text/problem.ts';
import { resolveLinkChange } from '../groups/resolve-link.ts';
import type { Change, Phase, TimelineEntry } from './timeline.ts';
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

/** `durationMs` ends an `every` without `until`; `tracker` is what the rule of that name kills where no group is written. */
export function resolveTimelineEntry(
  entry: CheckedTimelineEntry,
  path: ProblemPath,
  { durationMs, tracker }: { readonly durationMs: number; readonly tracker: string | null },
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
  return { schedule, change: resolveChange(entry, tracker), source: formatPath(path) };
}

function resolveChange({ scale, resize, link, kill }: CheckedTimelineEntry, tracker: string | null): Change {
  if (resize !== undefined) {
    return {
      kind: 'resize',
      group: resize.group,
      cpus: resize.cpus ?? null,
      memoryBytes: resize.memory ?? null,
    };
  }
  if (link !== undefined) return { kind: 'link', group: link.group, link: resolveLinkChange(link) };
  if (kill !== undefined) {
    const { rule, count, replaceAfter = null } = kill;
    const group = kill.group ?? (rule === 'tracker' ? tracker : null);
    return { kind: 'kill', group, rule, count, replaceAfterMs: replaceAfter };
  }
  if (scale?.to !== undefined) return { kind: 'scale', group: scale.group, to: scale.to };
  if (scale?.by !== undefined) return { kind: 'scale', group: scale.group, by: scale.by };
  throw new Error('the schema lets no entry without a change through');
}
