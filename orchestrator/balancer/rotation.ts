// Which servers each balancer of a run sends requests to: servers enter when they are ready, leave before they stop, and lose their
// address when they have ended without leaving.
import type { BalancerGroup } from '../scenario/groups/balancer-role.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Balancer } from './balancer.ts';
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
  readonly balances: string;
  readonly balancer: Balancer;
}

/** A server that has entered and not left. */
interface Placed {
  readonly group: string;
  readonly server: RotationServer;
  /** Set when its container has ended; settles when no balancer reaches its address any more. */
  movedAway: Promise<void> | undefined;
}

export class Rotation {
  readonly #connect: (group: BalancerGroup, host: string) => Balancer;
  readonly #balancers = new Map<string, OpenBalancer>();
  readonly #placed = new Map<string, Placed>();

  /** @param connect steers the balancer of this group at this address. */
  constructor(connect: (group: BalancerGroup, host: string) => Balancer) {
    this.#connect = connect;
  }

  /** A balancer that is ready, and the servers that are ready by then. */
  async open(
    { name, host }: { name: string; host: string },
    group: BalancerGroup,
    servers: readonly RotationServer[],
  ): Promise<void> {
    const balancer = this.#connect(group, host);
    this.#balancers.set(name, { balances: group.balances, balancer });
    await Promise.all(servers.map((server) => this.#add([balancer], group.balances, server)));
  }

  /** One that has gone can't be told anything, and servers come and go without it. */
  close(name: string): void {
    this.#balancers.delete(name);
  }

  async enter({ name }: Group, server: RotationServer): Promise<void> {
    await this.#add(this.#of(name), name, server);
  }

  async #add(balancers: readonly Balancer[], group: string, server: RotationServer): Promise<void> {
    const placed: Placed = { group, server, movedAway: undefined };
    this.#placed.set(server.name, placed);
    await Promise.all(balancers.map((balancer) => balancer.add(server.name, server.address, server.port)));
    // It ended while it was being added.
    if (placed.movedAway !== undefined) await this.#moveAway(placed);
  }

  /** Sends a server no new requests and waits for those it has. False where some were left after timeoutMs. */
  async drain({ name }: Group, server: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const drains = await Promise.all(
      this.#of(name).map((balancer) => balancer.drain(server, timeoutMs, signal)),
    );
    return drains.every(({ drained }) => drained);
  }

  /** Forgets a server that has stopped. False where a balancer goes on knowing it, out of use. */
  async leave({ name }: Group, server: string, signal: AbortSignal): Promise<boolean> {
    this.#placed.delete(server);
    const removals = await Promise.all(this.#of(name).map((balancer) => balancer.remove(server, signal)));
    return removals.every(Boolean);
  }

  /**
   * A server's container has ended without leaving. Balancers have to find out by themselves, so it stays with them; its address does not,
   * for the engine gives it to the next container.
   */
  async ended(server: string): Promise<void> {
    const placed = this.#placed.get(server);
    if (placed === undefined) return;
    placed.movedAway ??= this.#moveAway(placed);
    await placed.movedAway;
  }

  /** A new container has this address: a server that had it has ended, whether or not the engine has said so yet. */
  async claim(address: string): Promise<void> {
    const before = [...this.#placed.values()].filter(({ server }) => server.address === address);
    await Promise.all(before.map(({ server }) => this.ended(server.name)));
  }

  async #moveAway({ group, server: { name, address, prefixLength } }: Placed): Promise<void> {
    const elsewhere = unusedAddress(address, prefixLength);
    await Promise.all(this.#of(group).map((balancer) => balancer.moveAway(name, elsewhere)));
  }

  #of(group: string): Balancer[] {
    return [...this.#balancers.values()].flatMap(({ balances, balancer }) =>
      balances === group ? [balancer] : [],
    );
  }
}
