// The objective `recovered`: whether users were served as before within a time of the beginning of each fault. Pure.
import type { Objective } from '../../scenario/objectives/objective.ts';
import { BEFORE_MS, STEADY_MS } from '../impacts/fault-impact.ts';
import type { ObjectiveResult } from '../figures/figures.ts';
import type { MeasuredFault } from '../impacts/measure-impacts.ts';
import type { Stretch } from '../readings/readings.ts';

/** What came of one fault: a time from its beginning, never, or why it can't be told. */
type Recovery = number | 'never' | { readonly why: string };

/**
 * The fault after which it took longest decides. A fault that was not got over in time misses the objective, whatever is known of others; one of
 * which it can't be told leaves it without samples, and so does a window in which no fault began.
 * @param window the faults that began in it are judged, however long they took to get over.
 * @param faults null where no operations were sampled.
 */
export function measureRecovery(
  objective: Objective,
  window: Stretch,
  faults: readonly MeasuredFault[] | null,
): ObjectiveResult {
  const none = (why: string): ObjectiveResult => ({ objective, status: 'no-samples', measured: null, why });
  if (faults === null) return none('no operations were sampled');
  const judged = faults.filter(({ atMs }) => atMs >= window.startMs && atMs < window.endMs);
  if (judged.length === 0) return none('no fault began in this window');

  const recoveries = judged.map((fault) => ({ fault, recovery: recoveryFrom(fault, objective.bound) }));
  const never = recoveries.find(({ recovery }) => recovery === 'never');
  if (never !== undefined) return { objective, status: 'missed', measured: null, fault: named(never.fault) };

  const told = recoveries.flatMap(({ fault, recovery }) =>
    typeof recovery === 'number' ? [{ fault, ms: recovery }] : [],
  );
  const [longest] = told.toSorted((a, b) => b.ms - a.ms);
  if (longest !== undefined && longest.ms > objective.bound) {
    return { objective, status: 'missed', measured: longest.ms, fault: named(longest.fault) };
  }
  const whys = recoveries.flatMap(({ recovery }) => (typeof recovery === 'object' ? [recovery.why] : []));
  const [why] = whys;
  if (longest === undefined || why !== undefined) return none(why ?? 'no fault was measured');
  return { objective, status: 'held', measured: longest.ms, fault: named(longest.fault) };
}

function recoveryFrom(
  { id, atMs, untilMs, impact, recoveredSinceBeginningMs: recoveredAfterMs }: MeasuredFault,
  withinMs: number,
): Recovery {
  const { servedBefore, lowestShare } = impact;
  if (!servedBefore) return { why: `nothing was served in the ${BEFORE_MS / 1000} s before ${id}` };
  if (lowestShare === null) return { why: `no operations were sampled after ${id}` };
  if (recoveredAfterMs !== null) return recoveredAfterMs;
  // As before only counts once it has lasted.
  if (untilMs - atMs >= withinMs + STEADY_MS) return 'never';
  const seconds = Math.round((untilMs - atMs) / 100) / 10;
  return {
    why: `only ${seconds} s passed from ${id} to the next fault or the end of the load, too short to tell whether users were served as before within ${withinMs / 1000} s`,
  };
}

function named({ id, what }: MeasuredFault): { readonly id: string; readonly what: string } {
  return { id, what };
}
