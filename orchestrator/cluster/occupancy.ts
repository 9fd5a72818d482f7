// What stands on each host of a cluster, and what room that leaves.
import type { Host, HostFacts, Hosts } from './host.ts';
import { chooseHost, type Demand, type HostRoom, type HostUse, type Placement } from './placement.ts';

/** A host with what it has left. */
export interface RoomOf<H extends HostFacts> extends HostRoom {
  readonly host: H;
  /** Nothing comes to it for now. */
  readonly isClosed: boolean;
}

export class Occupancy<H extends HostFacts = Host> {
  readonly #placement: Placement;
  readonly #places: readonly Place<H>[];
  /** By name. */
  readonly #storages = new Map<string, Place<H>>();

  /** @param generatorHosts names of those that generators alone come to, who then come to no other; none = they stand among nodes. */
  constructor(hosts: Hosts<H>, placement: Placement, generatorHosts: readonly string[] = []) {
    this.#placement = placement;
    this.#places = hosts.map((host) => new Place(host, useOf(host, generatorHosts), this.#storages));
  }

  /** Where this is to come, from now on counted there; undefined where no host has room. */
  take(demand: Demand): H | undefined {
    const open = this.#places.filter(({ isClosed }) => !isClosed);
    const chosen = chooseHost(this.#placement, open, demand);
    chosen?.add(demand);
    if (chosen !== undefined && demand.storage !== undefined) this.#storages.set(demand.storage, chosen);
    return chosen?.host;
  }

  /** In the order of the hosts. */
  get rooms(): readonly RoomOf<H>[] {
    return this.#places;
  }

  /** Nothing comes to this host until it is opened as often as it was closed. */
  close(host: H): void {
    const place = this.#of(host);
    if (place !== undefined) place.closings++;
  }

  open(host: H): void {
    const place = this.#of(host);
    if (place !== undefined) place.closings--;
  }

  /** Counts what came to a host without having been placed. */
  put(host: H, demand: Demand): void {
    this.#of(host)?.add(demand);
  }

  leave(host: H, demand: Demand): void {
    this.#of(host)?.remove(demand);
  }

  #of(host: H): Place<H> | undefined {
    return this.#places.find((place) => place.host === host);
  }
}

/** See the constructor of `Occupancy`. */
export function useOf({ name }: Pick<HostFacts, 'name'>, generatorHosts: readonly string[]): HostUse {
  if (generatorHosts.length === 0) return 'both';
  return generatorHosts.includes(name) ? 'generators' : 'nodes';
}

class Place<H extends HostFacts> implements RoomOf<H> {
  readonly host: H;
  readonly use: HostUse;
  readonly ofGroup = new Map<string, number>();
  containers = 0;
  /** How often it was closed and not opened again. */
  closings = 0;
  readonly #storages: ReadonlyMap<string, Place<H>>;
  #cpus = 0;
  #memoryBytes = 0;

  constructor(host: H, use: HostUse, storages: ReadonlyMap<string, Place<H>>) {
    this.host = host;
    this.use = use;
    this.#storages = storages;
  }

  lacksStorage({ storage }: Pick<Demand, 'storage'>): boolean {
    const at = storage === undefined ? undefined : this.#storages.get(storage);
    return at !== undefined && at !== this;
  }

  get isClosed(): boolean {
    return this.closings > 0;
  }

  get zone(): string | null {
    return this.host.zone;
  }

  get free(): HostRoom['free'] {
    const { capacity } = this.host;
    if (capacity === null) return null;
    return { cpus: capacity.cpus - this.#cpus, memoryBytes: capacity.memoryBytes - this.#memoryBytes };
  }

  add(demand: Demand): void {
    this.#change(demand, 1);
  }

  remove(demand: Demand): void {
    this.#change(demand, -1);
  }

  #change({ group, cpus, memoryBytes }: Demand, by: 1 | -1): void {
    this.containers += by;
    this.#cpus += by * cpus;
    this.#memoryBytes += by * memoryBytes;
    this.ofGroup.set(group, (this.ofGroup.get(group) ?? 0) + by);
  }
}
