// Tells the nodes of a large swarm each other's hardware addresses, from outside.
//
// Left alone, each asks for the address of each by broadcast, and all answers share one table of the host's kernel
// (net.ipv4.neigh.default.gc_thresh3, 1024 entries): with 33 nodes that all know each other it overflows, and packets are lost until
// connections try again, half a minute later. Entries marked as learned elsewhere (`extern_learn`, Linux 5.0) do not count there. They
// are still checked when they are used, so one whose node has gone and whose address another has got mends itself; and they lie in
// the nodes' namespaces and go with them.
import type { RunningContainer } from '../engine/engine.ts';
import { introductionScript, type Listener, lookUpScript, parseLookUp } from './introduction-script.ts';
import type { NetAdmin } from './net-admin.ts';

export type Neighbour = Pick<RunningContainer, 'id' | 'address'>;

/** Newcomers of this long are told together: each costs one command in every node. */
const collectMs = 1000;

export class NeighbourTables {
  readonly #netAdmin: Pick<NetAdmin, 'run' | 'processesOf'> | undefined;
  /** Those who were told of each other, by container id. */
  #known: ReadonlyMap<string, Omit<Listener, 'pid'>> = new Map();
  #newcomers: Neighbour[] = [];
  #telling: Promise<void> | undefined;

  /** @param netAdmin undefined where the swarm is small enough to find out by itself. */
  constructor(netAdmin: Pick<NetAdmin, 'run' | 'processesOf'> | undefined) {
    this.#netAdmin = netAdmin;
  }

  /** Resolves when everybody knows the newcomer and it knows everybody. Those that have gone are no error. */
  async introduce(newcomer: Neighbour): Promise<void> {
    if (this.#netAdmin === undefined) return;
    this.#newcomers.push(newcomer);
    // Whoever comes while others are being told waits for the next round.
    await this.#telling?.catch(() => undefined);
    if (this.#newcomers.includes(newcomer)) this.#telling ??= this.#tell(this.#netAdmin);
    await this.#telling;
  }

  /** A node has gone: nobody is told of it any more. */
  forget({ id }: Pick<Neighbour, 'id'>): void {
    this.#known = new Map([...this.#known].filter(([known]) => known !== id));
  }

  async #tell(netAdmin: Pick<NetAdmin, 'run' | 'processesOf'>): Promise<void> {
    try {
      await new Promise((resolve) => setTimeout(resolve, collectMs));
      const newcomers = this.#newcomers;
      this.#newcomers = [];
      const pids = await netAdmin.processesOf([...this.#known.keys(), ...newcomers.map(({ id }) => id)]);
      const placed = newcomers.flatMap(({ id, address }) => {
        const pid = pids.get(id);
        return pid === undefined ? [] : [{ id, pid, address }];
      });
      const seen = parseLookUp(await netAdmin.run(lookUpScript(placed)));
      const added = placed.flatMap(({ id, pid, address }) => {
        const place = seen.get(address);
        return place === undefined ? [] : [{ id, pid, known: { address, ...place } }];
      });
      const listening = [...this.#known].flatMap(([id, known]) => {
        const pid = pids.get(id);
        return pid === undefined ? [] : [{ pid, ...known }];
      });
      this.#known = new Map([...this.#known, ...added.map(({ id, known }) => [id, known] as const)]);
      const newcomersThere = added.map(({ pid, known }) => ({ pid, ...known }));
      if (added.length > 0) await netAdmin.run(introductionScript(listening, newcomersThere));
    } finally {
      this.#telling = undefined;
    }
  }
}
