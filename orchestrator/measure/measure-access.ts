// The objectives `refused` and `unauthorised`: how soon those who have lost a right were refused everywhere, and what was served to them. Pure.
import type { Objective } from '../scenario/objectives/objective.ts';
import { type AccessFigures, type LossFigures, servedLater } from './access-figures.ts';
import type { ObjectiveResult } from './figures.ts';
import { holds } from './measure-objective.ts';
import type { Stretch } from './readings.ts';

/** @param window what was lost in it is judged, however late it was refused. @param access null where no canary told anything. */
export function measureAccess(
  objective: Objective,
  window: Stretch,
  access: AccessFigures | null,
): ObjectiveResult {
  const none = (why: string): ObjectiveResult => ({ objective, status: 'no-samples', measured: null, why });
  if (access === null) return none('the canaries told nothing');
  const lost = access.lost.filter(
    ({ acknowledgedMs, nodes }) =>
      acknowledgedMs >= window.startMs && acknowledgedMs < window.endMs && nodes.length > 0,
  );
  const { measure } = objective;
  if (measure.kind === 'unauthorised') {
    if (lost.length === 0) return none('nobody lost a right in this window');
    const served = servedLater(lost, measure.afterMs);
    return { objective, status: statusOf(served, objective), measured: served };
  }
  const revoked = lost.filter(({ kind }) => kind === 'revocation');
  const [never] = revoked.filter(({ neverAt }) => neverAt.length > 0);
  if (never !== undefined) return { objective, status: 'missed', measured: null, fault: named(never) };
  const told = revoked.flatMap((loss) =>
    loss.refusedEverywhereMs === null ? [] : [{ loss, ms: loss.refusedEverywhereMs }],
  );
  const [longest] = told.toSorted((a, b) => b.ms - a.ms);
  if (longest === undefined) return none('no revocation was acknowledged in this window');
  if (told.length < revoked.length) return none('no node answered the canaries after a revocation');
  return {
    objective,
    status: statusOf(longest.ms, objective),
    measured: longest.ms,
    fault: named(longest.loss),
  };
}

function statusOf(measured: number, { comparison, bound }: Objective): 'held' | 'missed' {
  return holds(measured, comparison, bound) ? 'held' : 'missed';
}

function named({ id, summary, canary }: LossFigures): { readonly id: string; readonly what: string } {
  return { id, what: summary ?? canary };
}
