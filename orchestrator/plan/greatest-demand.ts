// The most that a run asks of the hosts that it is on at any moment. Pure.
import { containerLimits, type Limits } from '../scenario/groups/container-limits.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type GroupState, initialState, statesOver } from './group-state.ts';
import type { Plan } from './plan.ts';

/** So many containers alike. */
export interface GreatestDemand {
  /** Name of the group, or of the load whose generators they are. */
  readonly name: string;
  /** Null = none, or generators. */
  readonly zone: string | null;
  readonly containers: number;
  /** The highest limits that each has, at any time; null = never one. */
  readonly limits: Limits;
}

/** Of each group, in the order of the scenario, and then of each load. */
export function greatestDemands({ groups, loads }: Scenario, plan: Plan): readonly GreatestDemand[] {
  return [
    ...groups.map((group) => {
      const states = statesOf(group, plan);
      return {
        name: group.name,
        zone: group.zone,
        containers: Math.max(...states.map(({ nodes }) => nodes.length)),
        limits: containerLimits(group, highestOf(states.map(({ limits }) => limits))),
      };
    }),
    ...loads.map(({ name, generators, cpus, memoryBytes }) => ({
      name,
      zone: null,
      containers: generators,
      limits: { cpus: cpus ?? null, memoryBytes: memoryBytes ?? null },
    })),
  ];
}

/** All that the group goes through. */
function statesOf(group: Group, { initialNodes, actions }: Plan): readonly GroupState[] {
  const nodes = initialNodes.find((each) => each.group === group.name)?.nodes ?? [];
  return statesOver(
    initialState(group, nodes),
    actions.map(({ change }) => change),
  );
}

/** The highest of each limit; null where there never is one. */
function highestOf(limits: readonly Limits[]): Limits {
  const highest = (limit: keyof Limits): number | null => {
    const known = limits.flatMap((each) => each[limit] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  };
  return { cpus: highest('cpus'), memoryBytes: highest('memoryBytes') };
}
