// How a node goes when we take it away: retired in an orderly way, or killed.
import { raceSignal } from 'race-signal';
import type { Rotation } from '../../balancer/rotation.ts';
import type { Containers } from '../../cluster/containers.ts';
import { messageOf } from '../../errors.ts';
import { killNode } from '../nodes/kill-node.ts';
import type { KillRule } from '../../record/event.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { FleetNode } from '../nodes/node.ts';
import type { NodeLogs } from '../nodes/node-logs.ts';
import type { Roster } from '../nodes/roster.ts';

export interface DepartingOptions {
  readonly containers: Containers;
  readonly recorder: Recorder;
  readonly roster: Roster;
  readonly rotation: Rotation;
  readonly logs: NodeLogs;
  /** Called when a container has ended, perhaps more than once: from now on nobody is told of it. */
  readonly onEnded: (node: FleetNode) => void;
}

export class Departing {
  readonly #options: DepartingOptions;
  /** Names of nodes that have been killed, or are about to be; a name is never given again. */
  readonly #killed = new Set<string>();

  constructor(options: DepartingOptions) {
    this.#options = options;
  }

  /** Takes nodes out in parallel: out of the balancer, drained, stopped, removed. Waits for none of it when the signal aborts. */
  async retire(names: readonly string[], signal: AbortSignal): Promise<void> {
    await Promise.all(names.map((name) => this.#retire(name, signal)));
  }

  /** A node has ended: from now on it is told nothing, and nobody is told of it. Called again, it does nothing. */
  ended(node: FleetNode): void {
    this.#options.rotation.close(node.name);
    this.#options.onEnded(node);
  }

  /** No request goes to the address of a node that has ended without leaving: the next container may get it. */
  async outOfReach({ name }: FleetNode): Promise<void> {
    try {
      await this.#options.rotation.ended(name);
    } catch (error) {
      this.#options.recorder.warn(`keep requests from where ${name} was: ${messageOf(error)}`);
    }
  }

  async #retire(name: string, signal: AbortSignal): Promise<void> {
    const { containers, recorder, roster, rotation } = this.#options;
    const node = roster.find(name);
    if (node === undefined) return;
    // One that is still starting has to be there before it can go.
    await node.joined.catch(() => {});
    const { container, group } = node;
    // Taking out a killed one would tell balancers what they have to find out by themselves.
    if (container === undefined || this.#killed.has(name)) return;
    // One that never got ready goes because of us all the same, unless its container has ended before.
    if (node.state !== 'exited' || !node.gone.signal.aborted) node.state = 'leaving';
    roster.changed();
    recorder.record({ type: 'node-leaving', node: name, group: group.name });
    if (!(await rotation.drain(group, name, group.stopGraceMs, signal))) {
      recorder.warn(
        `${name} still had requests after ${group.stopGraceMs / 1000} s of draining; they were cut off`,
      );
    }
    await raceSignal(containers.stop(container.id, group.stopGraceMs), signal);
    // The engine's own word of the end may come when the node is forgotten already.
    this.ended(node);
    if (!(await rotation.leave(group, name, signal)))
      recorder.warn(`${name} has left, but the balancer still lists it; it gets no requests`);
    await this.#remove(node, container.id);
    recorder.record({ type: 'node-left', node: name, group: group.name });
    roster.changed();
  }

  /** A node whose program was to end and has: its container goes. */
  async completed(node: FleetNode): Promise<void> {
    this.ended(node);
    if (node.container !== undefined) await this.#remove(node, node.container.id);
    // The engine's own word of the end may come when the node is forgotten already.
    this.#options.recorder.record({ type: 'node-left', node: node.name, group: node.group.name });
  }

  /** Kills a node and keeps its log. Resolves with whether it was there: one that has gone already is passed over. */
  async kill(name: string, rule: KillRule): Promise<boolean> {
    const { containers, recorder, roster } = this.#options;
    const node = roster.find(name);
    // One whose container is being made has to be there before it can be killed.
    if (node?.container === undefined) await node?.joined.catch(() => {});
    if (node?.container === undefined || node.state === 'exited' || this.#killed.has(name)) return false;
    this.#killed.add(name);
    const { container, group } = node;
    const wasLeaving = node.state === 'leaving';
    node.state = 'leaving';
    recorder.record({ type: 'node-killed', node: name, group: group.name, rule });
    roster.changed();
    // Balancers are not told: that they find out by themselves is what is measured.
    await killNode(containers, container);
    this.ended(node);
    if (wasLeaving) return true;
    await this.outOfReach(node);
    await this.#remove(node, container.id);
    roster.changed();
    return true;
  }

  async #remove(node: FleetNode, containerId: string): Promise<void> {
    const { containers, logs, roster } = this.#options;
    await logs.keep(node.name, containerId);
    await containers.remove(containerId);
    roster.forget(node);
  }
}
