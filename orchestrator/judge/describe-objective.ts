// An objective and what it came to, as words: bound and measured value in the same unit.
import type { PanelUnit } from '../../dashboards/panels/panel.ts';
import type { ObjectiveResult } from '../measure/figures/figures.ts';
import { isShare, isTimed } from '../scenario/objectives/k6-threshold.ts';
import type { Comparison } from '../scenario/objectives/comparison.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import { kindOf } from '../scenario/objectives/objective-kinds.ts';
import { formatValue, writeApart } from '../format/format-value.ts';

const COMPARISON: Readonly<Record<Comparison, string>> = {
  below: '<',
  atMost: '≤',
  atLeast: '≥',
  above: '>',
};

export const OBJECTIVE_STATUS: Readonly<Record<ObjectiveResult['status'], string>> = {
  held: 'held',
  missed: 'missed',
  'no-samples': 'no samples',
};

/** The unit of an objective's bound and measured value. A query's own unit is unknown: a plain number. */
export function objectiveUnit({ measure }: Objective): PanelUnit {
  const { unit } = kindOf(measure);
  switch (unit) {
    case 'ms':
      return 'milliseconds';
    case 'share':
    case 'per-second':
      return unit;
    case 'k6':
      return measure.kind === 'metric' ? metricUnit(measure.metric) : 'count';
    case 'records':
    case 'count':
    case 'query':
      return 'count';
  }
}

/** Of a metric of the script's own nothing is known: a plain number. */
function metricUnit(metric: string): PanelUnit {
  if (isTimed(metric)) return 'milliseconds';
  return isShare(metric) ? 'share' : 'count';
}

/** `≤ 250 ms`. */
export function describeBound(objective: Objective): string {
  return `${COMPARISON[objective.comparison]} ${formatValue(objective.bound, objectiveUnit(objective))}`;
}

/** `peak phase, load users`; `whole run`. */
export function describeScope(objective: Objective): string {
  const phase = objective.phase === null ? 'whole run' : `phase ${objective.phase}`;
  return objective.load === null ? phase : `${phase}, load ${objective.load}`;
}

/** The measured value, with more digits where rounding would make it look equal to a bound that it isn't equal to. */
export function describeMeasured(result: ObjectiveResult): string {
  const { fault, measured } = result;
  if (fault !== undefined)
    return `${measured === null ? 'never' : measuredValue(result)} (after ${fault.id})`;
  const text = measuredValue(result);
  return result.atLeast === true ? `≥ ${text}` : text;
}

function measuredValue({ objective, measured }: ObjectiveResult): string {
  const unit = objectiveUnit(objective);
  const { bound } = objective;
  const text = formatValue(measured, unit);
  if (measured === null || measured === bound || text !== formatValue(bound, unit)) return text;
  if (unit === 'share') return `${writeApart(measured * 100, bound * 100)} %`;
  if (unit !== 'milliseconds') return `${writeApart(measured, bound)}${unit === 'per-second' ? '/s' : ''}`;
  return Math.abs(bound) < 1000
    ? `${writeApart(measured, bound)} ms`
    : `${writeApart(measured / 1000, bound / 1000)} s`;
}
