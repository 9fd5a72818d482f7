// Takes in what the engine sees of containers: which nodes have exited or run out of memory by themselves, and which because of us.
import type { ContainerEvent } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Departing } from './departing.ts';
import type { FleetNode } from '../nodes/node.ts';
import type { Roster } from '../nodes/roster.ts';

export class Sightings {
  readonly #roster: Roster;
  readonly #departing: Departing;
  readonly #recorder: Recorder;
  /** What was seen of containers before their launch had returned, by container id. */
  readonly #early = new Map<string, ContainerEvent[]>();
  /** Lives of nodes, by what ends with each, of which it was told that memory ran out. */
  readonly #starved = new WeakSet<AbortController>();
  /** Whether it was said that what happens to nodes can't be recorded. */
  #unrecorded = false;

  constructor(roster: Roster, departing: Departing, recorder: Recorder) {
    this.#roster = roster;
    this.#departing = departing;
    this.#recorder = recorder;
  }

  /**
   * Takes in what the engine saw. Exits we caused are expected. Where that can't be recorded it is said once, for nobody waits for
   * what happens by itself.
   */
  observe(event: ContainerEvent): void {
    const node = this.#roster.ofContainer(event.containerId);
    if (node === undefined) {
      const seen = this.#early.get(event.containerId) ?? [];
      this.#early.set(event.containerId, [...seen, event]);
      return;
    }
    try {
      this.#takeIn(node, event);
    } catch (error) {
      if (!this.#unrecorded) this.#recorder.warn(`record what happened to nodes: ${messageOf(error)}`);
      this.#unrecorded = true;
    }
  }

  /** A node has got its container: takes in what was seen of that before. */
  catchUp(containerId: string): void {
    for (const event of this.#early.get(containerId) ?? []) this.observe(event);
    this.#early.delete(containerId);
  }

  #takeIn(node: FleetNode, event: ContainerEvent): void {
    const { name, group } = node;
    if (event.kind === 'out-of-memory' && !this.#starved.has(node.gone)) {
      // The kernel tells of each page that it could not give, dozens of times until the program has died of it.
      this.#starved.add(node.gone);
      this.#recorder.record({ type: 'node-out-of-memory', node: name, group: group.name });
    }
    if (event.kind === 'exited') this.#exited(node, event.exitCode);
  }

  #exited(node: FleetNode, exitCode: number | null): void {
    const { name, group } = node;
    if (node.endsToTell > 0) {
      // A fault did it, and has said so. By now it may have been started again.
      node.endsToTell--;
      return;
    }
    const isDone = group.readiness.probe.kind === 'completed' && exitCode === 0;
    const expected = isDone || node.state === 'leaving';
    node.state = expected ? 'leaving' : 'exited';
    if (!expected) node.endedAtMs = Date.now();
    this.#departing.ended(node);
    if (!expected) void this.#departing.outOfReach(node);
    node.gone.abort(new Error(`${name} exited`));
    this.#roster.changed();
    this.#recorder.record({ type: 'node-exited', node: name, group: group.name, exitCode, expected });
  }
}
