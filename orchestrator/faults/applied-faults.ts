// The faults of a run as they are: puts each node's sides into the state that all faults in force come to, whenever one begins or ends or a
// node joins or goes.
import { isDeepStrictEqual } from 'node:util';
import type { Group } from '../scenario/groups/group.ts';
import { type FaultInForce, wantedState } from './in-force.ts';
import type { Aspect, OtherNode } from './kind/aspect.ts';
import type { FaultHost } from './kind/fault-host.ts';
import { everyAspect, type Fault, kindOf } from './registry.ts';

interface Present {
  readonly name: string;
  readonly group: Group;
  isReady: boolean;
  hasGone: boolean;
  /** What each aspect was made last; undefined where that failed. One that is not in here is fresh. */
  readonly made: Map<Aspect<unknown>, unknown>;
  /** Settles when an aspect's changes so far are done. */
  readonly turns: Map<Aspect<unknown>, Promise<void>>;
}

export class AppliedFaults {
  readonly #host: FaultHost;
  readonly #present = new Map<string, Present>();
  #inForce: readonly FaultInForce[] = [];

  constructor(host: FaultHost) {
    this.#host = host;
  }

  /** A node's container runs. Resolves when it has what nodes have from their launch on. */
  async launched(name: string, group: Group): Promise<void> {
    const node: Present = { name, group, isReady: false, hasGone: false, made: new Map(), turns: new Map() };
    this.#present.set(name, node);
    await allSettled([this.#bring(node, everyAspect), this.#othersFollow()]);
  }

  /** A node is ready. Resolves when it has all that is in force. */
  async ready(name: string): Promise<void> {
    const node = this.#present.get(name);
    if (node === undefined) return;
    node.isReady = true;
    await this.#bring(node, everyAspect);
  }

  /** A node has ended: everything about it counts as taken back. */
  gone(name: string): void {
    const node = this.#present.get(name);
    if (node !== undefined) node.hasGone = true;
    this.#present.delete(name);
    // Somebody else may get its address. Where it fails, the next change tries again.
    this.#othersFollow().catch(() => {});
  }

  /**
   * Begins a fault. It is in force from the moment of the call on, for nodes that join meanwhile too.
   * @returns the nodes that were hit, once it is on all of them; without those that are to have it only once they are ready. Rejects with the first failure after all have settled.
   */
  async begin(fault: FaultInForce): Promise<string[]> {
    const { effect } = kindOf(fault.fault);
    if (effect.kind === 'momentary') {
      const hit = await allSettled(fault.nodes.map((node) => effect.strike(this.#host, node, fault.fault)));
      return fault.nodes.filter((_, index) => hit[index]);
    }
    this.#inForce = [...this.#inForce, fault];
    return await this.#changed(fault, effect.aspect);
  }

  /** Takes a fault back, in whatever order. Resolves with the nodes that are still there, when all of them are free of it. */
  async end(id: string): Promise<string[]> {
    const fault = this.#inForce.find((each) => each.id === id);
    if (fault === undefined) return [];
    this.#inForce = this.#inForce.filter((each) => each !== fault);
    const { effect } = kindOf(fault.fault);
    return effect.kind === 'lasting' ? await this.#changed(fault, effect.aspect) : [];
  }

  async #changed({ nodes, newcomers, fault }: FaultInForce, aspect: Aspect<unknown>): Promise<string[]> {
    const hit = [...this.#present.values()].filter(
      ({ name, group }) => nodes.includes(name) || (newcomers && fault.target.groups.includes(group.name)),
    );
    await allSettled(hit.map((node) => this.#bring(node, [aspect])));
    return hit.filter((node) => isDue(aspect, node)).map(({ name }) => name);
  }

  /** Who is there has changed: brings those sides up to date that depend on it. */
  async #othersFollow(): Promise<void> {
    const aspects = everyAspect.filter(
      (aspect) => aspect.among !== undefined && this.#inForce.some(({ fault }) => changes(fault, aspect)),
    );
    if (aspects.length === 0) return;
    await allSettled([...this.#present.values()].map((node) => this.#bring(node, aspects)));
  }

  async #bring(node: Present, aspects: readonly Aspect<unknown>[]): Promise<void> {
    const due = aspects.filter((aspect) => isDue(aspect, node));
    await allSettled(due.map((aspect) => this.#inTurn(node, aspect)));
  }

  #othersThan(node: Present): OtherNode[] {
    const others = [...this.#present.values()].filter((other) => other !== node);
    return others.map(({ name, group }) => ({ name, group: group.name }));
  }

  /** One change of a node's side after the other: each makes it what is wanted by then. */
  async #inTurn(node: Present, aspect: Aspect<unknown>): Promise<void> {
    const before = node.turns.get(aspect) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => this.#make(node, aspect));
    node.turns.set(aspect, turn);
    await turn;
  }

  async #make(node: Present, aspect: Aspect<unknown>): Promise<void> {
    for (;;) {
      const { name, group, made } = node;
      const state = wantedState(aspect, group, this.#inForce, { group: group.name, node: name });
      const wanted = aspect.among?.(state, this.#othersThan(node)) ?? state;
      const before = made.has(aspect) ? made.get(aspect) : aspect.fresh;
      if (node.hasGone || isDeepStrictEqual(before, wanted)) return;
      // Where it fails, nobody knows what it is.
      made.set(aspect, undefined);
      await aspect.apply(this.#host, name, wanted, before);
      made.set(aspect, wanted);
    }
  }
}

/** Whether a node is to have this side of it by now. */
function isDue({ from }: Aspect<unknown>, { isReady }: Present): boolean {
  return from === 'launch' || isReady;
}

function changes(fault: Fault, aspect: Aspect<unknown>): boolean {
  const { effect } = kindOf(fault);
  return effect.kind === 'lasting' && effect.aspect === aspect;
}

/** As Promise.all, but waits for those that go well too. */
async function allSettled<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
