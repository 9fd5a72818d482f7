// The nodes of a run: launches them, waits until they are ready, puts servers into the balancer, resizes and retires them.
import { raceSignal } from 'race-signal';
import type { AgentClient, MeasuredContainer, ScrapeTarget } from '../agent/agent-client.ts';
import type { ContainerEvent, Engine, RunningContainer } from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { bestConnected, type Candidate } from '../faults/best-connected.ts';
import { GroupLinks, type LinkedNode } from '../faults/group-links.ts';
import { killNode } from '../faults/kill-node.ts';
import type { NetAdmin } from '../faults/net-admin.ts';
import { NeighbourTables } from '../faults/neighbour-tables.ts';
import { balancerTarget, nodeTarget, type RunLabels } from '../metrics/scrape-targets.ts';
import { applyChange, type GroupState, initialState } from '../plan/group-state.ts';
import type { ActionChange } from '../plan/plan.ts';
import type { Group, Link } from '../scenario/groups/group.ts';
import type { KillRule } from '../scenario/timeline/timeline.ts';
import { containerLimits, type Limits } from '../scenario/groups/container-limits.ts';
import { exchanges, fillsNeighbourTable, sharesFiles } from '../scenario/groups/swarm-size.ts';
import { awaitReady } from './await-ready.ts';
import { type NodeContext, nodeSpec } from './node-spec.ts';
import { OpenLines } from './open-lines.ts';
import type { Recorder } from './recorder.ts';
import { Rotation, type RotationServer } from './rotation.ts';

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
  /** Asks nodes from inside their network. */
  readonly agent: Pick<AgentClient, 'probe' | 'http' | 'exchange'>;
  readonly context: NodeContext;
  readonly recorder: Recorder;
  /** Shapes links and fills neighbour tables; undefined where the scenario needs neither. */
  readonly netAdmin?: NetAdmin | undefined;
  /** Called whenever a count, a limit or a link changes. */
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
  /** In force for each node; null = not shaped. */
  readonly link: Link | null;
}

