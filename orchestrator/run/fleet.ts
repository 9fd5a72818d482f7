// The nodes of a run: launches them, waits until they are ready, puts servers into the balancer, resizes and retires them.
import type { AgentClient, MeasuredContainer, ScrapeTarget } from '../agent/agent-client.ts';
import { Haproxy } from '../balancer/haproxy.ts';
import type { ContainerEvent, Engine, RunningContainer } from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { nodeTarget, type RunLabels } from '../metrics/scrape-targets.ts';
import type { ActionChange } from '../plan/plan.ts';
import type { Group } from '../scenario/scenario.ts';
import { awaitReady } from './await-ready.ts';
import { type Limits, type NodeContext, nodeSpec } from './node-spec.ts';
import type { Recorder } from './recorder.ts';

type NodeState = 'starting' | 'ready' | 'leaving' | 'exited';

interface FleetNode {
  readonly name: string;
  readonly group: Group;
  container: RunningContainer | undefined;
  state: NodeState;
  /** Aborts what waits for this node when its container has exited. */
  readonly gone: AbortController;
  /** Settles when the node has joined, or failed to. */
  joined: Promise<void>;
}

export interface FleetOptions {
  readonly engine: Engine;
  readonly agent: AgentClient;
  readonly context: NodeContext;
  readonly recorder: Recorder;
  /** Called whenever a count or a limit changes. */
  readonly onChange: (counts: readonly GroupCount[]) => void;
  /** Keeps the log of a node that is about to be removed. */
  readonly keepLog: (node: string, log: string) => Promise<void>;
}

