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
  /** Its program runs: it has processes, and a network. */
  isUp: boolean;
  isReady: boolean;
  /** It was ready once. */
  hasJoined: boolean;
  /** Aborts when it has ended, or its program has. Another one each time that it is up. */
  gone: AbortController;
  /** What each aspect was made last; undefined where that failed. One that is not in here is fresh. Another one for each time that it is up. */
  made: Map<Aspect<unknown>, unknown>;
  /** The same of aspects that outlive its program. */
  readonly madeForGood: Map<Aspect<unknown>, unknown>;
  /** Settles when an aspect's changes so far are done. */
  readonly turns: Map<Aspect<unknown>, Promise<void>>;
}

export class AppliedFaults {
  readonly #host: FaultHost;
  readonly #watch: FaultWatch;
  readonly #present = new Map<string, Present>();
  /** By name, of all nodes that there have been. */
  readonly #groups = new Map<string, Group>();
  #inForce: readonly FaultInForce[] = [];
  /** How often a node has come back. */
  #comebacks = 0;

  /** @param watching who hears what was seen of faults. Default: nobody looks. */
  constructor(host: FaultHost, watching?: WatchOptions) {
    this.#host = host;
    this.#watch = new FaultWatch(watching);
  }

  /** A node's container runs, for the first time or again. Resolves when it has what nodes have from their launch on. */
  async launched(name: string, group: Group): Promise<void> {
    const before = this.#present.get(name);
    const node = before ?? newcomer(name, group);
    node.isUp = true;
    this.#present.set(name, node);
    this.#groups.set(group.name, group);
    if (before !== undefined) this.#cameBack(node);
    await allSettled([this.#bring(node, aspectsOfProgram), this.#othersFollow()]);
  }

  /** A node is ready. Resolves when it has all that is in force. */
  async ready(name: string): Promise<void> {
    const node = this.#present.get(name);
    if (node === undefined) return;
    node.isReady = true;
    // It was not started again but for what outlives its program.
    const due = node.hasJoined ? aspectsOfProgram : everyAspect;
    node.hasJoined = true;
    await this.#bring(node, due);
  }

  /** A node's program has ended, and may be started again: what it was made has ended with its processes and its network. */
  down(name: string): void {
    const node = this.#present.get(name);
    if (node === undefined) return;
    node.isUp = false;
    node.isReady = false;
    node.gone.abort();
    node.gone = new AbortController();
    // What is still being applied to what has ended is written down in the old one.
    node.made = new Map();
    this.#othersFollow().catch(() => {});
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
    const { promise: fallen, resolve: hasFallen } = Promise.withResolvers<void>();
    const look = async () => {
      // Somebody who moves takes his time.
      if (effect.movesNode === true) await fallen;
      return await effect.look(this.#host, node, fault.fault);
    };
    const watched = this.#watch.struck(fault, node, look);
    const wasHit = await effect.strike(this.#host, node, fault.fault).finally(hasFallen);
    watched.tellIf(wasHit);
    return wasHit;
  }

  async #changed(fault: FaultInForce, aspect: Aspect<unknown>): Promise<string[]> {
    const hit = [...this.#present.values()].filter((node) => hits(fault, subjectOf(node)));
    await allSettled(hit.map((node) => this.#bring(node, [aspect])));
    // By name, whichever of them was ready first.
    const names = hit.filter((node) => isDue(aspect, node)).map(({ name }) => name);
    return names.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  }

  /** Whether a fault that lasts is on this node now. */
  hits(name: string): boolean {
    const node = this.#present.get(name);
    return node !== undefined && this.#inForce.some((fault) => hits(fault, subjectOf(node)));
  }

  /** Who is there has changed: brings those sides up to date that depend on it. */
  async #othersFollow(): Promise<void> {
    const aspects = everyAspect.filter(
      (aspect) =>
        aspect.among !== undefined &&
        (this.#mattersAnyway(aspect.among, aspect) ||
          this.#inForce.some(({ fault }) => changes(fault, aspect))),
    );
    if (aspects.length === 0) return;
    await allSettled([...this.#present.values()].map((node) => this.#bring(node, aspects)));
  }

  /** Whether who else is there matters to some group without any fault. */
  #mattersAnyway(among: Among, aspect: Aspect<unknown>): boolean {
    return [...this.#groups.values()].some((group) => among.matters(aspect.ofGroup(group)));
  }

  async #bring(node: Present, aspects: readonly Aspect<unknown>[]): Promise<void> {
    const due = aspects.filter((aspect) => isDue(aspect, node));
    await allSettled(
      due.map(async (aspect) => {
        await this.#inTurn(node, aspect);
        if (isDue(aspect, node)) this.#watchBegun(node, aspect);
      }),
    );
  }

  /** It may have another address than the one by which the others know it: what concerns it is made anew. */
  #cameBack(node: Present): void {
    this.#comebacks++;
    for (const other of this.#present.values())
      for (const aspect of other.made.keys())
        if (other !== node && this.#concerns(node, other, aspect)) other.made.set(aspect, undefined);
  }

  /** Whether a side of the other node would be another one without this node. */
  #concerns(node: Present, other: Present, aspect: Aspect<unknown>): boolean {
    if (aspect.among === undefined) return false;
    const state = wantedState(aspect, other.group, this.#inForce, subjectOf(other));
    const { among } = aspect;
    if (!among.matters(state)) return false;
    const stateWithout = (without?: Present) => among.stateAmong(state, this.#othersThan(other, without));
    return !isDeepStrictEqual(stateWithout(), stateWithout(node));
  }

  #othersThan(node: Present, without?: Present): OtherNode[] {
    const others = [...this.#present.values()].filter(
      (other) => other !== node && other !== without && other.isUp,
    );
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
      const { name } = node;
      const made = aspect.outlivesProgram ? node.madeForGood : node.made;
      if (node.gone.signal.aborted || !isDue(aspect, node)) return;
      const wanted = this.#wanted(node, aspect, this.#inForce);
      const before = made.has(aspect) ? made.get(aspect) : aspect.fresh;
      if (isDeepStrictEqual(before, wanted)) return;
      // Where it fails, nobody knows what it is.
      made.set(aspect, undefined);
      const comebacks = this.#comebacks;
      await aspect.apply(this.#host, name, wanted, before);
      if (aspect.among === undefined || comebacks === this.#comebacks) made.set(aspect, wanted);
    }
  }

  #wanted(node: Present, aspect: Aspect<unknown>, faults: readonly FaultInForce[]): unknown {
    const state = wantedState(aspect, node.group, faults, subjectOf(node));
    const { among } = aspect;
    return among?.matters(state) === true ? among.stateAmong(state, this.#othersThan(node)) : state;
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
      this.#watch.takenBack(fault, {
        ...this.#watchedNode(node, aspect, [...this.#inForce, fault]),
        besides: () => this.#besides(node, aspect, aspect.among !== undefined),
      });
  }

  /**
   * Ids of the faults that change other sides of this node.
   * @param anywhere those of other nodes too: where one is tried from here that gives no answer for reasons of its own, what was between them seems to stay.
   */
  #besides(node: Present, aspect: Aspect<unknown>, anywhere = false): string[] {
    return this.#inForce
      .filter((each) => !changes(each.fault, aspect) && (anywhere || hits(each, subjectOf(node))))
      .map(({ id }) => id);
  }

  /** @param before what was in force before the fault in question began or ended. */
  #watchedNode(node: Present, aspect: Aspect<unknown>, before: readonly FaultInForce[]) {
    const was = this.#wanted(node, aspect, before);
    return {
      name: node.name,
      gone: node.gone.signal,
      look: () => aspect.look(this.#host, node.name, this.#wanted(node, aspect, this.#inForce), was),
      besides: () => this.#besides(node, aspect),
    };
  }
}

function subjectOf({ name, group }: Present): { readonly group: string; readonly node: string } {
  return { group: group.name, node: name };
}

type Among = NonNullable<Aspect<unknown>['among']>;

const aspectsOfProgram = everyAspect.filter(({ outlivesProgram }) => !outlivesProgram);

function newcomer(name: string, group: Group): Present {
  const isWhat = { isUp: true, isReady: false, hasJoined: false };
  const nothingMade = { made: new Map(), madeForGood: new Map(), turns: new Map() };
  return { name, group, ...isWhat, gone: new AbortController(), ...nothingMade };
}

/** Whether a node is to have this side of it by now. */
function isDue(aspect: Aspect<unknown>, { isUp, isReady, hasJoined }: Present): boolean {
  if (aspect.outlivesProgram) return hasJoined;
  return isUp && (aspect.from === 'launch' || isReady);
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
