// An objective that was missed, in words.
import type { ObjectiveResult } from '../measure/figures.ts';
import type { Comparison, Objective } from '../scenario/objectives/objective.ts';
import { objectiveUnit } from './describe-objective.ts';
import { digits, share } from './figure-words.ts';

export function sayMissed({ objective, measured, atLeast, fault }: ObjectiveResult): string {
  const where = objective.phase === null ? '' : ` in phase ${objective.phase}`;
  const asked = `${comparisons[objective.comparison]} ${inUnit(objective.bound, objective)}`;
  if (fault !== undefined) {
    const after = `after ${fault.id} (${fault.what})`;
    const { kind } = objective.measure;
    const never =
      kind === 'updated'
        ? 'not all nodes had it and served with it'
        : kind === 'switched'
          ? 'the network never served the new way alone and steadily'
          : kind === 'refused'
            ? 'somebody was never refused everywhere'
            : 'users were never served as before again';
    const took = measured === null ? `${never} ${after}` : `${inUnit(measured, objective)} ${after}`;
    return `“${objective.name}” was missed${where}: ${took}; required: ${asked}.`;
  }
  const value = `${atLeast === true ? 'at least ' : ''}${inUnit(measured ?? Number.NaN, objective)}`;
  return `“${objective.name}” was missed${where}: ${value} (required: ${asked}).`;
}

const comparisons: Readonly<Record<Comparison, string>> = {
  below: 'below',
  atMost: 'at most',
  atLeast: 'at least',
  above: 'above',
};

/** Waits of users in milliseconds, what an operator waits for in seconds. */
function inUnit(value: number, objective: Objective): string {
  const { kind } = objective.measure;
  switch (objectiveUnit(objective)) {
    case 'milliseconds':
      return kind === 'latency' || kind === 'metric' ? `${digits(value)} ms` : `${digits(value / 1000)} s`;
    case 'share':
      return share(value);
    case 'per-second':
      return `${digits(value)} a second`;
    default:
      return digits(value);
  }
}
