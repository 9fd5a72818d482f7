// Keeps this peer connected: hears of others (from the directory, by broadcast, from members), dials them until it has the neighbours
// it wants, and notices when one is lost.
import type { Connection } from '@libp2p/interface';
import { log } from '../process/log.ts';
import type { Neighbour } from '../user/user-service.ts';
import type { Host } from './create-host.ts';
import type { Members } from './members.ts';

const tickMs = 500;
const dialTimeoutMs = 3000;
/** One who was just dialled in vain is left alone for this long. */
const failedForMs = 3000;
/** After this long without a neighbour, the log says so. */
const lonelyMs = 10_000;

export interface NeighbourOptions {
  /** Connections this peer sees to itself. */
  readonly wanted: number;
  readonly found: (peer: string, dialled: boolean) => void;
  /** A neighbour that is connected no longer and could not be reached again at once. */
  readonly lost: (peer: string) => void;
  /** For people: how peers are looked for. */
  readonly discovery: string;
}

export class Neighbours {
  readonly #host: Host;
  readonly #members: Members;
  readonly #options: NeighbourOptions;
  /** Peers heard of, with their addresses. */
  readonly #heard = new Map<string, readonly string[]>();
  readonly #failed = new Map<string, number>();
  readonly #dialling = new Set<string>();
  /** Nodes that are connected but no peers: the directory. */
  readonly #noPeers = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #stopped = false;

  constructor(host: Host, members: Members, options: NeighbourOptions) {
    this.#host = host;
    this.#members = members;
    this.#options = options;
    host.libp2p.addEventListener('connection:open', ({ detail }) => this.#opened(detail));
    host.libp2p.addEventListener('peer:disconnect', ({ detail }) => void this.#closed(detail.toString()));
    this.#timers.push(
      setInterval(() => this.#tick(), tickMs),
      setTimeout(() => this.#sayIfLonely(), lonelyMs),
    );
  }

  /** The peer ids of those connected. */
  get ids(): string[] {
    return [...new Set(this.#connections().map(({ remotePeer }) => remotePeer.toString()))];
  }

  get list(): Neighbour[] {
    const byId = new Map(
      this.#connections().map(({ remotePeer, remoteAddr }) => [remotePeer.toString(), remoteAddr.toString()]),
    );
    return [...byId].map(([id, address]) => ({ id, address, node: this.#members.get(id)?.node ?? '' }));
  }

  /** One that may be there; dialled if neighbours are wanted. Addresses carry the peer id. */
  hear(addresses: readonly string[]): void {
    const id = addresses[0]?.split('/p2p/').at(-1);
    if (id === undefined || id === this.#members.self.id) return;
    if (!this.#heard.has(id)) setImmediate(() => this.#tick());
    this.#heard.set(id, addresses);
  }

  /** Not counted, and not missed when it is gone. */
  isNoPeer(id: string): void {
    this.#noPeers.add(id);
  }

  /** Drops the connection to one that answers nothing any more. */
  drop(id: string): void {
    for (const connection of this.#connections()) {
      if (connection.remotePeer.toString() === id) connection.abort(new Error('no answer'));
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #connections(): Connection[] {
    return this.#host.libp2p
      .getConnections()
      .filter(({ status, remotePeer }) => status === 'open' && !this.#noPeers.has(remotePeer.toString()));
  }

  #tick(): void {
    if (this.#stopped) return;
    const connected = new Set(this.ids);
    const strangers = [...this.#heard.keys()].filter((id) => this.#isStranger(id));
    let missing = this.#options.wanted - connected.size - this.#dialling.size;
    // One of whom no member knows may be in a part of the network that this part has no connection to: always worth a dial.
    if (missing <= 0 && strangers.length > 0 && this.#dialling.size === 0) missing = 1;
    if (missing <= 0) return;
    const candidates = shuffled([
      ...strangers,
      ...this.#members.alive.map(({ id }) => id),
      ...this.#heard.keys(),
    ]);
    for (const id of new Set(candidates)) {
      if (missing <= 0) return;
      if (connected.has(id) || !this.#mayDial(id)) continue;
      missing -= 1;
      void this.#dial(id);
    }
  }

  #isStranger(id: string): boolean {
    return (this.#members.get(id)?.gone ?? true) && this.#mayDial(id);
  }

  #mayDial(id: string): boolean {
    const failedMs = this.#failed.get(id);
    return (
      id !== this.#members.self.id &&
      !this.#dialling.has(id) &&
      !this.#noPeers.has(id) &&
      // One that was believed gone and is heard of is worth a dial: the two may have been parted.
      (this.#members.get(id)?.gone !== true || this.#heard.has(id)) &&
      (failedMs === undefined || performance.now() - failedMs > failedForMs)
    );
  }

  /** True where it answered. One that does not is forgotten until it is heard of again. */
  async #dial(id: string): Promise<boolean> {
    const addresses = this.#members.get(id)?.addresses ?? this.#heard.get(id) ?? [];
    if (addresses.length === 0) return false;
    this.#dialling.add(id);
    try {
      await this.#host.dial(addresses, AbortSignal.timeout(dialTimeoutMs));
      this.#failed.delete(id);
      return true;
    } catch {
      this.#failed.set(id, performance.now());
      this.#heard.delete(id);
      return false;
    } finally {
      this.#dialling.delete(id);
    }
  }

  #opened({ remotePeer, direction }: Connection): void {
    // The directory is only known to be one when dialling it has ended, just after this.
    setImmediate(() => {
      const id = remotePeer.toString();
      if (!this.#noPeers.has(id)) this.#options.found(id, direction === 'outbound');
    });
  }

  async #closed(id: string): Promise<void> {
    if (this.#stopped || this.#noPeers.has(id) || this.#members.get(id)?.gone === true) return;
    // It may only have closed the connection; one that still answers is not lost.
    if (this.ids.includes(id) || (await this.#dial(id))) return;
    if (!this.#stopped) this.#options.lost(id);
  }

  #sayIfLonely(): void {
    if (this.#stopped || this.#connections().length > 0) return;
    const fields = { discovery: this.#options.discovery, seconds: lonelyMs / 1000 };
    log('warn', 'found no other peer yet; looking on', fields);
  }
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
