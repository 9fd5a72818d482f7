// The hosts of a run: places each container on one of them, and sends what is asked of a container to the engine where it is.
import type { Duplex } from 'node:stream';
import {
  type ContainerSpec,
  type ContainerState,
  type ExecResult,
  Label,
  type RunningContainer,
} from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import type { Containers } from './containers.ts';
import type { Host, Hosts } from './host.ts';
import { Occupancy, useOf } from './occupancy.ts';
import type { Demand, Placement } from './placement.ts';
import { tellResources, tellRoom } from './room-words.ts';

/** What generators of load have as `Label.role`: by it they are told from nodes where a container is placed. */
export const GENERATOR = 'generator';

export interface ClusterOptions<H extends Host = Host> {
  /** Default `spread`. */
  readonly placement?: Placement;
  /** The zone that a group stands in; null = none. Default: none do. */
  readonly zoneOf?: (group: string) => string | null;
  /** What containers on a host have in their environment besides. Default: nothing. */
  readonly environmentOn?: (host: H) => Readonly<Record<string, string>>;
  /** Names of the hosts that generators alone come to, who then come to no other. Default: they stand among nodes. */
  readonly generatorHosts?: readonly string[];
}

interface Placed<H> {
  readonly host: H;
  /** Undefined once it was removed. */
  demand: Demand | undefined;
}

export class Cluster<H extends Host = Host> implements Containers {
  readonly hosts: Hosts<H>;
  /** Every container that was placed, those that are gone too: ids are not used again. */
  readonly #placed = new Map<string, Placed<H>>();
  readonly #occupancy: Occupancy<H>;
  readonly #placement: Placement;
  readonly #zoneOf: (group: string) => string | null;
  readonly #generatorHosts: readonly string[];
  /** By host. */
  readonly #environments: ReadonlyMap<string, Readonly<Record<string, string>>>;

  /** @param hosts in the order in which they are filled where none is better than another. */
  constructor(
    hosts: Hosts<H>,
    {
      placement = 'spread',
      zoneOf = () => null,
      environmentOn = () => ({}),
      generatorHosts = [],
    }: ClusterOptions<H> = {},
  ) {
    this.hosts = hosts;
    this.#occupancy = new Occupancy(hosts, placement, generatorHosts);
    this.#placement = placement;
    this.#generatorHosts = generatorHosts;
    this.#zoneOf = zoneOf;
    this.#environments = new Map(hosts.map((host) => [host.name, environmentOn(host)]));
  }

  /** The host of a container. Fails with `bug` where there are several and none was told of it. */
  hostOf(containerId: string): H {
    const host = this.#placed.get(containerId)?.host ?? (this.hosts.length === 1 ? this.hosts[0] : undefined);
    if (host !== undefined) return host;
    throw new TopolabError(`find the host of container ${containerId}`, { code: 'bug' });
  }

  /** Takes in a container that was launched on a host by its engine, as what observes a run is. Its host has room for that beside what it promises. */
  adopt(containerId: string, host: H): void {
    const demand = { group: '', zone: null, cpus: 0, memoryBytes: 0 };
    this.#occupancy.put(host, demand);
    this.#placed.set(containerId, { host, demand });
  }

  /** Nothing is placed on hosts of these names any more. @returns ends that; others may keep it up. */
  keepOff(names: readonly string[]): () => void {
    const hosts = this.hosts.filter(({ name }) => names.includes(name));
    for (const host of hosts) this.#occupancy.close(host);
    return () => {
      for (const host of hosts) this.#occupancy.open(host);
    };
  }

