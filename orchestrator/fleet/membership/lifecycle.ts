// How a node's program ends and is started again while the node stays, container and files: what stops, restarts and crash loops do. Balancers
// are told of neither: that they find out by themselves is what is measured.
import type { Rotation } from '../../balancer/rotation.ts';
import type { Containers } from '../../cluster/containers.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import type { CrashLoop } from '../../faults/kind/fault-host.ts';
import { pause } from '../../pause.ts';
import type { Recorder } from '../../record/recorder.ts';
import { containerLimits } from '../../scenario/groups/container-limits.ts';
import type { Departing } from './departing.ts';
import type { Joining } from './joining.ts';
import { killNode } from '../nodes/kill-node.ts';
import type { FleetNode } from '../nodes/node.ts';
import type { Roster } from '../nodes/roster.ts';

export interface LifecycleOptions {
  readonly containers: Pick<Containers, 'signal' | 'stop' | 'start' | 'wait' | 'inspect' | 'resize'>;
  readonly recorder: Recorder;
  readonly roster: Roster;
  readonly rotation: Pick<Rotation, 'close'>;
  readonly departing: Pick<Departing, 'outOfReach'>;
  readonly joining: Pick<Joining, 'again'>;
  /** Called when a node's program has ended: from now on nobody is told of it, until it is up again. */
  readonly onDown: (node: FleetNode) => void;
}

/** A crash loop that is under way. */
interface Crashing {
  readonly over: AbortController;
  /** Settles when it has ended. */
  readonly done: Promise<void>;
}

/** As Docker does it: a program that has run for so long was not part of a loop, and the delay begins anew. */
const RAN_WELL_MS = 10_000;

/** Calls for one node come one after the other. For one that has gone, or goes meanwhile, nothing happens. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  /** By node. */
  readonly #crashing = new Map<string, Crashing>();
  /** Nodes whose program the engine has said to have ended since it was last to be stopped or to crash. */
  readonly #sawEnd = new Set<string>();
  readonly #over = new AbortController();

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** See `FaultHost.sawEnd`. */
  sawEnd(name: string): boolean {
    return this.#sawEnd.has(name);
  }

  /** See `FaultHost.stop`. */
  async stop(name: string, graceMs: number | null): Promise<void> {
    await this.#endLoop(name);
    this.#sawEnd.delete(name);
    const node = this.#options.roster.find(name);
    if (node !== undefined) await this.#takeDown(node, graceMs ?? node.group.stopGraceMs);
  }

  /** See `FaultHost.start`. */
  async start(name: string): Promise<void> {
    await this.#endLoop(name);
    const node = this.#options.roster.find(name);
    if (node !== undefined) await this.#bringUp(node);
  }

  /** See `FaultHost.crash`. */
  async crash(name: string, loop: CrashLoop): Promise<void> {
    await this.#endLoop(name);
    const node = this.#options.roster.find(name);
    if (node === undefined) return;
    this.#sawEnd.delete(name);
    const over = new AbortController();
    const first = node.state === 'down' ? Promise.resolve(true) : this.#takeDown(node, 0);
    const done = first.then((was) => (was ? this.#goOn(node, loop, over.signal) : undefined));
    this.#crashing.set(name, { over, done: done.catch((error) => this.#warn(name, error)) });
    await first;
  }

  /** Whatever goes on by itself ends, and leaves nodes as they are. For the end of a load: nobody looks at them any more. */
  async settle(): Promise<void> {
    this.#over.abort();
    await Promise.all([...this.#crashing.keys()].map((name) => this.#endLoop(name)));
  }

  async #endLoop(name: string): Promise<void> {
    const crashing = this.#crashing.get(name);
    crashing?.over.abort();
    await crashing?.done;
    this.#crashing.delete(name);
  }

  /** From a node that is down on, until the signal aborts or it has gone. */
  async #goOn(node: FleetNode, loop: CrashLoop, over: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([over, this.#over.signal]);
    let backOffMs = loop.backOffMs;
    const lasts = async (ms: number): Promise<boolean> => {
      await pause(ms, signal).catch(() => {});
      return !signal.aborted;
    };
    while (
      (await lasts(backOffMs)) &&
      (await this.#bringUp(node)) &&
      (await lasts(loop.afterMs)) &&
      (await this.#takeDown(node, 0))
    )
      backOffMs = loop.afterMs >= RAN_WELL_MS ? loop.backOffMs : Math.min(2 * backOffMs, loop.maxBackOffMs);
  }

  /** @returns whether it ran, and has been ended by this. */
  async #takeDown(node: FleetNode, graceMs: number): Promise<boolean> {
    const { containers, departing, rotation, onDown, recorder, roster } = this.#options;
    const { name, group, container } = node;
    if (container === undefined || (node.state !== 'ready' && node.state !== 'starting')) return false;
    node.state = 'down';
    node.endsToTell++;
    node.gone.abort(new Error(`the program of ${name} was stopped`));
    roster.changed();
    if (graceMs === 0) await killNode(containers, container);
    else await containers.stop(container.id, graceMs);
    const seen = await containers.inspect(container.id);
    if (seen?.running === false) this.#sawEnd.add(name);
    recorder.record({ type: 'node-down', node: name, group: group.name, exitCode: seen?.exitCode ?? null });
    rotation.close(name);
    onDown(node);
    await departing.outOfReach(node);
    return true;
  }

  /** @returns whether it was down, and has been started by this. */
  async #bringUp(node: FleetNode): Promise<boolean> {
    const { containers, joining, recorder, roster } = this.#options;
    const { name, group } = node;
    if (!isDown(node) || node.container === undefined) return false;
    try {
      const container = await containers.start(node.container.id);
      // It may have been killed or retired meanwhile.
      if (!isDown(node)) return false;
      await this.#limit(node, container.id);
      node.container = container;
    } catch (error) {
      if (error instanceof TopolabError && error.code === 'container-gone') return false;
      throw error;
    }
    node.state = 'starting';
    node.gone = new AbortController();
    recorder.record({ type: 'node-up', node: name, group: group.name, address: node.container.address });
    roster.changed();
    await joining.again(node, this.#over.signal);
    return true;
  }

  /** Limits may have changed while it was down, and a container keeps those that it had. */
  async #limit({ group }: FleetNode, containerId: string): Promise<void> {
    const { containers, roster } = this.#options;
    const { limits } = roster.inForce(group.name);
    if (limits.cpus === null && limits.memoryBytes === null) return;
    await containers.resize(containerId, containerLimits(group, limits));
  }

  #warn(name: string, error: unknown): void {
    if (!this.#over.signal.aborted) this.#options.recorder.warn(`crash loop of ${name}: ${messageOf(error)}`);
  }
}

/** Asked again after each wait, for others change it. */
function isDown({ state }: FleetNode): boolean {
  return state === 'down';
}
