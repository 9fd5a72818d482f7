// Whether faults were seen to bite, and to end: one look after the other at each node that they hit, beside the timeline.
import type { FaultInForce } from './in-force.ts';
import type { Sighting } from './kind/sighting.ts';
import { type LookTime, lookUntil } from './look-until.ts';
import type { FaultName } from './registry.ts';

/** `began`: it bites; `ended`: it does no longer. */
export type FaultMoment = 'began' | 'ended';

/** What was seen of one fault on one node. */
export interface SeenFault extends Sighting {
  /** `f1`. */
  readonly fault: string;
  readonly kind: FaultName;
  readonly node: string;
  readonly moment: FaultMoment;
  /** When the look began that found it so; of what strikes once, when it ended. Milliseconds since 1970. */
  readonly atMs: number;
  /** Other faults that were on the node at the last look, and may have hidden this one: their ids. */
  readonly besides: readonly string[];
}

export interface WatchOptions {
  /** Hears of each fault and node once that it was seen, or that it was not seen before it was over. */
  readonly onSeen: (seen: SeenFault) => void;
  readonly time: LookTime;
  /** Aborts when nobody looks any more. */
  readonly over: AbortSignal;
}

interface WatchedNode {
  readonly name: string;
  readonly gone: AbortSignal;
  readonly look: () => Promise<Sighting>;
  /** Ids of the faults on it that change other sides of it. */
  readonly besides: () => readonly string[];
}

interface WatchedFault {
  /** Names of the nodes that somebody looks at already. */
  readonly nodes: Set<string>;
  /** Aborts when it is taken back. */
  readonly end: AbortController;
}

/** After so long something should have struck, or should be over. */
const MOST_MS = 10_000;

export class FaultWatch {
  readonly #options: WatchOptions | undefined;
  /** Faults that are on nodes, by id. */
  readonly #watched = new Map<string, WatchedFault>();

  constructor(options: WatchOptions | undefined) {
    this.#options = options;
  }

  /** A fault is on a node: looks until it bites or is over. Called again for the same node, it does nothing. */
  begun({ id, fault: { kind } }: FaultInForce, node: WatchedNode): void {
    const { nodes, end } = this.#watched.get(id) ?? { nodes: new Set<string>(), end: new AbortController() };
    this.#watched.set(id, { nodes, end });
    if (nodes.has(node.name)) return;
    nodes.add(node.name);
    void this.#follow({ fault: id, kind, moment: 'began' }, node, [end.signal]);
  }

  /** A fault is about to be taken back: from now on it is not to be seen to bite. */
  ended(id: string): void {
    this.#watched.get(id)?.end.abort();
    this.#watched.delete(id);
  }

  /** A fault has been taken back from a node: looks until it no longer bites. */
  takenBack({ id, fault: { kind } }: FaultInForce, node: WatchedNode): void {
    void this.#follow({ fault: id, kind, moment: 'ended' }, node, [], MOST_MS);
  }

  /** A node is being struck: looks from now on, and tells of it where the node turns out to have been hit. */
  struck(
    { id, fault: { kind } }: FaultInForce,
    name: string,
    look: () => Promise<Sighting>,
  ): { tellIf(wasHit: boolean): void } {
    const options = this.#options;
    if (options === undefined) return { tellIf: () => {} };
    const stop = new AbortController();
    const looked = lookUntil(look, options.time, AbortSignal.any([options.over, stop.signal]), MOST_MS);
    return {
      tellIf: (wasHit) => {
        if (!wasHit) return stop.abort();
        const about = { fault: id, kind, moment: 'began', node: name } as const;
        // The look may have begun before the blow fell.
        void looked.then((last) => {
          if (last === undefined) return;
          const { isSo, saw, endedMs: atMs } = last;
          options.onSeen({ isSo, saw, atMs, ...about, besides: [] });
        });
      },
    };
  }

  async #follow(
    about: Pick<SeenFault, 'fault' | 'kind' | 'moment'>,
    { name, gone, look, besides }: WatchedNode,
    ends: readonly AbortSignal[],
    mostMs?: number,
  ): Promise<void> {
    if (this.#options === undefined) return;
    const { time, over, onSeen } = this.#options;
    let others: readonly string[] = [];
    const lookBeside = (): Promise<Sighting> => {
      others = besides();
      return look();
    };
    let looked = await lookUntil(lookBeside, time, AbortSignal.any([gone, over, ...ends]), mostMs);
    // That it has gone may be what the fault does.
    if (gone.aborted && looked?.isSo !== true) looked = await lookUntil(look, time, over, 0);
    const nobodyAsks = over.aborted || (gone.aborted && looked?.isSo !== true);
    if (looked === undefined || nobodyAsks) {
      // It may come back.
      if (about.moment === 'began') this.#watched.get(about.fault)?.nodes.delete(name);
      return;
    }
    const { isSo, saw, atMs } = looked;
    onSeen({ isSo, saw, atMs, ...about, node: name, besides: others });
  }
}
