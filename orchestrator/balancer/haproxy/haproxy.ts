// Follows servers that join and leave through HAProxy's runtime API (management guide 9.3): no reload, so no request is cut.
import { messageOf, TopolabError } from '../../errors.ts';
import type { HealthCheck } from '../../scenario/groups/balancer-role.ts';
import { pause } from '../../pause.ts';
import type { Balancer, Exchange } from '../balancer.ts';
import { BACKEND, RUNTIME_API_PORT, serverCheck } from './haproxy-config.ts';

/** How often HAProxy is asked again for what takes a moment. */
const askAgainMs = 100;
/** Seen once in some thousand commands, when forty servers entered at once: HAProxy reset a connection before it had answered. */
const mostAttempts = 3;

export class Haproxy implements Balancer {
  readonly #exchange: Exchange;
  readonly #address: string;
  readonly #check: HealthCheck | null;

  constructor(exchange: Exchange, host: string, check: HealthCheck | null) {
    this.#exchange = exchange;
    this.#address = `${host}:${RUNTIME_API_PORT}`;
    this.#check = check;
  }

  async add(server: string, address: string, port: number): Promise<void> {
    const name = `${BACKEND}/${server}`;
    const added = await this.#run(
      `add server ${name} ${address}:${port} ${serverCheck(this.#check)}`.trimEnd(),
    );
    // It was told before, and could not answer.
    if (added.includes('Already exists'))
      await this.#place(server, `${address} port ${port}`, `add ${server}`);
    else if (!added.includes('New server registered')) throw this.#refused(`add ${server}`, added);
    if (this.#check !== null) await this.#run(`enable health ${name}`);
    const enabled = await this.#run(`enable server ${name}`);
    if (enabled !== '') throw this.#refused(`enable ${server}`, enabled);
  }

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
      await pause(askAgainMs, signal);
    }
    await this.#run(`set server ${name} state maint`);
    return { drained };
  }

  async moveAway(server: string, unusedAddress: string): Promise<void> {
    await this.#place(server, unusedAddress, `take the address of ${server}, which has ended, out`);
  }

  /** @param address perhaps with a port: `10.0.0.7 port 8080`. */
  async #place(server: string, address: string, task: string): Promise<void> {
    const answer = await this.#run(`set server ${BACKEND}/${server} addr ${address}`);
    if (!/changed|no need to change|No such server/.test(answer)) throw this.#refused(task, answer);
  }

  async remove(server: string, signal: AbortSignal): Promise<boolean> {
    // Idle connections to it are closed first.
    const name = `${BACKEND}/${server}`;
    await this.#run(`set server ${name} state maint`);
    await this.#run(`shutdown sessions server ${name}`);
    // Deletion is refused while a connection to the server is being torn down.
    for (let attempt = 0; attempt < 20; attempt++) {
      const answer = await this.#run(`del server ${name}`);
      if (answer.includes('deleted') || answer.includes('No such server')) return true;
      await pause(askAgainMs, signal);
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

  /** Each command may be sent again: it says how something is to be, not what is to change. */
  async #run(command: string): Promise<string> {
    for (let attempts = 1; ; attempts++) {
      try {
        return (await this.#exchange(this.#address, `${command}\n`)).trim();
      } catch (error) {
        if (attempts >= mostAttempts || !messageOf(error).includes('ECONNRESET')) throw error;
      }
    }
  }

  #refused(what: string, answer: string): TopolabError {
    return new TopolabError(`${what} in the balancer: HAProxy answered "${answer}"`, {
      code: 'balancer-refused',
    });
  }
}
