// The hosts of a run: places each container on one of them, and sends what is asked of a container to the engine where it is.
import type { Duplex } from 'node:stream';
import type { ContainerSpec, ContainerState, ExecResult, RunningContainer } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import type { Containers } from './containers.ts';
import type { Host, Hosts } from './host.ts';

export class Cluster<H extends Host = Host> implements Containers {
  readonly hosts: Hosts<H>;
  /** Every container that was placed, those that are gone too: ids are not used again. */
  readonly #placed = new Map<string, H>();
  /** Containers on each host that are being made or are there. */
  readonly #load = new Map<H, number>();
  readonly #there = new Set<string>();

  /** @param hosts in the order in which they are filled where none has fewer containers than another. */
  constructor(hosts: Hosts<H>) {
    this.hosts = hosts;
  }

  /** The host of a container. Fails with `bug` where there are several and none was told of it. */
  hostOf(containerId: string): H {
    const host = this.#placed.get(containerId) ?? (this.hosts.length === 1 ? this.hosts[0] : undefined);
    if (host !== undefined) return host;
    throw new TopolabError(`find the host of container ${containerId}`, { code: 'bug' });
  }

  /** Takes in a container that was launched on a host by its engine, as what observes a run is. */
  adopt(containerId: string, host: H): void {
    this.#placed.set(containerId, host);
    this.#there.add(containerId);
    this.#addLoad(host, 1);
  }

  /** On every host: a container that has it may come to any of them, and what one host keeps is not on the others. */
  async createVolume(spec: Parameters<Containers['createVolume']>[0]): Promise<void> {
    for (const { engine } of this.hosts) await engine.createVolume(spec);
  }

  /** On the host that has the fewest containers of this cluster. See `Engine.launch`. */
  async launch(spec: ContainerSpec, signal?: AbortSignal): Promise<RunningContainer> {
    const host = this.#leastLoaded();
    this.#addLoad(host, 1);
    try {
      const container = await host.engine.launch(spec, signal);
      this.#placed.set(container.id, host);
      this.#there.add(container.id);
      return container;
    } catch (error) {
      this.#addLoad(host, -1);
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const host = this.hostOf(id);
    await host.engine.remove(id);
    if (this.#there.delete(id)) this.#addLoad(host, -1);
  }

  inspect(id: string): Promise<ContainerState | undefined> {
    return this.hostOf(id).engine.inspect(id);
  }

  start(id: string): Promise<RunningContainer> {
    return this.hostOf(id).engine.start(id);
  }

  resize(id: string, limits: Parameters<Containers['resize']>[1]): Promise<void> {
    return this.hostOf(id).engine.resize(id, limits);
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

  #leastLoaded(): H {
    const load = (host: H): number => this.#load.get(host) ?? 0;
    return this.hosts.reduce((least, host) => (load(host) < load(least) ? host : least));
  }

  #addLoad(host: H, change: number): void {
    this.#load.set(host, (this.#load.get(host) ?? 0) + change);
  }
}
