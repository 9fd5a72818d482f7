// What a failure study can't be made of. Pure.
import type { Scenario } from '../scenario/scenario.ts';
import { LEAST_LOAD_MS } from './trial-scenario.ts';

/** Why a failure study can't be made of a scenario, and what to do; undefined where it can. */
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
  return unknown === undefined
    ? undefined
    : { problem: `it has no group ${unknown}`, hint: `Write --group ${known.join(' or ')}.` };
}
