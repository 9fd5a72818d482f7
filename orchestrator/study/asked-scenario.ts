// The scenario of a study, as it is asked: a rate at which operations fail is not served, whether an objective says so or not. Pure.
import { isUntagged, type Objective } from '../scenario/objectives/objective.ts';
import { nameFor } from '../scenario/objectives/resolve-objective.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Share of the operations that may fail where no objective says how many. Our choice, the same as for what may be dropped. */
const MOST_FAILED = 0.01;

/**
 * With an objective on failed operations where the scenario has none on all of them: a system that refuses at once what is too much keeps every latency, and
 * would have twice the capacity that it serves.
 */
export function askedScenario(scenario: Scenario): Scenario {
  if (scenario.objectives.some(isOnErrors)) return scenario;
  const of = { measure: { kind: 'errors' }, phase: null, load: null } as const;
  const added: Objective = { name: nameFor(of), ...of, comparison: 'atMost', bound: MOST_FAILED };
  return { ...scenario, objectives: [...scenario.objectives, added] };
}

function isOnErrors(objective: Objective): boolean {
  const { measure } = objective;
  return (
    isUntagged(objective) &&
    (measure.kind === 'errors' || (measure.kind === 'metric' && measure.metric === 'http_req_failed'))
  );
}
