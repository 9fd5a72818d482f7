// An objective as written (`latency: { percentile: 95, below: 200ms }`) → measure, comparison and bound.
import type { CheckedObjective } from './objective-schema.ts';
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
  return { name: written.name ?? nameFor(measure, phase, load), measure, comparison, bound, phase, load };
}

function resolveMeasure(written: CheckedObjective): { measure: Measure; bounds: Bounds } {
  const {
    latency,
    errors,
    delivered,
    served,
    checks,
    recovered,
    recordsLost,
    rpo,
    updated,
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
  if (recovered !== undefined)
    return { measure: { kind: 'recovered' }, bounds: { atMost: recovered.within } };
  if (recordsLost !== undefined) return { measure: { kind: 'recordsLost' }, bounds: recordsLost };
  if (rpo !== undefined) return { measure: { kind: 'rpo' }, bounds: rpo };
  if (updated !== undefined) return { measure: { kind: 'updated' }, bounds: { atMost: updated.within } };
  if (refused !== undefined) return { measure: { kind: 'refused' }, bounds: { atMost: refused.within } };
  if (unauthorised !== undefined)
    return { measure: { kind: 'unauthorised', afterMs: unauthorised.after }, bounds: unauthorised };
  return { measure: { kind: 'promql', expr: promql ?? '' }, bounds: written };
}

/** `p95 latency of users in peak`. */
function nameFor(measure: Measure, phase: string | null, load: string | null): string {
  const what = {
    latency: measure.kind === 'latency' ? `p${measure.percentile} latency` : '',
    errors: 'error share',
    delivered: 'delivered share',
    served: 'served rate',
    checks:
      measure.kind === 'checks' ? `${measure.check === null ? '' : `“${measure.check}” `}checks passed` : '',
    recovered: 'recovery time',
    recordsLost: 'records lost',
    rpo: 'RPO',
    updated: 'update time',
    refused: 'time until refused everywhere',
    unauthorised:
      measure.kind === 'unauthorised' && measure.afterMs > 0
        ? `unauthorised operations later than ${writeDuration(measure.afterMs)}`
        : 'unauthorised operations',
    promql: measure.kind === 'promql' ? measure.expr : '',
  }[measure.kind];
  return `${what}${load === null ? '' : ` of ${load}`}${phase === null ? '' : ` in ${phase}`}`;
}
