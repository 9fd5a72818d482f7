// Where everything that a run will ever have comes to, and what room that leaves: for people, and for other commands on the same hosts. Pure.
import type { HostFacts, Hosts, Resources } from '../../cluster/host.ts';
import { Occupancy } from '../../cluster/occupancy.ts';
import type { HostUse } from '../../cluster/placement.ts';
import { greatestDemands } from '../../plan/greatest-demand.ts';
import type { Deployed, Layout } from './lay-out.ts';
import { firstWithoutRoom } from './place-demands.ts';

export interface PlacedHost extends HostFacts {
  readonly use: HostUse;
  /** How many of each group, and generators of each load, by name; those that are there. */
  readonly containers: Readonly<Record<string, number>>;
  /** Promised to them. */
  readonly promised: Resources;
  /** Null = whatever is asked for. */
  readonly free: Resources | null;
}

/** On each host, in their order. There is room for all of it: see `layOut`. */
export function placedHosts(
  { scenario, plan }: Deployed,
  hosts: Hosts<HostFacts>,
  { placement, generatorHosts }: Layout,
): readonly PlacedHost[] {
  const occupancy = new Occupancy(hosts, placement, generatorHosts);
  // Prometheus is on the first, which so has one more than the others: what is the same on all of them makes no difference.
  occupancy.put(hosts[0], { group: '', zone: null, cpus: 0, memoryBytes: 0 });
  firstWithoutRoom(greatestDemands(scenario, plan), occupancy);
  return occupancy.rooms.map(({ host, use, ofGroup, free }) => {
    const { name, zone, capacity, taken } = host;
    return {
      name,
      zone,
      use,
      capacity,
      ...(taken && { taken }),
      containers: Object.fromEntries([...ofGroup].filter(([group, count]) => group !== '' && count > 0)),
      promised: less(capacity, free),
      free,
    };
  });
}

/** What each host is promised at most, by its name, where several are deployed one after the other. */
export function mostPromised(
  deployed: readonly Deployed[],
  hosts: Hosts<HostFacts>,
  layout: Layout,
): ReadonlyMap<string, Resources> {
  const all = deployed.flatMap((each) => placedHosts(each, hosts, layout));
  const most = (name: string, of: keyof Resources): number =>
    all.reduce((greatest, each) => Math.max(greatest, each.name === name ? each.promised[of] : 0), 0);
  return new Map(
    hosts.map(({ name }) => [name, { cpus: most(name, 'cpus'), memoryBytes: most(name, 'memoryBytes') }]),
  );
}

function less(of: Resources | null, free: Resources | null): Resources {
  if (of === null || free === null) return { cpus: 0, memoryBytes: 0 };
  return { cpus: of.cpus - free.cpus, memoryBytes: of.memoryBytes - free.memoryBytes };
}
