// An objective as written (`latency: { percentile: 95, below: 200ms }`) → measure, comparison and bound.
import { COMPARISONS } from './comparison.ts';
import { writeSelector } from './k6-threshold.ts';
import type { Objective } from './objective.ts';
import { kindOf, resolveMeasure } from './objective-kinds.ts';
import type { CheckedObjective } from './objective-schema.ts';

export function resolveObjective(written: CheckedObjective): Objective {
  const { measure, bounds } = resolveMeasure(written);
  const comparison = COMPARISONS.find((each) => bounds[each] !== undefined);
  const bound = comparison && bounds[comparison];
  if (comparison === undefined || bound === undefined)
    throw new Error('the schema lets no objective without a bound through');
  const phase = written.phase ?? null;
  const load = written.load ?? null;
  const { tags, abort } = written;
  return {
    name: written.name ?? nameFor({ measure, phase, load, ...(tags !== undefined && { tags }) }),
    measure,
    comparison,
    bound,
    phase,
    load,
    ...(tags !== undefined && { tags }),
    ...(abort !== undefined && { abort: { afterMs: abort.after } }),
  };
}

/** `p95 latency of users in peak`, `p95 latency {name:checkout}`. */
export function nameFor({
  measure,
  phase,
  load,
  tags = {},
}: Omit<Objective, 'name' | 'comparison' | 'bound'>): string {
  const what = kindOf(measure).nameOf(measure, tags);
  const tagged = measure.kind === 'metric' ? '' : writeSelector({ metric: '', tags });
  return `${what}${tagged === '' ? '' : ` ${tagged}`}${load === null ? '' : ` of ${load}`}${phase === null ? '' : ` in ${phase}`}`;
}
