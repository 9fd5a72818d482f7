// Which servers each balancer of a run sends requests to: servers enter when they are ready and leave before they stop.
import { type Exchange, Haproxy } from '../balancer/haproxy.ts';
import type { BalancerGroup, Group } from '../scenario/scenario.ts';

/** A server as a balancer sees it. */
export interface RotationServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

interface Balancer {
  readonly balances: string;
  readonly haproxy: Haproxy;
}

export class Rotation {
  readonly #exchange: Exchange;
  readonly #balancers = new Map<string, Balancer>();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** A balancer that is ready, and the servers that are ready by then. */
  async open(name: string, group: BalancerGroup, servers: readonly RotationServer[]): Promise<void> {
    const haproxy = new Haproxy(this.#exchange, name);
    this.#balancers.set(name, { balances: group.balances, haproxy });
    await Promise.all(servers.map((server) => haproxy.add(server.name, server.address, server.port)));
  }

  /** One that has gone can't be told anything, and servers come and go without it. */
  close(name: string): void {
    this.#balancers.delete(name);
  }

  async enter(group: Group, { name, address, port }: RotationServer): Promise<void> {
    await Promise.all(this.#of(group).map((haproxy) => haproxy.add(name, address, port)));
  }

  /** Sends a server no new requests and waits for those it has. False where some were left after timeoutMs. */
  async drain(group: Group, server: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    const drains = await Promise.all(
      this.#of(group).map((haproxy) => haproxy.drain(server, timeoutMs, signal)),
    );
    return drains.every(({ drained }) => drained);
  }

  /** Forgets a server that has stopped. */
  async leave(group: Group, server: string): Promise<void> {
    await Promise.all(this.#of(group).map((haproxy) => haproxy.remove(server)));
  }

  #of({ name }: Group): Haproxy[] {
    return [...this.#balancers.values()].flatMap(({ balances, haproxy }) =>
      balances === name ? [haproxy] : [],
    );
  }
}
