// The objectives `recordsLost` and `rpo`: what a run found out about the records that it has written itself. Pure.
import { type CheckedRecords, lostOf } from '../../record/checked-records.ts';
import { holds } from '../../scenario/objectives/comparison.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import type { ObjectiveResult } from '../figures/figures.ts';

/** Whoever writes less often than this writes too seldom for an RPO to be told. */
const MOST_IDLE_MS = 10_000;

/**
 * Without a record that was acknowledged, nothing could be lost: that is no sample, never held.
 * @param records null where they were not read back.
 */
export function measureRecords(objective: Objective, records: CheckedRecords | null): ObjectiveResult {
  const none = (why: string): ObjectiveResult => ({ objective, status: 'no-samples', measured: null, why });
  if (records === null) return none('the records were not read back');
  if (records.acknowledged === 0) return none('no record was acknowledged');
  if (objective.measure.kind === 'rpo' && records.losses.length === 0) return none('nothing was destroyed');
  const untouched = records.losses.find(({ acknowledged }) => acknowledged === 0);
  if (objective.measure.kind === 'rpo' && untouched !== undefined)
    return none(`no record was acknowledged before ${untouched.fault}`);
  const measured =
    objective.measure.kind === 'rpo'
      ? Math.max(...records.losses.map(({ rpoMs }) => rpoMs))
      : lostOf(records);
  const { comparison, bound } = objective;
  const held = holds(measured, comparison, bound);
  // Of a time in which nothing was acknowledged nothing could be lost, however much would have been.
  const idle = records.losses.find(({ idleMs = 0 }) => (idleMs ?? 0) > MOST_IDLE_MS);
  if (objective.measure.kind === 'rpo' && held && idle !== undefined)
    return none(`no record was acknowledged in the ${MOST_IDLE_MS / 1000} s before ${idle.fault}`);
  return { objective, status: held ? 'held' : 'missed', measured };
}