export interface GroupCount {
  readonly group: string;
  readonly ready: number;
  readonly starting: number;
  readonly leaving: number;
  readonly limits: Limits;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #nodes = new Map<string, FleetNode>();
  readonly #limits = new Map<string, Limits>();
  readonly #runLabels: RunLabels;
  readonly #haproxies = new Map<string, Haproxy>();
  /** Exits seen before the launch of their container had returned. */
  readonly #earlyExits = new Set<string>();
  /** Containers that are not nodes of a group but are measured like them: generators, agent, Prometheus. */
  readonly #extras = new Map<string, MeasuredContainer>();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#runLabels = { run: options.context.run, scenario: options.context.scenario.name };
    for (const { name, cpus, memoryBytes } of options.context.scenario.groups) {
      this.#limits.set(name, { cpus, memoryBytes });
    }
  }

  /** Launches nodes of a group in parallel; each joins when it is ready. Rejects with the first failure after all have settled. */
  async launch(groupName: string, names: readonly string[], signal: AbortSignal): Promise<void> {
    const group = this.#group(groupName);
    const results = await Promise.allSettled(
      names.map((name) => {
        const node: FleetNode = {
          name,
          group,
          container: undefined,
          state: 'starting',
          gone: new AbortController(),
          joined: Promise.resolve(),
        };
        this.#nodes.set(name, node);
        node.joined = this.#join(node, signal);
        return node.joined;
      }),
    );
    signal.throwIfAborted();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Takes nodes out in parallel: out of the balancer, drained, stopped, removed. */
  async retire(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#retire(name)));
  }

  /** Changes the limits of all nodes of a group that run now, and of those that join later. */
  async resize(groupName: string, change: Limits): Promise<void> {
    const before = this.#limits.get(groupName) ?? { cpus: null, memoryBytes: null };
    const limits = {
      cpus: change.cpus ?? before.cpus,
      memoryBytes: change.memoryBytes ?? before.memoryBytes,
    };
    this.#limits.set(groupName, limits);
    const nodes = this.#of(groupName).filter(({ state }) => state === 'ready' || state === 'starting');
    await Promise.all(
      nodes.map(async (node) => {
        // A node whose container is being made got the old limits.
        if (node.container === undefined) await node.joined;
        if (node.container !== undefined) await this.#options.engine.resize(node.container.id, limits);
      }),
    );
    this.#changed();
  }

  async perform(change: ActionChange, signal: AbortSignal): Promise<void> {
    switch (change.kind) {
      case 'scale-out':
        return await this.launch(change.group, change.nodes, signal);
      case 'scale-in':
        return await this.retire(change.nodes);
      case 'resize':
        return await this.resize(change.group, change);
      case 'join':
      case 'leave':
      case 'link':
      case 'kill':
        throw new TopolabError(
          `perform ${change.kind} on ${change.group ?? 'the network'}: not possible yet`,
          {
            code: 'not-supported-yet',
          },
        );
    }
  }

  /** Measures a container that is not a node of a group. */
  measure(labels: { group: string; node: string; role: string }, { id, pid }: RunningContainer): void {
    this.#extras.set(id, { id, pid, labels });
  }

  /** Undoes `measure`. */
  stopMeasuring({ id }: RunningContainer): void {
    this.#extras.delete(id);
  }

  /** The nodes that have an exposition of their own to scrape. */
  targets(): ScrapeTarget[] {
    return [...this.#nodes.values()].flatMap(({ name, group, container, state }) => {
      if (container === undefined || group.metrics === null || state === 'starting' || state === 'exited')
        return [];
      const labels = { ...this.#runLabels, group: group.name, node: name, role: group.role };
      return [nodeTarget(labels, container.address, group.metrics)];
    });
  }

  /** The containers whose counters are to be read. */
  containers(): MeasuredContainer[] {
    const nodes = [...this.#nodes.values()].flatMap(({ name, group, container, state }) =>
      container === undefined || state === 'exited'
        ? []
        : [
            {
              id: container.id,
              pid: container.pid,
              labels: { group: group.name, node: name, role: group.role },
            },
          ],
    );
    return [...this.#extras.values(), ...nodes];
  }

  counts(): GroupCount[] {
    return this.#options.context.scenario.groups.map(({ name }) => {
      const nodes = this.#of(name);
      const count = (state: NodeState) => nodes.filter((node) => node.state === state).length;
      return {
        group: name,
        ready: count('ready'),
        starting: count('starting'),
        leaving: count('leaving'),
        limits: this.#limits.get(name) ?? { cpus: null, memoryBytes: null },
      };
    });
  }

  /** Takes in what the engine saw. Exits we caused are expected. */
  observe(event: ContainerEvent): void {
    const node = [...this.#nodes.values()].find(({ container }) => container?.id === event.containerId);
    if (node === undefined) {
      if (event.kind === 'exited') this.#earlyExits.add(event.containerId);
      return;
    }
    const { name, group, state } = node;
    const { recorder } = this.#options;
    if (event.kind === 'out-of-memory') {
      recorder.record({ type: 'node-out-of-memory', node: name, group: group.name });
    }
    if (event.kind === 'exited') {
      const expected = state === 'leaving';
      recorder.record({
        type: 'node-exited',
        node: name,
        group: group.name,
        exitCode: event.exitCode,
        expected,
      });
      if (!expected) node.state = 'exited';
      node.gone.abort(new Error(`${name} exited`));
      this.#changed();
    }
  }

  /** Saves the logs of all nodes that are still there. */
  async keepLogs(): Promise<void> {
    await Promise.all(
      [...this.#nodes.values()].map(async ({ name, container }) => {
        if (container !== undefined) await this.#keepLog(name, container.id);
      }),
    );
  }

  async #join(node: FleetNode, signal: AbortSignal): Promise<void> {
    const { engine, agent, context, recorder } = this.#options;
    const { name, group } = node;
    this.#changed();
    const startedMs = performance.now();
    try {
      const limits = this.#limits.get(group.name) ?? group;
      const container = await engine.launch(nodeSpec(group, name, limits, context), signal);
      node.container = container;
      recorder.record({
        type: 'node-launched',
        node: name,
        group: group.name,
        containerId: container.id,
        image: context.imageFor(group.image),
        address: container.address,
      });
      if (this.#earlyExits.has(container.id)) node.gone.abort(new Error(`${name} exited`));
      this.#changed();
      await awaitReady(name, container, group.readiness, {
        engine,
        agent,
        signal: AbortSignal.any([signal, node.gone.signal]),
      });
      await this.#enterBalancers(node);
      if (node.state === 'starting') node.state = 'ready';
      recorder.record({
        type: 'node-ready',
        node: name,
        group: group.name,
        tookMs: Math.round(performance.now() - startedMs),
      });
    } catch (error) {
      if (node.state === 'starting') node.state = 'exited';
      throw error;
    } finally {
      this.#changed();
    }
  }

  async #enterBalancers(node: FleetNode): Promise<void> {
    const { name, group } = node;
    if (group.role === 'balancer' && !group.foreignImage) {
      const haproxy = new Haproxy(
        (address, commands) => this.#options.agent.exchange(address, commands),
        name,
      );
      this.#haproxies.set(name, haproxy);
      await Promise.all(this.#of(group.balances, 'ready').map((server) => this.#enter(haproxy, server)));
      return;
    }
    await Promise.all(this.#balancersOf(group.name).map((haproxy) => this.#enter(haproxy, node)));
  }

  async #enter(haproxy: Haproxy, { name, container, group }: FleetNode): Promise<void> {
    if (container !== undefined) await haproxy.add(name, container.address, group.port);
  }

  async #retire(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    // One that is still starting has to be there before it can go.
    await node.joined.catch(() => {});
    const { engine, recorder } = this.#options;
    const { container, group } = node;
    if (container === undefined) return;
    if (node.state !== 'exited') node.state = 'leaving';
    this.#changed();
    const haproxies = this.#balancersOf(group.name);
    const drains = await Promise.all(haproxies.map((haproxy) => haproxy.drain(name, group.stopGraceMs)));
    if (drains.some(({ drained }) => !drained)) {
      recorder.warn(
        `${name} still had requests after ${group.stopGraceMs / 1000} s of draining; they were cut`,
      );
    }
    await engine.stop(container.id, group.stopGraceMs);
    await Promise.all(haproxies.map((haproxy) => haproxy.remove(name)));
    await this.#keepLog(name, container.id);
    await engine.remove(container.id);
    this.#nodes.delete(name);
    recorder.record({ type: 'node-left', node: name, group: group.name });
    this.#changed();
  }

  async #keepLog(node: string, containerId: string): Promise<void> {
    try {
      const log = await this.#options.engine.logs(containerId, { tailLines: 20_000 });
      await this.#options.keepLog(node, log);
    } catch (error) {
      this.#options.recorder.warn(`keep the log of ${node}: ${messageOf(error)}`);
    }
  }

  #balancersOf(group: string): Haproxy[] {
    const balancers = [...this.#nodes.values()].filter(
      (node) => node.group.role === 'balancer' && node.group.balances === group,
    );
    return balancers.flatMap(({ name }) => this.#haproxies.get(name) ?? []);
  }

  #of(group: string, state?: NodeState): FleetNode[] {
    return [...this.#nodes.values()].filter(
      (node) => node.group.name === group && (state === undefined || node.state === state),
    );
  }

  #group(name: string): Group {
    const group = this.#options.context.scenario.groups.find((each) => each.name === name);
    if (group === undefined)
      throw new TopolabError(`find group ${name}: the plan names it, the scenario does not`, { code: 'bug' });
    return group;
  }

  #changed(): void {
    this.#options.onChange(this.counts());
  }
}
