// Which host a container comes to. Pure.
import type { Resources } from './host.ts';

/**
 * - `spread`: the host with the fewest nodes of the group, so that the loss of one host takes as few of a kind as can be;
 * - `pack`: the fullest host that has room, so that as few hosts as can be are used;
 * - `zone`: as `spread`, and nodes of a group that stands in a zone come to hosts of that zone alone.
 */
export const placements = ['spread', 'pack', 'zone'] as const;
export type Placement = (typeof placements)[number];

/**
 * - `apart`: on hosts that have no nodes under test;
 * - `anywhere`: on all hosts, among the nodes.
 */
export const generatorPlaces = ['apart', 'anywhere'] as const;
export type GeneratorPlace = (typeof generatorPlaces)[number];

/** What a container is promised, and where it belongs. */
export interface Demand extends Resources {
  readonly group: string;
  /** Of its group; null = none. */
  readonly zone: string | null;
  /** Whether it is a generator of load. Default: a node, or what goes with nodes. */
  readonly generates?: boolean;
  /** What it keeps on its host's disk, by a name: all that keep the same come to the host that the first of them came to. Default: nothing. */
  readonly storage?: string | undefined;
}

/** What comes to a host: where generators are kept apart, either they or nodes. */
export type HostUse = 'nodes' | 'generators' | 'both';

/** A host as far as it matters for placing: null = it has room for whatever comes. */
export interface HostRoom {
  readonly zone: string | null;
  readonly free: Resources | null;
  readonly use: HostUse;
  readonly containers: number;
  /** How many of each group are there. */
  readonly ofGroup: ReadonlyMap<string, number>;
  /** Whether another host has what such a container keeps on its host's disk. */
  lacksStorage(demand: Pick<Demand, 'storage'>): boolean;
}

/** The first of the best hosts; undefined where none has room. */
export function chooseHost<Room extends HostRoom>(
  placement: Placement,
  hosts: readonly Room[],
  demand: Demand,
): Room | undefined {
  const allowed = hosts.filter(
    (host) =>
      isFor(host, demand) &&
      !host.lacksStorage(demand) &&
      hasRoom(host, demand) &&
      isInZone(placement, host, demand),
  );
  const better = placement === 'pack' ? isFuller : isEmptier;
  const [first, ...others] = allowed;
  return first && others.reduce((best, host) => (better(host, best, demand) ? host : best), first);
}

/** On each host a bridge carries a network, also one over several hosts; it has 1,024 ports, of which Docker takes some. */
export const MOST_CONTAINERS_OF_A_HOST = 1020;

/** Whether what a host is kept for is such a container. */
export function isFor(
  { use }: Pick<HostRoom, 'use'>,
  { generates = false }: Pick<Demand, 'generates'>,
): boolean {
  return use === 'both' || (use === 'generators') === generates;
}

function hasRoom({ free, containers }: HostRoom, { cpus, memoryBytes }: Demand): boolean {
  if (free === null) return true;
  // Cores are added and taken away as decimal fractions.
  return (
    containers < MOST_CONTAINERS_OF_A_HOST && free.cpus - cpus > -1e-6 && free.memoryBytes >= memoryBytes
  );
}

/** Whether a host is where such a container is to be. */
export function isInZone(
  placement: Placement,
  host: Pick<HostRoom, 'zone'>,
  { zone }: Pick<Demand, 'zone'>,
): boolean {
  return placement !== 'zone' || zone === null || host.zone === zone;
}

function isEmptier(host: HostRoom, than: HostRoom, { group }: Demand): boolean {
  const fewer = (host.ofGroup.get(group) ?? 0) - (than.ofGroup.get(group) ?? 0);
  return fewer !== 0 ? fewer < 0 : host.containers < than.containers;
}

function isFuller(host: HostRoom, than: HostRoom): boolean {
  if (host.free === null || than.free === null) return host.containers > than.containers;
  return host.free.cpus !== than.free.cpus
    ? host.free.cpus < than.free.cpus
    : host.free.memoryBytes < than.free.memoryBytes;
}
