// An engine in memory for unit tests. Containers "run" until they are ended; test/contract holds it to what Docker does.
import { type Duplex, PassThrough } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { TopolabError } from '../../errors.ts';
import {
  type ContainerEvent,
  type ContainerSpec,
  type Engine,
  type EngineReach,
  type ExecResult,
  Label,
  type Labels,
  type NetworkSpec,
  type NewNetwork,
  type RunningContainer,
} from '../engine.ts';
import { fileTooLarge, MOST_FILE_BYTES } from '../file-too-large.ts';
import { FakeContainer, type FakeProgram } from './fake-container.ts';
import { createFakeImages, type FakeImages } from './fake-images.ts';

export interface FakeEngineOptions {
  /** Time of events, and the grace time of `stop`. Defaults to the wall clock. */
  readonly clock?: { now(): number; until?(atMs: number, signal?: AbortSignal): Promise<void> };
  /** The images that are there; absent = any image anybody asks for. */
  readonly images?: readonly string[];
  /** What a container does, by its spec. */
  readonly program?: (spec: ContainerSpec) => FakeProgram | undefined;
  /** Answers `exec`; defaults to success in silence. */
  readonly exec?: (container: FakeContainer, argv: readonly string[]) => ExecResult;
  /** Answers `openStream`; defaults to a stream that gives back what it gets, as `cat` does. */
  readonly stream?: (container: FakeContainer, argv: readonly string[]) => Duplex;
}

export interface FakeEngine extends Engine {
  /** All containers that were launched and not removed. */
  readonly containers: ReadonlyMap<string, FakeContainer>;
  /** Ends a container from within. */
  exit(id: string, exitCode: number, options?: { readonly outOfMemory?: boolean }): void;
  /** The next launch of a container of that name fails with this error. */
  failLaunch(name: string, error: Error): void;
}

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  return new InMemoryEngine(options);
}

interface FakeNetwork extends NewNetwork {
  readonly labels: Labels;
}

interface Watcher {
  readonly labels: Labels;
  readonly onEvent: (event: ContainerEvent) => void;
}

class InMemoryEngine implements FakeEngine {
  readonly description = {
    kind: 'fake',
    version: '0',
    apiVersion: '0',
    os: 'none',
    kernel: 'none',
    architecture: 'none',
    cpus: 8,
    memoryBytes: 16 * 2 ** 30,
  };
  readonly reach: EngineReach = { host: null, hostName: 'fake-host', remarks: [] };
  readonly images: FakeImages;
  readonly swarm = undefined;
  readonly containers = new Map<string, FakeContainer>();
  readonly #names = new Set<string>();
  readonly #options: FakeEngineOptions;
  readonly #networks = new Map<string, FakeNetwork>();
  readonly #volumes = new Map<string, Labels>();
  readonly #failures = new Map<string, Error>();
  readonly #watchers = new Set<Watcher>();
  #made = 0;

  constructor(options: FakeEngineOptions) {
    this.#options = options;
    this.images = createFakeImages(options.images);
  }

  exit(id: string, exitCode: number, { outOfMemory = false } = {}): void {
    const container = this.#running(id);
    // Kernels tell of each page that they could not give.
    for (const _page of outOfMemory ? [1, 2, 3] : []) this.#tell('out-of-memory', container);
    container.end(exitCode, outOfMemory);
  }

  failLaunch(name: string, error: Error): void {
    this.#failures.set(name, error);
  }

