// The objective `updated`: whether every update that began in a window reached all nodes of its group within a time. Pure.
import type { Objective } from '../scenario/objectives/objective.ts';
import type { ObjectiveResult } from './figures.ts';
import type { MeasuredUpdate } from './measure-updates.ts';
import type { Stretch } from './readings.ts';

/**
 * The slowest decides. One that was paused, taken back or not over by the end misses the objective, unless there was too little time to tell.
 * @param loadMs the end of the load, milliseconds after its start.
 */
export function measureUpdated(
  objective: Objective,
  window: Stretch,
  updates: readonly MeasuredUpdate[],
  loadMs: number,
): ObjectiveResult {
  const none = (why: string): ObjectiveResult => ({ objective, status: 'no-samples', measured: null, why });
  const judged = updates.filter(({ atMs }) => atMs >= window.startMs && atMs < window.endMs);
  if (judged.length === 0) return none('no update began in this window');
  // Of one that goes on at the end of the load nobody knows whether it would have come in time.
  const never = judged.find(
    ({ outcome, atMs }) =>
      outcome !== 'converged' && (outcome !== 'unfinished' || loadMs - atMs >= objective.bound),
  );
  if (never !== undefined) return { objective, status: 'missed', measured: null, fault: named(never) };
  const [slowest] = judged.toSorted((a, b) => (b.convergedAfterMs ?? 0) - (a.convergedAfterMs ?? 0));
  const measured = slowest?.convergedAfterMs ?? null;
  const short = judged.find(({ outcome }) => outcome !== 'converged');
  if (slowest === undefined || measured === null || (short !== undefined && measured <= objective.bound))
    return none(`the load ended before ${short?.id ?? 'the update'} could be told to have reached all nodes`);
  const status = measured > objective.bound ? 'missed' : 'held';
  return { objective, status, measured, fault: named(slowest) };
}

function named({ action, what }: MeasuredUpdate): { readonly id: string; readonly what: string } {
  return { id: action, what };
}
