// Places all that a run will ever have on hosts, as the run itself will. Pure.
import type { HostFacts } from '../../cluster/host.ts';
import type { Occupancy } from '../../cluster/occupancy.ts';
import type { Demand } from '../../cluster/placement.ts';
import type { GreatestDemand } from '../../plan/greatest-demand.ts';

export interface WithoutRoom {
  readonly demand: GreatestDemand;
  /** How many of its containers have found room. */
  readonly placed: number;
}

/** Places all of them. Returns the first that is too much; undefined where all have room. */
export function firstWithoutRoom(
  demands: readonly GreatestDemand[],
  occupancy: Pick<Occupancy<HostFacts>, 'take'>,
): WithoutRoom | undefined {
  for (const demand of demands) {
    const each = demandOf(demand);
    for (let placed = 0; placed < demand.containers; placed += 1)
      if (occupancy.take(each) === undefined) return { demand, placed };
  }
  return undefined;
}

/** Of each of its containers. */
export function demandOf({ name: group, zone, generates, storage, limits }: GreatestDemand): Demand {
  return { group, zone, generates, storage, cpus: limits.cpus ?? 0, memoryBytes: limits.memoryBytes ?? 0 };
}
