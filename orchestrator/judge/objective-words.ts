// An objective that was missed, in words.
import type { ObjectiveResult } from '../measure/figures/figures.ts';
import type { Comparison } from '../scenario/objectives/comparison.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import { kindOf } from '../scenario/objectives/objective-kinds.ts';
import { writeApart } from '../format/format-value.ts';
import { objectiveUnit } from './describe-objective.ts';

export function sayMissed({ objective, measured, atLeast, connecting, fault }: ObjectiveResult): string {
  const where = objective.phase === null ? '' : ` in phase ${objective.phase}`;
  const { bound } = objective;
  const asked = `${comparisons[objective.comparison]} ${inUnit(bound, objective)}`;
  if (fault !== undefined) {
    const after = `after ${fault.id} (${fault.what})`;
    const { never = 'it never came about' } = kindOf(objective.measure);
    const took = measured === null ? `${never} ${after}` : `${inUnit(measured, objective, bound)} ${after}`;
    return `“${objective.name}” was missed${where}: ${took}; required: ${asked}.`;
  }
  const value = `${atLeast === true ? 'at least ' : ''}${inUnit(measured ?? Number.NaN, objective, bound)}`;
  const what = connecting === true ? ' of waiting for a connection' : '';
  return `“${objective.name}” was missed${where}: ${value}${what} (required: ${asked}).`;
}

const comparisons: Readonly<Record<Comparison, string>> = {
  below: 'below',
  atMost: 'at most',
  atLeast: 'at least',
  above: 'above',
};

/** Waits of users in milliseconds, what an operator waits for in seconds. @param other that it is told apart from. */
function inUnit(value: number, objective: Objective, other = value): string {
  const { kind } = objective.measure;
  switch (objectiveUnit(objective)) {
    case 'milliseconds':
      return kind === 'latency' || kind === 'metric'
        ? `${writeApart(value, other)} ms`
        : `${writeApart(value / 1000, other / 1000)} s`;
    case 'share':
      return `${writeApart(value * 100, other * 100)} %`;
    case 'per-second':
      return `${writeApart(value, other)} a second`;
    default:
      return writeApart(value, other);
  }
}
