// An objective as written (`latency: { percentile: 95, below: 200ms }`) → measure, comparison and bound.
import type { CheckedObjective } from './objective-schema.ts';
import { parseAggregate, writeAggregate, writeSelector } from './k6-threshold.ts';
import type { Comparison, Measure, Objective } from './objective.ts';
import { writeDuration } from '../text/units.ts';

type Bounds = { readonly [Key in Comparison]?: number | undefined };

const COMPARISONS: readonly Comparison[] = ['below', 'atMost', 'atLeast', 'above'];

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

function resolveMeasure(written: CheckedObjective): { measure: Measure; bounds: Bounds } {
  const {
    latency,
    errors,
    delivered,
    served,
    checks,
    metric,
    recovered,
    recordsLost,
    rpo,
    updated,
    switched,
    refused,
    unauthorised,
    promql,
  } = written;
  if (latency !== undefined)
    return { measure: { kind: 'latency', percentile: latency.percentile }, bounds: latency };
  if (errors !== undefined) return { measure: { kind: 'errors' }, bounds: errors };
  if (delivered !== undefined) return { measure: { kind: 'delivered' }, bounds: delivered };
  if (served !== undefined) return { measure: { kind: 'served' }, bounds: served };
  if (checks !== undefined)
    return { measure: { kind: 'checks', check: checks.check ?? null }, bounds: checks };
  if (metric !== undefined) {
    const aggregate = parseAggregate(metric.aggregate);
    if (aggregate === undefined) throw new Error('the schema lets no unknown aggregate through');
    return { measure: { kind: 'metric', metric: metric.name, aggregate }, bounds: metric };
  }
  if (recovered !== undefined)
    return { measure: { kind: 'recovered' }, bounds: { atMost: recovered.within } };
  if (recordsLost !== undefined) return { measure: { kind: 'recordsLost' }, bounds: recordsLost };
  if (rpo !== undefined) return { measure: { kind: 'rpo' }, bounds: rpo };
  if (updated !== undefined) return { measure: { kind: 'updated' }, bounds: { atMost: updated.within } };
  if (switched !== undefined) return { measure: { kind: 'switched' }, bounds: { atMost: switched.within } };
  if (refused !== undefined) return { measure: { kind: 'refused' }, bounds: { atMost: refused.within } };
  if (unauthorised !== undefined)
    return { measure: { kind: 'unauthorised', afterMs: unauthorised.after }, bounds: unauthorised };
  return { measure: { kind: 'promql', expr: promql ?? '' }, bounds: written };
}

/** `p95 latency of users in peak`, `p95 latency {name:checkout}`. */
export function nameFor({
  measure,
  phase,
  load,
  tags = {},
}: Omit<Objective, 'name' | 'comparison' | 'bound'>): string {
  const what = {
    latency: measure.kind === 'latency' ? `p${measure.percentile} latency` : '',
    errors: 'error share',
    delivered: 'delivered share',
    served: 'served rate',
    checks:
      measure.kind === 'checks' ? `${measure.check === null ? '' : `“${measure.check}” `}checks passed` : '',
    metric:
      measure.kind === 'metric'
        ? `${writeSelector({ metric: measure.metric, tags })} ${writeAggregate(measure.aggregate)}`
        : '',
    recovered: 'recovery time',
    recordsLost: 'records lost',
    rpo: 'RPO',
    updated: 'update time',
    switched: 'switch time',
    refused: 'time until refused everywhere',
    unauthorised:
      measure.kind === 'unauthorised' && measure.afterMs > 0
        ? `unauthorised operations later than ${writeDuration(measure.afterMs)}`
        : 'unauthorised operations',
    promql: measure.kind === 'promql' ? measure.expr : '',
  }[measure.kind];
  const tagged = measure.kind === 'metric' ? '' : writeSelector({ metric: '', tags });
  return `${what}${tagged === '' ? '' : ` ${tagged}`}${load === null ? '' : ` of ${load}`}${phase === null ? '' : ` in ${phase}`}`;
}
