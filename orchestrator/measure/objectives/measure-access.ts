// The objectives `refused` and `unauthorised`: how soon those who have lost a right were refused everywhere, and what was served to them. Pure.
import type { RunEvent } from '../../record/event.ts';
import { holds } from '../../scenario/objectives/comparison.ts';
import type { Objective } from '../../scenario/objectives/objective.ts';
import { type AccessFigures, type LossFigures, servedLater } from '../changes/access-figures.ts';
import type { ObjectiveResult } from '../figures/figures.ts';
import type { Stretch } from '../readings/readings.ts';

/**
 * What was served to whoever had lost a right misses an objective, whatever else is known. That nothing was is only told where somebody asked after every
 * revocation, and where those who had rights were served: whoever refuses everybody, or answers nobody, has not been tried.
 * @param window what was lost in it is judged, however late it was refused. @param access null where no canary told anything.
 * @param events of the run: a revocation that failed is in no figure.
 */
export function measureAccess(
  objective: Objective,
  window: Stretch,
  access: AccessFigures | null,
  events: readonly RunEvent[] = [],
): ObjectiveResult {
  const none = (why: string): ObjectiveResult => ({ objective, status: 'no-samples', measured: null, why });
  if (access === null) return none('the canaries told nothing');
  const isWithin = (atMs: number): boolean => atMs >= window.startMs && atMs < window.endMs;
  const lost = access.lost.filter(({ acknowledgedMs }) => isWithin(acknowledgedMs));
  const failed = failedRevocations(events).find(({ startedMs }) => isWithin(startedMs));
  const untried = failed === undefined ? whyUntried(lost, access) : `${failed.action.summary} failed`;
  const result = objective.measure.kind === 'unauthorised' ? unauthorised : refused;
  const judged = result(objective, lost);
  if (typeof judged === 'string') return none(untried ?? judged);
  return judged.status === 'held' && untried !== null ? none(untried) : judged;
}

/** The result, or why there is none. */
function unauthorised(objective: Objective, lost: readonly LossFigures[]): ObjectiveResult | string {
  const { measure } = objective;
  if (lost.every(({ nodes }) => nodes.length === 0)) return 'nobody lost a right in this window';
  const served = servedLater(lost, measure.kind === 'unauthorised' ? measure.afterMs : 0);
  return { objective, status: statusOf(served, objective), measured: served };
}

function refused(objective: Objective, lost: readonly LossFigures[]): ObjectiveResult | string {
  const revoked = lost.filter(({ kind }) => kind === 'revocation');
  const [never] = revoked.filter(({ neverAt }) => neverAt.length > 0);
  if (never !== undefined) return { objective, status: 'missed', measured: null, fault: named(never) };
  const told = revoked.flatMap((loss) =>
    loss.refusedEverywhereMs === null ? [] : [{ loss, ms: loss.refusedEverywhereMs }],
  );
  const [longest] = told.toSorted((a, b) => b.ms - a.ms);
  if (longest === undefined) return 'no revocation was acknowledged in this window';
  const { loss, ms } = longest;
  return { objective, status: statusOf(ms, objective), measured: ms, fault: named(loss) };
}

function failedRevocations(events: readonly RunEvent[]) {
  return events.filter(
    (event) =>
      event.type === 'action-finished' && event.error !== undefined && event.action.change.kind === 'revoke',
  ) as Extract<RunEvent, { readonly type: 'action-finished' }>[];
}

/** null where what was lost was tried. */
function whyUntried(lost: readonly LossFigures[], { kept }: AccessFigures): string | null {
  const isSilent = ({ nodes }: LossFigures): boolean =>
    nodes.every(({ ignores, state }) => ignores || state === 'unreached');
  if (lost.some((loss) => loss.kind === 'revocation' && isSilent(loss)))
    return 'no node answered the canaries after a revocation';
  if (lost.some(({ nodes }) => nodes.length > 0) && lost.every(isSilent))
    return 'no node answered the canaries';
  return kept.probes - kept.refused - kept.failed > 0
    ? null
    : 'no canary was served what it has a right to, so that a refusal says nothing';
}

function statusOf(measured: number, { comparison, bound }: Objective): 'held' | 'missed' {
  return holds(measured, comparison, bound) ? 'held' : 'missed';
}

function named({ id, summary, canary }: LossFigures): { readonly id: string; readonly what: string } {
  return { id, what: summary ?? canary };
}
