// A client's way to the servers: requests pass through as they are, over connections that are kept.
import { Agent, get, type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentialHeader } from '../enrolment/credential.ts';
import { messageOf } from '../process/node-error.ts';
import { unavailable } from '../http/http-problem.ts';
import { readJson } from '../http/read-body.ts';

/** These belong to one connection, not to the request (RFC 9110, section 7.6.1). */
const connectionHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];
const retryMs = 200;
const rightsBytes = 16 * 1024;

export class Upstream {
  readonly #base: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #headers: Readonly<Record<string, string>>;
  /** Shown with each request; undefined = none. */
  credential: string | undefined;
  #closed = false;
  #unready: string | undefined = 'no server has answered yet';

  /** @param token with which the client asks for itself, and not for its user; undefined = servers ask for none */
  constructor(base: string, token?: string) {
    this.#base = new URL(base);
    this.#headers = token === undefined ? {} : bearer(token);
  }

  readonly unreadyBecause = (): string | undefined => this.#unready;

  /** Asks until a server says that it is ready. */
  async untilReady(): Promise<void> {
    while (!this.#closed) {
      const answer = await this.get('/ready').catch(() => undefined);
      answer?.resume();
      if (answer?.statusCode === 200) {
        this.#unready = undefined;
        return;
      }
      await sleep(retryMs);
    }
  }

  /** What the servers say that the holder of a token may do, and with which status. Fails with 503 where no server answers. */
  async rights(token: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const answer = await this.get('/access/rights', bearer(token));
    const body = await readJson(answer, rightsBytes).catch(() => undefined);
    return { status: answer.statusCode ?? 502, body };
  }

  /** Fails with 503 where no server answers. */
  async get(path: string, headers = this.#headers): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const own = { ...headers, ...this.#own() };
      get(new URL(path, this.#base), { agent: this.#agent, headers: own }, resolve).once('error', (cause) =>
        reject(unavailable(`the servers do not answer: ${cause.message}`)),
      );
    });
  }

  /** Passes a request on and its answer back, both as streams. Fails with 503 where no server answers. */
  async forward(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !connectionHeaders.includes(name)),
    );
    Object.assign(headers, this.#own());
    const url = new URL(request.url ?? '/', this.#base);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const passed = ask(url, { method: request.method, headers, agent: this.#agent });
    passed.once('response', resolve);
    passed.once('error', (cause) => reject(unavailable(`the servers do not answer: ${messageOf(cause)}`)));
    // A user who leaves ends the question too: long polls would else pile up at the servers.
    answer.once('close', () => passed.destroy());
    request.pipe(passed);
    const back = await promise;
    for (const name of connectionHeaders) delete back.headers[name];
    answer.writeHead(back.statusCode ?? 502, back.headers);
    await pipeline(back, answer).catch(() => answer.destroy());
  }

  #own(): Record<string, string> {
    return this.credential === undefined ? {} : { [credentialHeader]: this.credential };
  }

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
