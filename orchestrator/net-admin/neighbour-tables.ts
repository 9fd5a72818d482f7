// Tells the nodes of a large swarm each other's hardware addresses, from outside.
//
// Left alone, each asks for the address of each by broadcast, and all answers share one table of the host's kernel
// (net.ipv4.neigh.default.gc_thresh3, 1024 entries): with 33 nodes that all know each other it overflows, and packets are lost until
// connections try again, half a minute later. Entries marked as learned elsewhere (`extern_learn`, Linux 5.0) do not count there. They
// are still checked when they are used, so one whose node has gone and whose address another has got mends itself; and they lie in
// the nodes' namespaces and go with them.
import type { RunningContainer } from '../engine/engine.ts';

export type Neighbour = Pick<RunningContainer, 'pid' | 'address' | 'hardwareAddress'>;

/** Newcomers of this long are told together: each costs one command in every node. */
const collectMs = 1000;
/** Docker's name for the interface of a container's first network. */
const device = 'eth0';

export class NeighbourTables {
  readonly #run: ((script: string) => Promise<unknown>) | undefined;
  #known: readonly Neighbour[] = [];
  #newcomers: Neighbour[] = [];
  #telling: Promise<void> | undefined;

  /** @param run carries out a shell script in the helper; undefined where the swarm is small enough to find out by itself. */
  constructor(run: ((script: string) => Promise<unknown>) | undefined) {
    this.#run = run;
  }

  /** Resolves when everybody knows the newcomer and it knows everybody. Those that have gone are no error. */
  async introduce(newcomer: Neighbour): Promise<void> {
    if (this.#run === undefined || newcomer.pid === 0 || newcomer.hardwareAddress === '') return;
    this.#newcomers.push(newcomer);
    // Whoever comes while others are being told waits for the next round.
    await this.#telling?.catch(() => undefined);
    if (this.#newcomers.includes(newcomer)) this.#telling ??= this.#tell();
    await this.#telling;
  }

  /** A node has gone: nobody is told of it any more. */
  forget({ address }: Pick<Neighbour, 'address'>): void {
    this.#known = this.#known.filter((neighbour) => neighbour.address !== address);
  }

  async #tell(): Promise<void> {
    try {
      await new Promise((resolve) => setTimeout(resolve, collectMs));
      const newcomers = this.#newcomers;
      this.#newcomers = [];
      const before = this.#known;
      this.#known = [...before, ...newcomers];
      await this.#run?.(introductionScript(before, newcomers));
    } finally {
      this.#telling = undefined;
    }
  }
}

/**
 * For the helper: those who were there are told of the newcomers, and newcomers of everybody. A process id may belong to another process
 * by now: asking for a route *from* the node's address fails in any other namespace, and `ip` ends at the first failure.
 */
export function introductionScript(before: readonly Neighbour[], newcomers: readonly Neighbour[]): string {
  const entries = (neighbours: readonly Neighbour[]): string =>
    neighbours
      .map(
        ({ address, hardwareAddress }) =>
          `neigh replace ${address} lladdr ${hardwareAddress} dev ${device} nud reachable extern_learn`,
      )
      .join('\n');
  const tell = (what: string, listeners: readonly Neighbour[]): string[] =>
    listeners.map(({ pid, address }) => `tell ${pid} ${address} "$${what}"`);
  return [
    `newcomers='${entries(newcomers)}'`,
    `everybody='${entries([...before, ...newcomers])}'`,
    'tell() { printf "route get $2 from $2\\n%s\\n" "$3" | nsenter -t "$1" -n ip -batch - >/dev/null 2>&1 || true; }',
    ...tell('newcomers', before),
    ...tell('everybody', newcomers),
  ].join('\n');
}
