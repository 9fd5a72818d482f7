// The scenario of one size of a study: the same groups, one of them sized, no timeline. Pure.
import { TopolabError } from '../errors.ts';
import type { CapacityQuestion } from '../scenario/capacity-question.ts';
import type { Group, Load, Scenario } from '../scenario/scenario.ts';

/** What a study deploys for a size. */
export function sizedScenario(scenario: Scenario, question: CapacityQuestion, size: number): Scenario {
  return {
    ...scenario,
    groups: scenario.groups.map((group) =>
      group.name === question.group ? sized(group, question, size) : group,
    ),
    loads: [],
    timeline: [],
  };
}

function sized(group: Group, { dimension }: CapacityQuestion, size: number): Group {
  return dimension === 'replicas' ? { ...group, replicas: size } : { ...group, cpus: size };
}

/** The searched load, at a constant rate for as long as a probe lasts. */
export function probeLoad(
  scenario: Scenario,
  question: CapacityQuestion,
  rate: number,
  lastsMs: number,
): Load {
  const load = scenario.loads.find(({ name }) => name === question.load);
  if (load === undefined || load.model.kind !== 'open') {
    throw new TopolabError(`search the capacity for load ${question.load}: it has no open model`, {
      code: 'bug',
    });
  }
  const stages = [{ durationMs: lastsMs, target: rate }];
  return { ...load, model: { ...load.model, startRate: rate, stages } };
}

/** `4 × servers`, `servers of 0.5 CPU`. */
export function nameSize({ group, dimension }: CapacityQuestion, size: number): string {
  return dimension === 'replicas' ? `${size} × ${group}` : `${group} of ${size} CPU`;
}
