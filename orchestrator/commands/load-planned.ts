// A scenario file → the scenario and its plan, or one error that says where the file goes wrong: also where only the plan shows it.
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanProblem } from '../plan/plan-problem.ts';
import type { ProblemPath } from '../scenario/text/problem.ts';
import { invalid, type LoadOptions, readScenario } from '../scenario/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface Planned {
  readonly scenario: Scenario;
  readonly plan: Plan;
}

/** `seed` in place of the scenario's. Fails as `loadScenario` does. */
export async function loadPlanned(
  file: string,
  { seed, ...options }: LoadOptions & { readonly seed?: number | undefined },
): Promise<Planned> {
  const read = await readScenario(file, options);
  const scenario = seed === undefined ? read.scenario : { ...read.scenario, seed };
  try {
    return { scenario, plan: makePlan(scenario) };
  } catch (error) {
    if (!(error instanceof PlanProblem)) throw error;
    throw invalid(file, [`${read.placeOf(pathOf(error.source))} ${error.source}: ${error.problem}`]);
  }
}

/** `timeline[3]`, `groups.peers.churn`. */
function pathOf(source: string): ProblemPath {
  const index = /^timeline\[(\d+)\]$/.exec(source)?.[1];
  return index === undefined ? source.split('.') : ['timeline', Number(index)];
}