type KillChange = Extract<ActionChange, { readonly kind: 'kill' }>;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #nodes = new Map<string, FleetNode>();
  readonly #states: Map<string, GroupState>;
  readonly #links: GroupLinks;
  readonly #neighbourTables: NeighbourTables;
  readonly #runLabels: RunLabels;
  readonly #rotation: Rotation;
  /** Whether it was said that what happens to nodes can't be recorded. */
  #unrecorded = false;
  /** What was seen of containers before their launch had returned, by container id. */
  readonly #early = new Map<string, ContainerEvent[]>();
  /** Containers that are not nodes of a group but are measured like them: generators, agent, Prometheus. */
  readonly #extras = new Map<string, MeasuredContainer>();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#runLabels = { run: options.context.run, scenario: options.context.scenario.name };
    this.#rotation = new Rotation((address, commands) => options.agent.exchange(address, commands));
    this.#states = new Map(options.context.scenario.groups.map((group) => [group.name, initialState(group)]));
    this.#links = new GroupLinks(options.netAdmin, (group) => this.#inForce(group).link);
    const isLarge = fillsNeighbourTable(options.context.scenario);
    this.#neighbourTables = new NeighbourTables(isLarge ? options.netAdmin?.run : undefined);
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

  /** Takes nodes out in parallel: out of the balancer, drained, stopped, removed. Waits for none of it when the signal aborts. */
  async retire(names: readonly string[], signal: AbortSignal): Promise<void> {
    await Promise.all(names.map((name) => this.#retire(name, signal)));
  }

  /** Gives all nodes of a group that run now the limits that are in force since now. */
  async #resizeGroup(groupName: string): Promise<void> {
    const { limits } = this.#inForce(groupName);
    const nodes = this.#of(groupName).filter(({ state }) => state === 'ready' || state === 'starting');
    await Promise.all(
      nodes.map(async (node) => {
        // A node whose container is being made got the old limits. One that fails to join is the joining action's error.
        if (node.container === undefined) await node.joined.catch(() => {});
        if (node.container !== undefined && node.state !== 'exited')
          await this.#resize(node.container, containerLimits(node.group, limits));
      }),
    );
    this.#changed();
  }

  /** A node that has gone meanwhile is no error. */
  async #resize({ id }: RunningContainer, limits: Limits): Promise<void> {
    try {
      await this.#options.engine.resize(id, limits);
    } catch (error) {
      if (!(error instanceof TopolabError && error.code === 'container-gone')) throw error;
    }
  }

  /** Carries out one change. It is in force from the moment of the call on, for nodes that join meanwhile too. */
  async perform(change: ActionChange, signal: AbortSignal): Promise<void> {
    if (change.group !== null)
      this.#states.set(change.group, applyChange(this.#inForce(change.group), change));
    switch (change.kind) {
      case 'scale-out':
        return await this.launch(change.group, change.nodes, signal);
      case 'scale-in':
        return await this.retire(change.nodes, signal);
      case 'resize':
        return await this.#resizeGroup(change.group);
      case 'join':
        return await this.launch(change.group, change.nodes, signal);
      case 'leave':
        if (change.how === 'clean') return await this.retire(change.nodes, signal);
        return await this.#kill(change.nodes, 'churn');
      case 'link':
        return await this.#changeLink(change.group);
      case 'kill':
        return await this.#kill(await this.#victims(change), change.rule);
    }
  }

  async #changeLink(group: string): Promise<void> {
    const shaped = this.#links.change(group, this.#linked(group));
    this.#changed();
    await shaped;
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
      if (isOwnBalancer(group))
        return [balancerTarget(labels, this.#asAsked(group, container).address, group.metrics)];
      return [nodeTarget(labels, container.address, group.metrics)];
    });
  }

  /** Names of the nodes of a group, in the order in which they were launched. */
  namesOf(group: string): string[] {
    return this.#of(group).map(({ name }) => name);
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

  /** The nodes that exchange with each other, and can be asked for their neighbours. */
  exchanging(): Candidate[] {
    return this.#candidates(exchanges);
  }

  #candidates(wanted: (group: Group) => boolean): Candidate[] {
    return [...this.#nodes.values()].flatMap(({ name, container, state, group }) =>
      wanted(group) && state === 'ready' && container !== undefined
        ? [{ name, address: container.address, port: group.port }]
        : [],
    );
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
        limits: this.#inForce(name).limits,
        link: this.#inForce(name).link,
      };
    });
  }

  /**
   * Takes in what the engine saw. Exits we caused are expected. Where that can't be recorded it is said once, for nobody waits for
   * what happens by itself.
   */
  observe(event: ContainerEvent): void {
    try {
      this.#takeIn(event);
    } catch (error) {
      if (!this.#unrecorded)
        this.#options.recorder.warn(`record what happened to nodes: ${messageOf(error)}`);
      this.#unrecorded = true;
    }
  }

  #takeIn(event: ContainerEvent): void {
    const node = [...this.#nodes.values()].find(({ container }) => container?.id === event.containerId);
    if (node === undefined) {
      const seen = this.#early.get(event.containerId) ?? [];
      this.#early.set(event.containerId, [...seen, event]);
      return;
    }
    const { name, group, state } = node;
    const { recorder } = this.#options;
    if (event.kind === 'out-of-memory') {
      recorder.record({ type: 'node-out-of-memory', node: name, group: group.name });
    }
    if (event.kind === 'exited') {
      const expected = state === 'leaving';
      if (!expected) node.state = 'exited';
      this.#ended(node);
      if (!expected) void this.#outOfReach(node);
      node.gone.abort(new Error(`${name} exited`));
      this.#changed();
      recorder.record({
        type: 'node-exited',
        node: name,
        group: group.name,
        exitCode: event.exitCode,
        expected,
      });
    }
  }

  /** A node has ended: from now on it is told nothing, and nobody is told of it. Called again, it does nothing. */
  #ended({ name, container }: FleetNode): void {
    this.#rotation.close(name);
    if (container !== undefined) this.#neighbourTables.forget(container);
  }

  /** No request goes to the address of a node that has ended without leaving: the next container may get it. */
  async #outOfReach({ name }: FleetNode): Promise<void> {
    try {
      await this.#rotation.ended(name);
    } catch (error) {
      this.#options.recorder.warn(`keep requests from where ${name} was: ${messageOf(error)}`);
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
    const openLines = new OpenLines();
    const waits = new AbortController();
    const output = {
      onText: (...text: Parameters<OpenLines['push']>) => openLines.push(...text),
      signal: waits.signal,
    };
    try {
      const { limits } = this.#inForce(group.name);
      const spec = nodeSpec(group, name, limits, context);
      const looksAtLog = group.readiness.probe.kind === 'log';
      const container = await engine.launch(looksAtLog ? { ...spec, output } : spec, signal);
      node.container = container;
      recorder.record({
        type: 'node-launched',
        node: name,
        group: group.name,
        containerId: container.id,
        image: context.imageFor(group.image),
        address: container.address,
      });
      for (const event of this.#early.get(container.id) ?? []) this.observe(event);
      this.#early.delete(container.id);
      this.#changed();
      await this.#rotation.claim(container.address);
      // Before anybody asks it anything: all that it is asked goes over its link.
      await this.#links.give(group.name, { name, container });
      const isReady = awaitReady(name, this.#asAsked(group, container), group.readiness, {
        engine,
        agent,
        openLines,
        signal: AbortSignal.any([signal, node.gone.signal]),
      });
      await Promise.all([isReady, sharesFiles(group) && this.#neighbourTables.introduce(container)]);
      await this.#enterRotation(node);
      // Killed, or exited by itself, in the moment since.
      if (node.state !== 'starting') return;
      node.state = 'ready';
      recorder.record({
        type: 'node-ready',
        node: name,
        group: group.name,
        tookMs: Math.round(performance.now() - startedMs),
      });
    } catch (error) {
      // Killed on purpose before it was ready.
      if (node.state === 'leaving') return;
      if (node.state === 'starting') node.state = 'exited';
      throw error;
    } finally {
      waits.abort();
      this.#changed();
    }
  }

  async #enterRotation({ name, group, container }: FleetNode): Promise<void> {
    if (container === undefined) return;
    if (group.role !== 'balancer') return await this.#rotation.enter(group, serverOf(name, container, group));
    if (group.foreignImage) return;
    const ready = this.#of(group.balances, 'ready').flatMap((server) =>
      server.container === undefined ? [] : [serverOf(server.name, server.container, server.group)],
    );
    await this.#rotation.open({ name, host: this.#asAsked(group, container).address }, group, ready);
  }

  /** With the address at which we ask it: what HAProxy says of itself is to be had on the observers' network alone. */
  #asAsked(group: Group, container: RunningContainer): RunningContainer {
    if (!isOwnBalancer(group)) return container;
    return { ...container, address: container.addresses[this.#options.context.observersId] ?? '' };
  }

  async #retire(name: string, signal: AbortSignal): Promise<void> {
    const node = this.#nodes.get(name);
    if (node === undefined) return;
    // One that is still starting has to be there before it can go.
    await node.joined.catch(() => {});
    const { engine, recorder } = this.#options;
    const { container, group } = node;
    if (container === undefined) return;
    if (node.state !== 'exited') node.state = 'leaving';
    this.#changed();
    if (!(await this.#rotation.drain(group, name, group.stopGraceMs, signal))) {
      recorder.warn(
        `${name} still had requests after ${group.stopGraceMs / 1000} s of draining; they were cut`,
      );
    }
    await raceSignal(engine.stop(container.id, group.stopGraceMs), signal);
    // The engine's own word of the end may come when the node is forgotten already.
    this.#ended(node);
    if (!(await this.#rotation.leave(group, name)))
      recorder.warn(`${name} has left, but its balancer won't forget it: it keeps a place without requests`);
    await this.#keepLog(name, container.id);
    await engine.remove(container.id);
    this.#nodes.delete(name);
    recorder.record({ type: 'node-left', node: name, group: group.name });
    this.#changed();
  }

  /** Kills nodes in parallel, and keeps their logs. Those that have gone already are passed over. */
  async #kill(names: readonly string[], rule: KillRule | 'churn'): Promise<void> {
    await Promise.all(names.map((name) => this.#killOne(name, rule)));
  }

  async #killOne(name: string, rule: KillRule | 'churn'): Promise<void> {
    const { engine, recorder } = this.#options;
    const node = this.#nodes.get(name);
    // One whose container is being made has to be there before it can be killed.
    if (node?.container === undefined) await node?.joined.catch(() => {});
    if (node?.container === undefined || node.state === 'exited') return;
    const { container, group } = node;
    const wasLeaving = node.state === 'leaving';
    node.state = 'leaving';
    recorder.record({ type: 'node-killed', node: name, group: group.name, rule });
    this.#changed();
    // Balancers are not told: that they find out by themselves is what is measured.
    await killNode(engine, container);
    this.#ended(node);
    if (wasLeaving) return;
    await this.#outOfReach(node);
    await this.#keepLog(name, container.id);
    await engine.remove(container.id);
    this.#nodes.delete(name);
    this.#changed();
  }

  /** The nodes that a kill takes: the plan's, or those that only the running network can name. */
  async #victims({ nodes, group, count }: KillChange): Promise<readonly string[]> {
    if (nodes.length > 0) return nodes;
    const candidates = this.#candidates((own) => (group === null ? exchanges(own) : own.name === group));
    const victims = await bestConnected(this.#options.agent, candidates, count);
    if (victims.length > 0) return victims;
    throw new TopolabError(
      `kill the best-connected node: none of ${candidates.length} nodes that are ready told its neighbours`,
      { code: 'no-victim' },
    );
  }

  /** The nodes of a group that have a container to shape. */
  #linked(group: string): LinkedNode[] {
    return this.#of(group).flatMap(({ name, container, state }) =>
      container === undefined || state === 'exited' ? [] : [{ name, container }],
    );
  }

  async #keepLog(node: string, containerId: string): Promise<void> {
    try {
      const log = await this.#options.engine.logs(containerId, { tailLines: 20_000 });
      await this.#options.keepLog(node, log);
    } catch (error) {
      this.#options.recorder.warn(`keep the log of ${node}: ${messageOf(error)}`);
    }
  }

  #of(group: string, state?: NodeState): FleetNode[] {
    return [...this.#nodes.values()].filter(
      (node) => node.group.name === group && (state === undefined || node.state === state),
    );
  }

  #inForce(group: string): GroupState {
    return this.#states.get(group) ?? initialState(this.#group(group));
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

function serverOf(
  name: string,
  { address, prefixLength }: RunningContainer,
  { port }: Group,
): RotationServer {
  return { name, address, prefixLength, port };
}

function isOwnBalancer(group: Group): boolean {
  return group.role === 'balancer' && !group.foreignImage;
}
