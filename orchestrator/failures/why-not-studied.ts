// What a failure study can't be made of. Pure.
import { makePlan } from '../plan/make-plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { killMomentOf, LEAST_LOAD_MS, nodesAtKill } from './trial-scenario.ts';

/** Why a failure study can't be made of a scenario, undisturbed, and what to do; undefined where it can. */
export function whyNotStudied(
  scenario: Scenario,
  groups: readonly string[] = [],
): { readonly problem: string; readonly hint: string } | undefined {
  if (scenario.loads.length === 0)
    return { problem: 'it has no load', hint: 'Add one: without users, no loss costs anything.' };
  if (scenario.durationMs < LEAST_LOAD_MS) {
    return {
      problem: `its load lasts ${scenario.durationMs / 1000} s`,
      hint: `Make it ${LEAST_LOAD_MS / 1000} s or longer: 10 s show what is usual, and the rest whether it comes back.`,
    };
  }
  const known = scenario.groups.map(({ name }) => name);
  const unknown = groups.find((group) => !known.includes(group));
  if (unknown !== undefined)
    return { problem: `it has no group ${unknown}`, hint: `Write --group ${known.join(' or ')}.` };
  const peopled = new Set(
    nodesAtKill(scenario, makePlan(scenario, { acrossHosts: true })).map(({ group }) => group),
  );
  const empty = (groups.length > 0 ? groups : known).filter((group) => !peopled.has(group));
  if (empty.length === 0 || (groups.length === 0 && peopled.size > 0)) return undefined;
  return {
    problem: `at ${killMomentOf(scenario) / 1000} s, when nodes are killed, there is no node of ${empty.join(', ')}`,
    hint: 'Let it have nodes by then, or name groups that have some (--group).',
  };
}
