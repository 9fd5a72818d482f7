// The objectives `updated` and `switched`: whether every change of its kind that began in a window was over within a time. Pure.
import type { Objective } from '../../scenario/objectives/objective.ts';
import type { ObjectiveResult } from '../figures/figures.ts';
import type { MeasuredSwitch } from '../changes/measure-switches.ts';
import type { MeasuredUpdate } from '../changes/measure-updates.ts';
import type { Stretch } from '../readings/readings.ts';

/** An update or a switch. */
export interface TimedChange {
  readonly id: string;
  /** Of the action, as on the timeline. */
  readonly action: string;
  readonly what: string;
  /** The command, milliseconds after the start of the load. */
  readonly atMs: number;
  /** From the command until it was over as it was meant to be; null where it was not. */
  readonly tookMs: number | null;
  /** `unfinished`: with more time it might have been over. */
  readonly outcome: string;
}

export function timedUpdate(update: MeasuredUpdate): TimedChange {
  return { ...update, tookMs: update.convergedAfterMs };
}

export function timedSwitch(change: MeasuredSwitch): TimedChange {
  return { ...change, tookMs: change.switchedAfterMs };
}

/**
 * The slowest decides. One that was given up, taken back or not over by the end misses the objective, unless there was too little time to tell.
 * @param loadMs the end of the load, milliseconds after its start.
 */
export function measureWithin(
  objective: Objective,
  window: Stretch,
  changes: readonly TimedChange[],
  loadMs: number,
): ObjectiveResult {
  const none = (why: string): ObjectiveResult => ({ objective, status: 'no-samples', measured: null, why });
  const noun = objective.measure.kind === 'switched' ? 'switch' : 'update';
  const judged = changes.filter(({ atMs }) => atMs >= window.startMs && atMs < window.endMs);
  if (judged.length === 0) return none(`no ${noun} began in this window`);
  // Of one that goes on at the end of the load nobody knows whether it would have come in time.
  const never = judged.find(
    ({ tookMs, outcome, atMs }) =>
      tookMs === null && (outcome !== 'unfinished' || loadMs - atMs >= objective.bound),
  );
  if (never !== undefined) return { objective, status: 'missed', measured: null, fault: named(never) };
  const [slowest] = judged.toSorted((a, b) => (b.tookMs ?? 0) - (a.tookMs ?? 0));
  const measured = slowest?.tookMs ?? null;
  const short = judged.find(({ tookMs }) => tookMs === null);
  if (slowest === undefined || measured === null || (short !== undefined && measured <= objective.bound))
    return none(`the load ended before ${short?.id ?? `the ${noun}`} could be told to be over`);
  const status = measured > objective.bound ? 'missed' : 'held';
  return { objective, status, measured, fault: named(slowest) };
}

function named({ action, what }: TimedChange): { readonly id: string; readonly what: string } {
  return { id: action, what };
}
