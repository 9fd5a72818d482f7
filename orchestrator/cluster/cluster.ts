// The hosts of a run: places each container on one of them, and sends what is asked of a container to the engine where it is.
import type { Duplex } from 'node:stream';
import { raceSignal } from 'race-signal';
import {
  type ContainerSpec,
  type ContainerState,
  type ExecResult,
  Label,
  type Labels,
  type RunningContainer,
} from '../engine/engine.ts';
import { saidOf, TopolabError } from '../errors.ts';
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
  /** What nodes of a group keep on their host's disk; see `Demand.storage`. Default: nothing. */
  readonly storageOf?: (group: string) => string | undefined;
  /** What containers on a host have in their environment besides. Default: nothing. */
  readonly environmentOn?: (host: H) => Readonly<Record<string, string>>;
  /** Names of the hosts that generators alone come to, who then come to no other. Default: they stand among nodes. */
  readonly generatorHosts?: readonly string[];
  /** Whether a host other than the first is gone, asked where something could not be done there. Default: none ever is. */
  readonly isGone?: (host: string) => Promise<boolean>;
}

interface Placed<H> {
  readonly host: H;
  readonly labels: Labels;
  /** Undefined once it was removed. */
  demand: Demand | undefined;
}

/** A container that was on a host when that was lost. */
export interface LostContainer {
  readonly id: string;
  /** `Label.node` and `Label.role`; '' where it has none. */
  readonly node: string;
  readonly role: string;
}

export class Cluster<H extends Host = Host> implements Containers {
  readonly hosts: Hosts<H>;
  /** Every container that was placed, those that are gone too: ids are not used again. */
  readonly #placed = new Map<string, Placed<H>>();
  readonly #occupancy: Occupancy<H>;
  readonly #placement: Placement;
  readonly #zoneOf: (group: string) => string | null;
  readonly #storageOf: (group: string) => string | undefined;
  readonly #generatorHosts: readonly string[];
  readonly #isGone: (host: string) => Promise<boolean>;
  /** By host. */
  readonly #environments: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** By host: aborts when it is lost. */
  readonly #losses: ReadonlyMap<H, AbortController>;

  /** @param hosts in the order in which they are filled where none is better than another. */
  constructor(
    hosts: Hosts<H>,
    {
      placement = 'spread',
      zoneOf = () => null,
      storageOf = () => undefined,
      environmentOn = () => ({}),
      generatorHosts = [],
      isGone = async () => false,
    }: ClusterOptions<H> = {},
  ) {
    this.hosts = hosts;
    this.#isGone = isGone;
    this.#losses = new Map(hosts.map((host) => [host, new AbortController()]));
    this.#occupancy = new Occupancy(hosts, placement, generatorHosts);
    this.#placement = placement;
    this.#generatorHosts = generatorHosts;
    this.#zoneOf = zoneOf;
    this.#storageOf = storageOf;
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
    this.#placed.set(containerId, { host, labels: {}, demand });
  }

  /** Those that have not been lost; the first always is among them. */
  get there(): readonly H[] {
    return this.hosts.filter((host) => !this.lossOf(host).aborted);
  }

  /** Aborts when a host is lost. */
  lossOf(host: H): AbortSignal {
    return (this.#losses.get(host) ?? new AbortController()).signal;
  }

  /**
   * A host has gone for good: nothing is placed there any more, every container there counts as gone, and what is being done to one
   * ends at once. @returns those that were there; none where it was lost before.
   */
  lose(name: string): readonly LostContainer[] {
    const host = this.hosts.find((each) => each.name === name);
    if (host === undefined || this.lossOf(host).aborted) return [];
    this.#occupancy.close(host);
    this.#losses.get(host)?.abort(hostGone('use a container', host));
    return [...this.#placed].flatMap(([id, placed]) => {
      if (placed.host !== host || placed.demand === undefined) return [];
      const { [Label.node]: node = '', [Label.role]: role = '' } = placed.labels;
      return [{ id, node, role }];
    });
  }

  /** Does something on the host of a container. @param ifGone what comes of it where that host is lost, or is lost meanwhile. */
  async onHostOf<T>(id: string, work: (host: H) => Promise<T>, ifGone: (host: H) => T): Promise<T> {
    const host = this.hostOf(id);
    return await this.#on(host, () => work(host), ifGone);
  }

