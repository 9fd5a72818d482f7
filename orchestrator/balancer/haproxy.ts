// Follows servers that join and leave through HAProxy's runtime API (management guide 9.3): no reload, so no request is cut.
import { TopolabError } from '../errors.ts';
import type { HealthCheck } from '../scenario/groups/group.ts';
import { BACKEND, RUNTIME_API_PORT, serverCheck } from './haproxy-config.ts';

/** Sends commands to the runtime API at `host:port` and returns the answer; AgentClient.exchange is one. */
export type Exchange = (hostAndPort: string, commands: string) => Promise<string>;

export class Haproxy {
  readonly #exchange: Exchange;
  readonly #address: string;
  readonly #check: HealthCheck | null;

  constructor(exchange: Exchange, host: string, check: HealthCheck | null) {
    this.#exchange = exchange;
    this.#address = `${host}:${RUNTIME_API_PORT}`;
    this.#check = check;
  }

  /** Puts a server into rotation: from the next request on it gets its share. */
  async add(server: string, address: string, port: number): Promise<void> {
    const name = `${BACKEND}/${server}`;
    const added = await this.#run(
      `add server ${name} ${address}:${port} ${serverCheck(this.#check)}`.trimEnd(),
    );
    if (!added.includes('New server registered')) throw this.#refused(`add ${server}`, added);
    if (this.#check !== null) await this.#run(`enable health ${name}`);
    const enabled = await this.#run(`enable server ${name}`);
    if (enabled !== '') throw this.#refused(`enable ${server}`, enabled);
  }

  /**
   * Sends a server no new requests, waits until those it has are answered (at most timeoutMs), and takes it out. Rejects when the
   * signal aborts.
   */
  async drain(
    server: string,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly drained: boolean }> {
    const name = `${BACKEND}/${server}`;
    await this.#run(`set server ${name} state drain`);
    const deadline = Date.now() + timeoutMs;
    let drained = false;
    for (;;) {
      drained = (await this.#sessions(server)) === 0;
      if (drained || Date.now() > deadline) break;
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.#run(`set server ${name} state maint`);
    return { drained };
  }

  /**
   * A server whose container has ended keeps its place, for that it is gone HAProxy has to find out by itself; but its address will be
   * another's soon. From now on it has one at which nobody will ever be.
   */
  async moveAway(server: string, unusedAddress: string): Promise<void> {
    const answer = await this.#run(`set server ${BACKEND}/${server} addr ${unusedAddress}`);
    if (!/IP changed|no need to change|No such server/.test(answer))
      throw this.#refused(`take the address of ${server}, which has ended, out`, answer);
  }

  /**
   * Forgets a server that has been drained and stopped. Idle connections to it are closed first. False where HAProxy still refuses after
   * two seconds; the server stays then, and is sent nothing.
   */
  async remove(server: string): Promise<boolean> {
    const name = `${BACKEND}/${server}`;
    await this.#run(`set server ${name} state maint`);
    await this.#run(`shutdown sessions server ${name}`);
    // Deletion is refused while a connection to the server is being torn down.
    for (let attempt = 0; attempt < 20; attempt++) {
      const answer = await this.#run(`del server ${name}`);
      if (answer.includes('deleted') || answer.includes('No such server')) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  async #sessions(server: string): Promise<number> {
    const csv = await this.#run(`show stat ${BACKEND} 4 -1`);
    const [header = '', ...rows] = csv.replace(/^# /, '').split('\n');
    const columns = header.split(',');
    const row = rows
      .map((line) => line.split(','))
      .find((cells) => cells[columns.indexOf('svname')] === server);
    const count = (column: string) => Number(row?.[columns.indexOf(column)] ?? 0);
    return count('scur') + count('qcur');
  }

  async #run(command: string): Promise<string> {
    return (await this.#exchange(this.#address, `${command}\n`)).trim();
  }

  #refused(what: string, answer: string): TopolabError {
    return new TopolabError(`${what} in the balancer: HAProxy answered "${answer}"`, {
      code: 'balancer-refused',
    });
  }
}
