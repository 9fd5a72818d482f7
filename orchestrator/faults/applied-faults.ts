// The faults of a run as they are: puts each node's sides into the state that all faults in force come to, whenever one begins or ends or a
// node joins or goes, and has somebody look whether they bite.
import { isDeepStrictEqual } from 'node:util';
import type { Group } from '../scenario/groups/group.ts';
import { type FaultInForce, hits, wantedState } from './in-force.ts';
import type { Aspect, OtherNode } from './kind/aspect.ts';
import type { FaultHost } from './kind/fault-host.ts';
import type { Momentary } from './kind/fault-kind.ts';
import { FaultWatch, type WatchOptions } from './fault-watch.ts';
import { everyAspect, type Fault, kindOf } from './registry.ts';

interface Present {
  readonly name: string;
  readonly group: Group;
  isReady: boolean;
  /** Aborts when it has ended. */
  readonly gone: AbortController;
  /** What each aspect was made last; undefined where that failed. One that is not in here is fresh. */
  readonly made: Map<Aspect<unknown>, unknown>;
  /** Settles when an aspect's changes so far are done. */
  readonly turns: Map<Aspect<unknown>, Promise<void>>;
}

export class AppliedFaults {
  readonly #host: FaultHost;
  readonly #watch: FaultWatch;
  readonly #present = new Map<string, Present>();
  #inForce: readonly FaultInForce[] = [];

  /** @param watching who hears what was seen of faults. Default: nobody looks. */
  constructor(host: FaultHost, watching?: WatchOptions) {
    this.#host = host;
    this.#watch = new FaultWatch(watching);
  }

  /** A node's container runs. Resolves when it has what nodes have from their launch on. */
  async launched(name: string, group: Group): Promise<void> {
    const gone = new AbortController();
    const node: Present = { name, group, isReady: false, gone, made: new Map(), turns: new Map() };
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
    this.#present.get(name)?.gone.abort();
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
      const hit = await allSettled(fault.nodes.map((node) => this.#strike(fault, effect, node)));
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
    this.#watch.ended(id);
    const { effect } = kindOf(fault.fault);
    if (effect.kind !== 'lasting') return [];
    const nodes = await this.#changed(fault, effect.aspect);
    for (const name of nodes) this.#watchEnd(fault, effect.aspect, name);
    return nodes;
  }

  /**
   * Puts every node anew into the state that it is to be in, whatever it is in: what changes nodes' networks has lost track of what it had done.
   * Resolves when all have it; rejects with the first failure.
   */
  async applyAgain(): Promise<void> {
    const aspects = everyAspect.filter(({ entersNetwork }) => entersNetwork);
    await allSettled(
      [...this.#present.values()].map(async (node) => {
        for (const aspect of aspects) if (node.made.has(aspect)) node.made.set(aspect, undefined);
        await this.#bring(node, aspects);
      }),
    );
  }

  async #strike(fault: FaultInForce, effect: Momentary<Fault>, node: string): Promise<boolean> {
    const look = () => effect.look(this.#host, node, fault.fault);
    const watched = this.#watch.struck(fault, node, look);
    const wasHit = await effect.strike(this.#host, node, fault.fault);
    watched.tellIf(wasHit);
    return wasHit;
  }

  async #changed(fault: FaultInForce, aspect: Aspect<unknown>): Promise<string[]> {
    const hit = [...this.#present.values()].filter((node) => isHitBy(node, fault));
    await allSettled(hit.map((node) => this.#bring(node, [aspect])));
    return hit.filter((node) => isDue(aspect, node)).map(({ name }) => name);
  }

  /** Whether a fault that lasts is on this node now. */
  hits(name: string): boolean {
    const node = this.#present.get(name);
    return node !== undefined && this.#inForce.some((fault) => isHitBy(node, fault));
  }

  /** Who is there has changed: brings those sides up to date that depend on it. */
  async #othersFollow(): Promise<void> {
    const aspects = everyAspect.filter(
      (aspect) =>
        aspect.among !== undefined &&
        (this.#dependsOnOthers(aspect) || this.#inForce.some(({ fault }) => changes(fault, aspect))),
    );
    if (aspects.length === 0) return;
    await allSettled([...this.#present.values()].map((node) => this.#bring(node, aspects)));
  }

  /** Also without any fault. */
  #dependsOnOthers(aspect: Aspect<unknown>): boolean {
    return [...this.#present.values()].some(({ group }) => aspect.isAmongOthers?.(group) === true);
  }

  async #bring(node: Present, aspects: readonly Aspect<unknown>[]): Promise<void> {
    const due = aspects.filter((aspect) => isDue(aspect, node));
    await allSettled(
      due.map(async (aspect) => {
        await this.#inTurn(node, aspect);
        this.#watchBegun(node, aspect);
      }),
    );
  }

  #othersThan(node: Present): OtherNode[] {
    const others = [...this.#present.values()].filter((other) => other !== node);
    return others.map(({ name, group }) => ({ name, group: group.name, zone: group.zone }));
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
      const { name, made } = node;
      const wanted = this.#wanted(node, aspect, this.#inForce);
      const before = made.has(aspect) ? made.get(aspect) : aspect.fresh;
      if (node.gone.signal.aborted || isDeepStrictEqual(before, wanted)) return;
      // Where it fails, nobody knows what it is.
      made.set(aspect, undefined);
      await aspect.apply(this.#host, name, wanted, before);
      made.set(aspect, wanted);
    }
  }

  #wanted(node: Present, aspect: Aspect<unknown>, faults: readonly FaultInForce[]): unknown {
    const state = wantedState(aspect, node.group, faults, subjectOf(node));
    return aspect.among?.(state, this.#othersThan(node)) ?? state;
  }

  /** Has somebody look whether what is in force on this side of the node bites, where nobody does yet. */
  #watchBegun(node: Present, aspect: Aspect<unknown>): void {
    for (const fault of this.#inForce) {
      if (!changes(fault.fault, aspect) || !hits(fault, subjectOf(node))) continue;
      const without = this.#inForce.filter((each) => each !== fault);
      this.#watch.begun(fault, this.#watchedNode(node, aspect, without));
    }
  }

  #watchEnd(fault: FaultInForce, aspect: Aspect<unknown>, name: string): void {
    const node = this.#present.get(name);
    if (node !== undefined)
      this.#watch.takenBack(fault, this.#watchedNode(node, aspect, [...this.#inForce, fault]));
  }

  /** @param before what was in force before the fault in question began or ended. */
  #watchedNode(node: Present, aspect: Aspect<unknown>, before: readonly FaultInForce[]) {
    const was = this.#wanted(node, aspect, before);
    return {
      name: node.name,
      gone: node.gone.signal,
      look: () => aspect.look(this.#host, node.name, this.#wanted(node, aspect, this.#inForce), was),
      besides: () =>
        this.#inForce
          .filter((each) => !changes(each.fault, aspect) && hits(each, subjectOf(node)))
          .map(({ id }) => id),
    };
  }
}

function subjectOf({ name, group }: Present): { readonly group: string; readonly node: string } {
  return { group: group.name, node: name };
}

function isHitBy({ name, group }: Present, { nodes, newcomers, fault }: FaultInForce): boolean {
  return nodes.includes(name) || (newcomers && fault.target.groups.includes(group.name));
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