  async #on<T>(host: H, work: () => Promise<T>, ifGone: (host: H) => T): Promise<T> {
    // With the first one everything is lost.
    if (host === this.hosts[0]) return await work();
    const lost = this.lossOf(host);
    if (lost.aborted) return ifGone(host);
    try {
      return await raceSignal(work(), lost);
    } catch (error) {
      // The question itself may have it counted as lost.
      if (lost.aborted || (await this.#isGone(host.name))) return ifGone(host);
      throw error;
    }
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
    return this.there.filter((host) => useOf(host, this.#generatorHosts) !== 'generators');
  }

  /** On every host, for the first container that has it may come to any of them. The others follow it: see `Demand.storage`. */
  async createVolume(spec: Parameters<Containers['createVolume']>[0]): Promise<void> {
    for (const { engine } of this.there) await engine.createVolume(spec);
  }

  /** On a host that has room for its limits. Fails with `no-host-has-room`, and with `host-gone` where that host is lost meanwhile. See `Engine.launch`. */
  async launch(spec: ContainerSpec, signal?: AbortSignal): Promise<RunningContainer> {
    const demand = this.#demandOf(spec);
    const host = this.#occupancy.take(demand);
    if (host === undefined) throw this.#noRoom(spec, demand);
    try {
      const env = { ...spec.env, ...this.#environments.get(host.name) };
      const container = await this.#on(
        host,
        () => host.engine.launch({ ...spec, env }, signal),
        failed(`launch ${spec.name}`),
      );
      this.#placed.set(container.id, { host, labels: spec.labels, demand });
      return container;
    } catch (error) {
      this.#occupancy.leave(host, demand);
      // Of several hosts the disk of one may be full, and nothing else tells which.
      throw this.hosts.length === 1 || this.lossOf(host).aborted ? error : saidOf(host.name, error);
    }
  }

  async remove(id: string): Promise<void> {
    await this.onHostOf(id, ({ engine }) => engine.remove(id), nothing);
    const placed = this.#placed.get(id);
    if (placed?.demand === undefined) return;
    this.#occupancy.leave(placed.host, placed.demand);
    placed.demand = undefined;
  }

  inspect(id: string): Promise<ContainerState | undefined> {
    return this.onHostOf(id, ({ engine }) => engine.inspect(id), nothing);
  }

  start(id: string): Promise<RunningContainer> {
    return this.onHostOf(id, ({ engine }) => engine.start(id), gone);
  }

  /** What it is promised from then on may be more than its host has: whoever knows beforehand looks beforehand. */
  async resize(id: string, limits: Parameters<Containers['resize']>[1]): Promise<void> {
    await this.onHostOf(id, ({ engine }) => engine.resize(id, limits), gone);
    const placed = this.#placed.get(id);
    if (placed?.demand === undefined) return;
    this.#occupancy.leave(placed.host, placed.demand);
    placed.demand = { ...placed.demand, cpus: limits.cpus ?? 0, memoryBytes: limits.memoryBytes ?? 0 };
    this.#occupancy.put(placed.host, placed.demand);
  }

  pause(id: string): Promise<void> {
    return this.onHostOf(id, ({ engine }) => engine.pause(id), nothing);
  }

  resume(id: string): Promise<void> {
    return this.onHostOf(id, ({ engine }) => engine.resume(id), nothing);
  }

  signal(id: string, signal: string): Promise<void> {
    return this.onHostOf(id, ({ engine }) => engine.signal(id, signal), nothing);
  }

  stop(id: string, graceMs: number): Promise<void> {
    return this.onHostOf(id, ({ engine }) => engine.stop(id, graceMs), nothing);
  }

  logs(id: string, options?: { readonly tailLines?: number }): Promise<string> {
    return this.onHostOf(
      id,
      ({ engine }) => engine.logs(id, options),
      () => '',
    );
  }

  followLogs(id: string, signal: AbortSignal): AsyncIterable<string> {
    const host = this.hostOf(id);
    return host.engine.followLogs(id, AbortSignal.any([signal, this.lossOf(host)]));
  }

  /** Fails with `host-gone` where its host is lost, as `openStream` and `wait` do. */
  exec(id: string, argv: readonly string[]): Promise<ExecResult> {
    return this.onHostOf(id, ({ engine }) => engine.exec(id, argv), failed('execute a command'));
  }

  openStream(id: string, argv: readonly string[]): Promise<Duplex> {
    return this.onHostOf(id, ({ engine }) => engine.openStream(id, argv), failed('open a stream'));
  }

  readFile(id: string, path: string, mostBytes?: number): Promise<Buffer | undefined> {
    return this.onHostOf(id, ({ engine }) => engine.readFile(id, path, mostBytes), nothing);
  }

  wait(id: string, signal?: AbortSignal): Promise<number> {
    return this.onHostOf(id, ({ engine }) => engine.wait(id, signal), failed('see the end of a container'));
  }

  #demandOf({ labels, cpus, memoryBytes }: ContainerSpec): Demand {
    const group = labels[Label.group] ?? '';
    return {
      group,
      zone: this.#zoneOf(group),
      cpus: cpus ?? 0,
      memoryBytes: memoryBytes ?? 0,
      generates: labels[Label.role] === GENERATOR,
      storage: this.#storageOf(group),
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

/** The error of what could not be done because a host was lost. */
function hostGone(attempted: string, { name }: Host): TopolabError {
  return new TopolabError(`${attempted}: host ${name} was lost`, { code: 'host-gone' });
}

function failed(attempted: string): (host: Host) => never {
  return (host) => {
    throw hostGone(attempted, host);
  };
}

/** As an engine says of a container that it does not have. */
function gone({ name }: Host): never {
  throw new TopolabError(`use a container: host ${name} was lost with it`, { code: 'container-gone' });
}

function nothing(): undefined {}
