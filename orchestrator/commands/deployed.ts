// What a command is going to deploy of a scenario, at its greatest: by that it is checked beforehand, and hosts are shared out.
import { makePlan } from '../plan/make-plan.ts';
import type { Deployed } from '../run/needs/lay-out.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { sizedScenario } from '../study/sized-scenario.ts';

/** Whether it is too much for one host is found as it is loaded. */
const MAKING = { acrossHosts: true };

/** A run. */
export function deployedByRun(scenario: Scenario): Deployed {
  return { scenario, plan: makePlan(scenario, MAKING) };
}

/** The largest size of a study of capacity, with the generators of the load that is searched. */
export function deployedByStudy(
  scenario: Scenario,
  question: CapacityQuestion,
): Deployed & { readonly scenario: Scenario } {
  const largest = sizedScenario(scenario, question, Math.max(...question.sizes));
  const loads = scenario.loads.filter(({ name }) => name === question.load);
  return { scenario: { ...largest, loads }, plan: makePlan(largest, MAKING) };
}