  /** Those that nodes come to. */
  get nodeHosts(): readonly H[] {
    return this.hosts.filter((host) => useOf(host, this.#generatorHosts) !== 'generators');
  }

  /** On every host: a container that has it may come to any of them, and what one host keeps is not on the others. */
  async createVolume(spec: Parameters<Containers['createVolume']>[0]): Promise<void> {
    for (const { engine } of this.hosts) await engine.createVolume(spec);
  }

  /** On a host that has room for its limits. Fails with `no-host-has-room`. See `Engine.launch`. */
  async launch(spec: ContainerSpec, signal?: AbortSignal): Promise<RunningContainer> {
    const demand = this.#demandOf(spec);
    const host = this.#occupancy.take(demand);
    if (host === undefined) throw this.#noRoom(spec, demand);
    try {
      const env = { ...spec.env, ...this.#environments.get(host.name) };
      const container = await host.engine.launch({ ...spec, env }, signal);
      this.#placed.set(container.id, { host, demand });
      return container;
    } catch (error) {
      this.#occupancy.leave(host, demand);
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const host = this.hostOf(id);
    await host.engine.remove(id);
    const placed = this.#placed.get(id);
    if (placed?.demand === undefined) return;
    this.#occupancy.leave(host, placed.demand);
    placed.demand = undefined;
  }

  inspect(id: string): Promise<ContainerState | undefined> {
    return this.hostOf(id).engine.inspect(id);
  }

  start(id: string): Promise<RunningContainer> {
    return this.hostOf(id).engine.start(id);
  }

  /** What it is promised from then on may be more than its host has: whoever knows beforehand looks beforehand. */
  async resize(id: string, limits: Parameters<Containers['resize']>[1]): Promise<void> {
    const host = this.hostOf(id);
    await host.engine.resize(id, limits);
    const placed = this.#placed.get(id);
    if (placed?.demand === undefined) return;
    this.#occupancy.leave(host, placed.demand);
    placed.demand = { ...placed.demand, cpus: limits.cpus ?? 0, memoryBytes: limits.memoryBytes ?? 0 };
    this.#occupancy.put(host, placed.demand);
  }

  pause(id: string): Promise<void> {
    return this.hostOf(id).engine.pause(id);
  }

  resume(id: string): Promise<void> {
    return this.hostOf(id).engine.resume(id);
  }

  signal(id: string, signal: string): Promise<void> {
    return this.hostOf(id).engine.signal(id, signal);
  }

  stop(id: string, graceMs: number): Promise<void> {
    return this.hostOf(id).engine.stop(id, graceMs);
  }

  logs(id: string, options?: { readonly tailLines?: number }): Promise<string> {
    return this.hostOf(id).engine.logs(id, options);
  }

  followLogs(id: string, signal: AbortSignal): AsyncIterable<string> {
    return this.hostOf(id).engine.followLogs(id, signal);
  }

  exec(id: string, argv: readonly string[]): Promise<ExecResult> {
    return this.hostOf(id).engine.exec(id, argv);
  }

  openStream(id: string, argv: readonly string[]): Promise<Duplex> {
    return this.hostOf(id).engine.openStream(id, argv);
  }

  readFile(id: string, path: string, mostBytes?: number): Promise<Buffer | undefined> {
    return this.hostOf(id).engine.readFile(id, path, mostBytes);
  }

  wait(id: string, signal?: AbortSignal): Promise<number> {
    return this.hostOf(id).engine.wait(id, signal);
  }

  #demandOf({ labels, cpus, memoryBytes }: ContainerSpec): Demand {
    const group = labels[Label.group] ?? '';
    return {
      group,
      zone: this.#zoneOf(group),
      cpus: cpus ?? 0,
      memoryBytes: memoryBytes ?? 0,
      generates: labels[Label.role] === GENERATOR,
    };
  }

  #noRoom({ name, labels }: ContainerSpec, demand: Demand): TopolabError {
    const hosts = this.#occupancy.rooms.map((room) => tellRoom(room, demand, this.#placement));
    return new TopolabError(
      `launch ${labels[Label.node] ?? name}: no host has room for one more of "${demand.group}" with ${tellResources(demand)}: ${hosts.join('; ')}`,
      {
        code: 'no-host-has-room',
        hint: 'Add hosts to the Swarm, or lower replicas, cpus or memory of groups: where a fault keeps nodes off a host, the others need room for them.',
      },
    );
  }
}
