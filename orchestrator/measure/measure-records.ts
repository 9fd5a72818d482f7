// The objectives `recordsLost` and `rpo`: what a run found out about the records that it has written itself. Pure.
import { type CheckedRecords, lostOf } from '../record/checked-records.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import type { ObjectiveResult } from './figures.ts';
import { holds } from './measure-objective.ts';

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
  return { objective, status: holds(measured, comparison, bound) ? 'held' : 'missed', measured };
}
