// The scenario of one size of a study: the same groups, one of them sized, no timeline. Pure.
import { TopolabError } from '../errors.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Load } from '../scenario/load/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type GivenUsers, usersFor } from './virtual-users.ts';

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

export interface ProbeLoad {
  readonly load: Load;
  readonly given: GivenUsers;
}

/**
 * The searched load, at a constant rate for as long as a probe lasts, with the virtual users that it needs.
 * @param longerMs what users may wait beside what the objectives allow.
 */
export function probeLoad(
  scenario: Scenario,
  question: CapacityQuestion,
  { rate, lastsMs, longerMs = 0 }: { rate: number; lastsMs: number; longerMs?: number },
): ProbeLoad {
  const load = scenario.loads.find(({ name }) => name === question.load);
  if (load === undefined || load.model.kind !== 'open') {
    throw new TopolabError(`search the capacity for load ${question.load}: it has no open model`, {
      code: 'bug',
    });
  }
  const stages = [{ durationMs: lastsMs, target: rate }];
  const given = usersFor(load, rate, scenario, longerMs);
  const model = { ...load.model, startRate: rate, stages, maxVirtualUsers: given.users };
  return { load: { ...load, model }, given };
}

/** `4 × servers`, `servers of 0.5 CPU`. */
export function nameSize({ group, dimension }: CapacityQuestion, size: number): string {
  return dimension === 'replicas' ? `${size} × ${group}` : `${group} of ${size} CPU`;
}
