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
    const { answer: added, attempts } = await this.#send(
      `add server ${name} ${address}:${port} ${serverCheck(this.#check)}`.trimEnd(),
    );
    const heardBefore = attempts > 1 && added.includes('Already exists');
    if (!added.includes('New server registered') && !heardBefore) throw this.#refused(`add ${server}`, added);
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
    const answer = await this.#run(`set server ${BACKEND}/${server} addr ${unusedAddress}`);
    if (!/IP changed|no need to change|No such server/.test(answer))
      throw this.#refused(`take the address of ${server}, which has ended, out`, answer);
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

  async #run(command: string): Promise<string> {
    return (await this.#send(command)).answer;
  }

  /** Each command may be sent again: it says how something is to be, not what is to change. */
  async #send(command: string): Promise<{ readonly answer: string; readonly attempts: number }> {
    for (let attempts = 1; ; attempts++) {
      try {
        return { answer: (await this.#exchange(this.#address, `${command}\n`)).trim(), attempts };
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
