// Figures read out of a saved run.
import type { RunEvent } from '../../orchestrator/record/event.ts';
import type { SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import type { CpuSample } from './measure-run.ts';

export interface Started {
  readonly kind: string;
  /** Actual minus planned start, milliseconds. */
  readonly lagMs: number;
}

export function startedActions(events: readonly RunEvent[]): Started[] {
  return events.flatMap((event) =>
    event.type === 'action-started'
      ? [{ kind: event.action.change.kind, lagMs: event.startedMs - event.plannedMs }]
      : [],
  );
}

/** Messages of actions that failed: a run in which some did is not the one that was to be measured. */
export function failedActions(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'action-finished' && event.error !== undefined ? [event.error] : [],
  );
}

/** When an event of this type happened first, milliseconds since 1970. */
export function momentOf(events: readonly RunEvent[], type: RunEvent['type'], step?: string): number {
  const found = events.find(
    (event) => event.type === type && (step === undefined || ('step' in event && event.step === step)),
  );
  if (found === undefined)
    throw new Error(`the run has no event ${type}${step === undefined ? '' : ` of step ${step}`}`);
  return found.atMs;
}

/** CPU seconds per second between two moments, from the samples next to them. */
export function coresBetween(samples: readonly CpuSample[], fromMs: number, toMs: number): number {
  const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined || first === last) return Number.NaN;
  return (last.cpuSeconds - first.cpuSeconds) / ((last.atMs - first.atMs) / 1000);
}

/** Mean of a saved series of a panel, by its legend. NaN where there is none. */
export function meanOf(saved: SavedRun, panel: string, legend: string): number {
  const points = saved.samples?.panels[panel]?.find((series) => series.legend === legend)?.points ?? [];
  return points.reduce((sum, [, value]) => sum + value, 0) / points.length;
}
