// The most that a run asks of the hosts that it is on at any moment. Pure.
import { containerLimits, type Limits } from '../scenario/groups/container-limits.ts';
import type { Group } from '../scenario/groups/group.ts';
import { storageOf } from '../scenario/groups/storage-of.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { initialState, statesOver } from './group-state.ts';
import { Membership } from './membership.ts';
import type { Plan } from './plan.ts';

/** So many containers alike. */
export interface GreatestDemand {
  /** Name of the group, or of the load whose generators they are. */
  readonly name: string;
  /** Null = none, or generators. */
  readonly zone: string | null;
  /** Whether they are generators. */
  readonly generates: boolean;
  /** What they keep on their host's disk: see `storageOf`. */
  readonly storage: string | undefined;
  readonly containers: number;
  /** The highest limits that each has, at any time; null = never one. */
  readonly limits: Limits;
}

/** Of each group, in the order of the scenario, and then of each load. */
export function greatestDemands(
  { groups, loads }: Pick<Scenario, 'groups' | 'loads'>,
  plan: Plan,
): readonly GreatestDemand[] {
  const storages = storageOf(groups);
  return [
    ...groups.map((group) => {
      const changes = plan.actions.map(({ change }) => change);
      const limits = statesOver(initialState(group), changes).map((state) => state.limits);
      return {
        name: group.name,
        zone: group.zone,
        generates: false,
        storage: storages.get(group.name),
        containers: mostNodes(group, plan),
        limits: containerLimits(group, highestOf(limits)),
      };
    }),
    ...loads.map(({ name, generators, cpus, memoryBytes }) => ({
      name,
      zone: null,
      generates: true,
      storage: undefined,
      containers: generators,
      limits: { cpus: cpus ?? null, memoryBytes: memoryBytes ?? null },
    })),
  ];
}

/** That the group ever has at the same time. */
function mostNodes(group: Group, { initialNodes, actions }: Plan): number {
  const members = new Membership(group, initialNodes.find((each) => each.group === group.name)?.nodes);
  let most = members.count;
  for (const { change } of actions) {
    members.apply(change);
    most = Math.max(most, members.count);
  }
  return most;
}

/** The highest of each limit; null where there never is one. */
function highestOf(limits: readonly Limits[]): Limits {
  const highest = (limit: keyof Limits): number | null => {
    const known = limits.flatMap((each) => each[limit] ?? []);
    return known.length === 0 ? null : known.reduce((most, each) => Math.max(most, each));
  };
  return { cpus: highest('cpus'), memoryBytes: highest('memoryBytes') };
}