  async createNetwork(spec: NetworkSpec): Promise<FakeNetwork> {
    const network = { ...spec, id: this.#newId(), subnets: ['10.0.0.0/8'] };
    this.#networks.set(network.id, network);
    return network;
  }

  async removeNetwork(id: string): Promise<void> {
    for (const container of this.containers.values()) container.networks.delete(id);
    this.#networks.delete(id);
  }

  async connect(networkId: string, containerId: string): Promise<string> {
    if (!this.#networks.has(networkId)) throw new Error(`no such network: ${networkId}`);
    const container = this.containers.get(containerId);
    if (container === undefined) throw new Error(`no such container: ${containerId}`);
    container.networks.add(networkId);
    return container.running ? addressOf(container.networks.size - 1, Number.parseInt(containerId, 16)) : '';
  }

  async disconnect(networkId: string, containerId: string): Promise<void> {
    this.containers.get(containerId)?.networks.delete(networkId);
  }

  async createVolume(spec: { readonly name: string; readonly labels: Labels }): Promise<void> {
    this.#volumes.set(spec.name, spec.labels);
  }

  async removeVolume(name: string): Promise<void> {
    this.#volumes.delete(name);
  }

  async launch(spec: ContainerSpec, signal?: AbortSignal): Promise<RunningContainer> {
    if (spec.hardened && spec.files?.length)
      throw new Error(`${spec.name}: files cannot be placed in a read-only (hardened) container`);
    signal?.throwIfAborted();
    await nextTurn();
    signal?.throwIfAborted();
    this.#check(spec);
    const started = this.#place(spec);
    const container = new FakeContainer(spec, started, this.#options.program?.(spec) ?? {}, (ended) =>
      this.#tell('exited', ended),
    );
    this.containers.set(started.id, container);
    this.#names.add(spec.name);
    this.#tell('started', container);
    container.begin();
    await nextTurn();
    if (signal?.aborted) {
      await this.remove(started.id);
      throw signal.reason;
    }
    return started;
  }

  async inspect(id: string): ReturnType<Engine['inspect']> {
    const container = this.containers.get(id);
    if (container === undefined) return undefined;
    const { running, paused, exitCode, outOfMemory, health, started } = container;
    const address = running ? started.address : '';
    return { running, paused, address, exitCode, outOfMemory, health };
  }

  async start(id: string): Promise<RunningContainer> {
    const container = this.containers.get(id);
    if (container === undefined) throw gone(id);
    if (container.running) return container.started;
    // As with Docker, somebody else may have got its address meanwhile.
    this.#made += 1;
    container.again({ ...container.started, ...addressesOf(container.spec, this.#made) });
    this.#tell('started', container);
    container.begin();
    return container.started;
  }

  async resize(
    id: string,
    limits: { readonly cpus: number | null; readonly memoryBytes: number | null },
  ): Promise<void> {
    this.#running(id).limits = limits;
  }

  async pause(id: string): Promise<void> {
    const container = this.containers.get(id);
    if (container?.running === true) container.paused = true;
  }

  async resume(id: string): Promise<void> {
    const container = this.containers.get(id);
    if (container !== undefined) container.paused = false;
  }

  async signal(id: string, signal: string): Promise<void> {
    this.containers.get(id)?.signal(signal);
  }

  async stop(id: string, graceMs: number): Promise<void> {
    const container = this.containers.get(id);
    if (!container?.running) return;
    container.signal('SIGTERM');
    const over = new AbortController();
    await Promise.race([container.exited, this.#pause(graceMs, over.signal)]);
    over.abort();
    container.signal('SIGKILL');
  }

  async remove(id: string): Promise<void> {
    const container = this.containers.get(id);
    if (container === undefined) return;
    container.signal('SIGKILL');
    this.containers.delete(id);
    this.#names.delete(container.spec.name);
  }

  async logs(id: string, { tailLines }: { readonly tailLines?: number } = {}): Promise<string> {
    const output = this.containers.get(id)?.output ?? '';
    if (tailLines === undefined) return output;
    const lines = output.split('\n').slice(0, -1);
    return lines
      .slice(Math.max(0, lines.length - tailLines))
      .map((line) => `${line}\n`)
      .join('');
  }

  async *followLogs(id: string, signal: AbortSignal): AsyncGenerator<string> {
    const container = this.containers.get(id);
    if (container !== undefined) yield* container.lines(signal);
  }

  async exec(id: string, argv: readonly string[]): Promise<ExecResult> {
    const container = this.#running(id);
    return this.#options.exec?.(container, argv) ?? { exitCode: 0, stdout: '', stderr: '' };
  }

  async openStream(id: string, argv: readonly string[]): Promise<Duplex> {
    const container = this.#running(id);
    const stream = this.#options.stream?.(container, argv) ?? new PassThrough();
    stream.on('error', () => undefined);
    void container.exited.then(() => stream.destroy());
    return stream;
  }

  async readFile(id: string, path: string, mostBytes = MOST_FILE_BYTES): Promise<Buffer | undefined> {
    const content = this.containers.get(id)?.files.get(path);
    if (content !== undefined && content.length > mostBytes) throw fileTooLarge(path, mostBytes);
    return content;
  }

  async wait(id: string, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    const container = this.containers.get(id);
    if (container === undefined) throw gone(id);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    return Promise.race([container.exited, aborted]);
  }

  async watch(labels: Labels, onEvent: Watcher['onEvent'], signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const watcher = { labels, onEvent };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  async list(run?: string): ReturnType<Engine['list']> {
    const matches = ({ labels }: { readonly labels: Labels }): boolean =>
      run === undefined ? Label.run in labels : labels[Label.run] === run;
    const containers = [...this.containers.values()].map(({ started, spec }) => ({
      id: started.id,
      name: spec.name,
      labels: spec.labels,
    }));
    const volumes = [...this.#volumes].map(([name, labels]) => ({ name, labels }));
    return {
      containers: containers.filter(matches),
      networks: [...this.#networks.values()].filter(matches),
      volumes: volumes.filter(matches),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchers.clear();
  }

  #check(spec: ContainerSpec): void {
    const node = spec.labels[Label.node] ?? spec.name;
    const planted = this.#failures.get(spec.name);
    this.#failures.delete(spec.name);
    if (planted !== undefined) throw planted;
    if (!this.images.canLaunch(spec.image))
      throw new TopolabError(`cannot launch ${node}: there is no image ${spec.image} here`, {
        code: 'image-not-found',
        hint: 'Build it, or correct the name in the scenario.',
      });
    if (this.#names.has(spec.name))
      throw new TopolabError(`${node} could not be started: the name ${spec.name} is in use`, {
        code: 'container-not-started',
      });
    const taken = spec.publish?.find(({ hostPort }) => this.#isUsed(hostPort));
    if (taken !== undefined)
      throw new TopolabError(`cannot launch ${node}: port ${taken.hostPort} of this machine is taken`, {
        code: 'port-taken',
        hint: 'Choose another port.',
      });
  }

  #isUsed(port: number): boolean {
    return [...this.containers.values()].some(
      ({ running, started }) => running && Object.values(started.ports).includes(port),
    );
  }

  #place(spec: ContainerSpec): RunningContainer {
    const id = this.#newId();
    const number = this.#made;
    const ports = (spec.publish ?? []).map(({ containerPort, hostPort }, index) => [
      containerPort,
      hostPort === 0 ? 20_000 + number * 16 + index : hostPort,
    ]);
    return {
      id,
      name: spec.name,
      labels: spec.labels,
      ...addressesOf(spec, number),
      prefixLength: spec.network ? 16 : 0,
      ports: Object.fromEntries(ports) as Record<number, number>,
    };
  }

  #running(id: string): FakeContainer {
    const container = this.containers.get(id);
    if (!container?.running) throw gone(id);
    return container;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const paused = clock?.until
      ? clock.until(clock.now() + ms, signal)
      : sleep(ms, undefined, { signal }).catch(() => undefined);
    await paused;
  }

  #tell(kind: ContainerEvent['kind'], { started, exitCode }: FakeContainer): void {
    const { id: containerId, labels } = started;
    const atMs = this.#options.clock?.now() ?? Date.now();
    for (const watcher of this.#watchers) {
      if (Object.entries(watcher.labels).every(([key, value]) => labels[key] === value))
        watcher.onEvent({
          kind,
          containerId,
          labels,
          exitCode: kind === 'exited' ? exitCode : null,
          atMs,
        });
    }
  }

  #newId(): string {
    this.#made += 1;
    return this.#made.toString(16).padStart(64, '0');
  }
}

function gone(id: string): TopolabError {
  return new TopolabError(`container ${id} is not running any more`, { code: 'container-gone' });
}

function addressesOf(spec: ContainerSpec, number: number): Pick<RunningContainer, 'address' | 'addresses'> {
  const networks = [...(spec.network ? [spec.network] : []), ...(spec.alsoIn ?? [])];
  return {
    address: spec.network ? addressOf(0, number) : '',
    addresses: Object.fromEntries(networks.map((network, index) => [network.id, addressOf(index, number)])),
  };
}

/** @param place the how many-th network of the container it is. */
function addressOf(place: number, number: number): string {
  return `10.${place}.${number >> 8}.${number & 255}`;
}
