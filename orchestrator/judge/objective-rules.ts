// What became of the objectives.
import { holds } from '../scenario/objectives/comparison.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import type { Finding } from './finding.ts';
import { ifAny } from './if-any.ts';
import type { LoadFacts } from './load-facts.ts';

export function missedObjectives({ objectives }: LoadFacts): Finding[] {
  return objectives.flatMap((result): Finding[] => {
    const { objective, status, unanswered, why = '' } = result;
    if (status === 'missed') return [{ code: 'objective-missed', result }];
    if (unanswered !== true) return [];
    return [{ code: 'not-answered', objective: objective.name, phase: objective.phase, why }];
  });
}

/** The objective that ended the run before its time. */
export function abortingObjective({ aborted }: LoadFacts): Finding[] {
  return aborted === undefined ? [] : [{ code: 'aborted', ...aborted }];
}

/**
 * Objectives that nobody could measure: they never pass, and take nothing back of what was missed beside them. Where nobody is served, the figures of a script
 * that come after an answer are missing too. Of a run that was ended by an objective, nobody expects what was to come after.
 */
export function unmeasuredObjectives({ objectives, aborted }: LoadFacts): Finding[] {
  return objectives
    .filter(
      ({ status, unanswered, unreached }) =>
        status === 'no-samples' && unanswered !== true && (aborted === undefined || unreached !== true),
    )
    .map(({ objective, why = null }) => ({ code: 'no-samples', objective: objective.name, why }));
}

export function uncountedObjectives({ objectives }: LoadFacts): Finding[] {
  const uncounted = objectives.flatMap((each) => (each.unsampled === true ? [each.objective.name] : []));
  return ifAny(uncounted, { code: 'never-counted', objectives: uncounted });
}

/** Whether an objective that held says anything of a load: it is about that one, or holds for its share as well. */
export function isHeldBy(
  { load: about, comparison, bound }: Objective,
  load: string,
  share: number,
): boolean {
  return about === load || (about === null && holds(share, comparison, bound));
}
