// Which servers each balancer of a run sends requests to: servers enter when they are ready, leave before they stop, lose their address when
// they have ended without leaving, and get one again where they come back. A balancer that does not answer meanwhile is told later.
import { messageOf } from '../errors.ts';
import type { BalancerGroup } from '../scenario/groups/balancer-role.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Balancer } from './balancer.ts';
import { type Reach, ReachedBalancer } from './reached-balancer.ts';
import { unusedAddress } from './unused-address.ts';

/** A server as a balancer sees it. */
export interface RotationServer {
  readonly name: string;
  readonly address: string;
  /** Of the network it is in: 16 in 10.0.0.2/16. */
  readonly prefixLength: number;
  readonly port: number;
}

/** A balancer of ours that is ready. */
interface OpenBalancer {
  /** Groups of servers. */
  readonly balances: readonly string[];
  readonly balancer: ReachedBalancer;
}

/** A server that has entered and not left. */
interface Placed {
  readonly group: string;
  readonly server: RotationServer;
  /** It is being drained. */
  isLeaving: boolean;
  /** Set when its container has ended; settles when no balancer that answers reaches its address any more. */
  movedAway: Promise<void> | undefined;
}

export interface RotationOptions extends Omit<Reach, 'over'> {
  /** Steers the balancer of this group at this address. */
  readonly connect: (group: BalancerGroup, host: string) => Balancer;
}

export class Rotation {
  readonly #connect: RotationOptions['connect'];
  readonly #reach: Reach;
  readonly #over = new AbortController();
  readonly #balancers = new Map<string, OpenBalancer>();
  readonly #placed = new Map<string, Placed>();
  /** Address → name of the server that had it last. */
  readonly #at = new Map<string, string>();

  constructor({ connect, ...reach }: RotationOptions) {
    this.#connect = connect;
    this.#reach = { ...reach, over: this.#over.signal };
  }

  /** A balancer that is ready: it is told of the servers that have entered by then. */
  async open({ name, host }: { name: string; host: string }, group: BalancerGroup): Promise<void> {
    const { balances } = group;
    const balancer = new ReachedBalancer(name, this.#connect(group, host), this.#reach);
    this.#balancers.set(name, { balances, balancer });
    const there = [...this.#placed.values()].filter(
      (placed) => balances.includes(placed.group) && !placed.isLeaving && placed.movedAway === undefined,
    );
    await Promise.all(there.map((placed) => add(balancer, placed)));
  }

  /** One that has gone can't be told anything, and servers come and go without it. */
  close(name: string): void {
    this.#balancers.get(name)?.balancer.close();
    this.#balancers.delete(name);
  }

  /** Nothing more is to come: what balancers could not be told by now they are never told. */
  end(): void {
    this.#over.abort(new Error('nothing more is to come'));
  }

  /** Where a balancer does not answer because of a fault, this takes until it has been told all the same. */
  async enter({ name }: Group, server: RotationServer): Promise<void> {
    const placed: Placed = { group: name, server, isLeaving: false, movedAway: undefined };
    this.#placed.set(server.name, placed);
    this.#at.set(server.address, server.name);
    await Promise.all(this.#of(name).map((balancer) => add(balancer, placed)));
  }

  /**
   * A server whose container had ended runs again, perhaps at another address. That it serves again balancers have to find out by themselves.
   * One that had not entered before does so when it is ready.
   */
  async returned(group: Group, server: RotationServer): Promise<void> {
    const before = this.#placed.get(server.name);
    if (before === undefined) return;
    await before.movedAway;
    await this.enter(group, server);
  }

  /**
   * Sends a server no new requests and waits for those it has. False where some were left after timeoutMs. A balancer that does not answer is
   * waited for.
   */
  async drain({ name }: Group, server: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const placed = this.#placed.get(server);
    if (placed !== undefined) placed.isLeaving = true;
    const drains = await Promise.all(
      this.#of(name).map((balancer) => {
        const drain = (program: Balancer) => program.drain(server, timeoutMs, signal);
        return balancer.tell(server, `drain ${server}`, drain, signal).done;
      }),
    );
    return drains.every((outcome) => outcome?.drained !== false);
  }

  /** Forgets a server that has stopped. False where a balancer goes on knowing it, out of use. */
  async leave({ name }: Group, server: string, signal: AbortSignal): Promise<boolean> {
    const placed = this.#placed.get(server);
    if (placed !== undefined && this.#at.get(placed.server.address) === server)
      this.#at.delete(placed.server.address);
    this.#placed.delete(server);
    const removals = await Promise.all(
      this.#of(name).map((balancer) => {
        const remove = (program: Balancer) => program.remove(server, signal);
        return balancer.tell(server, `forget ${server}`, remove, signal).done;
      }),
    );
    return removals.every((removed) => removed !== false);
  }

  /**
   * A server's container has ended without leaving. Balancers have to find out by themselves, so it stays with them; its address does not,
   * for the engine gives it to the next container. One that does not answer is not waited for.
   */
  async ended(server: string): Promise<void> {
    const placed = this.#placed.get(server);
    if (placed === undefined) return;
    placed.movedAway ??= this.#moveAway(placed);
    await placed.movedAway;
  }

  /** A new container has this address: a server that had it has ended, whether or not the engine has said so yet. */
  async claim(address: string): Promise<void> {
    const before = this.#at.get(address);
    if (before !== undefined && this.#placed.get(before)?.server.address === address)
      await this.ended(before);
  }

  async #moveAway({ group, server: { name, address, prefixLength } }: Placed): Promise<void> {
    const elsewhere = unusedAddress(address, prefixLength);
    await Promise.all(
      this.#of(group).map((balancer) => {
        const what = `keep requests from where ${name} was`;
        const { done, queued } = balancer.tell(name, what, (program) => program.moveAway(name, elsewhere));
        queued.then(() => done).catch((error: unknown) => this.#reach.warn(`${what}: ${messageOf(error)}`));
        return Promise.race([done, queued]);
      }),
    );
  }

  #of(group: string): ReachedBalancer[] {
    return [...this.#balancers.values()].flatMap(({ balances, balancer }) =>
      balances.includes(group) ? [balancer] : [],
    );
  }
}

async function add(balancer: ReachedBalancer, placed: Placed): Promise<void> {
  const { name, address, port } = placed.server;
  const enter = async (program: Balancer) => {
    // One that has ended meanwhile has no address any more.
    if (placed.movedAway === undefined) await program.add(name, address, port);
  };
  await balancer.tell(name, `send requests to ${name}`, enter).done;
}
