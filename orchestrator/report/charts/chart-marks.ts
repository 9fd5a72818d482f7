// What every chart shows besides its own lines: phases and faults as shaded stretches, actions and incidents as vertical lines.
import { disturbs, lasts } from '../../plan/plan.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { endsByThemselves } from '../../scenario/load/load.ts';
import type { Phase } from '../../scenario/timeline/timeline.ts';
import type { RunFacts } from '../facts/run-facts.ts';

export interface Mark {
  readonly id: string;
  readonly atMs: number;
  readonly kind: 'action' | 'failed-action' | 'incident';
}

export interface ChartTime {
  /** End of the time axis: the planned length, so that an interrupted run shows how far it came. */
  readonly durationMs: number;
  readonly phases: readonly Phase[];
  readonly marks: readonly Mark[];
  /** While faults were in force, in the order in which they began. */
  readonly faults: readonly Stretch[];
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** A label that stands for one mark or for several that are too close to be named one by one. */
export interface MarkLabel {
  readonly text: string;
  readonly atMs: number;
}

/** The planned length; of a run that may end before, as all its users are served, as far as it came. */
export function drawnDurationMs({ scenario, plan }: SavedRun, { outcome, loadMs }: RunFacts): number {
  if (!endsByThemselves(scenario.loads) || loadMs === null || outcome === 'interrupted')
    return plan.durationMs;
  return Math.min(plan.durationMs, Math.max(1000, Math.ceil(loadMs / 1000) * 1000));
}

export function chartTime(run: SavedRun, facts: RunFacts): ChartTime {
  const durationMs = drawnDurationMs(run, facts);
  const phases = run.plan.phases.filter(({ startMs }) => startMs < durationMs);
  const actions = facts.actions.flatMap(({ id, startedMs, status }): Mark[] =>
    startedMs === null
      ? []
      : [{ id, atMs: startedMs, kind: status === 'failed' ? 'failed-action' : 'action' }],
  );
  const incidents = facts.incidents.flatMap(({ id, offsetMs }): Mark[] =>
    offsetMs === null || offsetMs > durationMs ? [] : [{ id, atMs: offsetMs, kind: 'incident' }],
  );
  const marks = [...actions, ...incidents].toSorted((a, b) => a.atMs - b.atMs);
  return { durationMs, phases, marks, faults: faultStretches(run, durationMs) };
}

/** What shapes the system rather than disturbs it is no fault. */
function faultStretches({ plan, events }: SavedRun, durationMs: number): Stretch[] {
  const times = {
    'fault-began': new Map<string, number | null>(),
    'fault-ended': new Map<string, number | null>(),
  };
  for (const event of events)
    if ((event.type === 'fault-began' || event.type === 'fault-ended') && !times[event.type].has(event.fault))
      times[event.type].set(event.fault, event.offsetMs);
  return plan.actions.flatMap(({ change }) => {
    if (!lasts(change) || !disturbs(change)) return [];
    const startMs = times['fault-began'].get(change.id);
    if (startMs == null || startMs >= durationMs) return [];
    return [{ startMs, endMs: Math.min(times['fault-ended'].get(change.id) ?? durationMs, durationMs) }];
  });
}

/** Labels at least `apartMs` from each other; marks in between are joined: `a3–a9 e1`. */
export function labelMarks(marks: readonly Mark[], apartMs: number): MarkLabel[] {
  const clusters: Mark[][] = [];
  for (const mark of marks) {
    const last = clusters.at(-1);
    if (last?.[0] !== undefined && mark.atMs - last[0].atMs < apartMs) last.push(mark);
    else clusters.push([mark]);
  }
  return clusters.flatMap((cluster) => {
    const first = cluster[0];
    if (first === undefined) return [];
    const incidents = cluster.filter(({ kind }) => kind === 'incident');
    const actions = cluster.filter(({ kind }) => kind !== 'incident');
    return [
      {
        atMs: first.atMs,
        text: [rangeOf(actions), rangeOf(incidents)].filter((text) => text !== '').join(' '),
      },
    ];
  });
}

function rangeOf(marks: readonly Mark[]): string {
  const [first, last] = [marks[0]?.id ?? '', marks.at(-1)?.id ?? ''];
  return first === last ? first : `${first}–${last}`;
}
