// The servers, as a node that can switch asks them: over their user's interface, with when and where it took in what it hands on. Their events are
// followed into the log of the node.
import { Agent, type IncomingMessage, request as ask } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CopiedRecord, originHeader, pageOfCopies, writtenAtHeader } from '../contract/way.ts';
import { HttpProblem, unavailable } from '../http/http-problem.ts';
import { readBody } from '../http/read-body.ts';
import { messageOf } from '../process/node-error.ts';
import type { EventLog, LoggedEvent } from '../user/event-log.ts';
import { type EventPage, UserLimit, type UserRecord } from '../user/user-service.ts';
import type { Side } from './side.ts';

const retryMs = 200;
/** A server that has not answered by then does not. */
const answerMs = 10_000;
/** Shorter than what balancers wait for a server. */
const longPollMs = 5_000;
const mostAnswerBytes = 4 * 1024 * 1024;

interface Asked {
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Buffer | string;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

export class ServerSide implements Side {
  readonly #base: string;
  readonly #log: EventLog;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #closing = new AbortController();
  #unready: string | undefined = 'no server has answered yet';
  /** Of the log of the servers. */
  #cursor = 0;

  /** Asks them from now on. @param log gets their events */
  constructor(base: string, log: EventLog) {
    this.#base = base;
    this.#log = log;
    void this.#follow();
  }

  readonly unreadyBecause = (): string | undefined => this.#unready;

  readonly records = {
    put: async (id: string, { value, contentType }: UserRecord, writtenAtMs?: number): Promise<void> => {
      const headers = { 'content-type': contentType, ...writtenAt(writtenAtMs) };
      await this.#ok('PUT', recordPath(id), { headers, body: value });
    },
    get: async (id: string): Promise<UserRecord | undefined> => {
      const { status, contentType, body } = await this.#ask('GET', recordPath(id));
      if (status === 404) return undefined;
      if (status !== 200) throw refusal(status, body);
      return { value: body, contentType };
    },
    delete: async (id: string, writtenAtMs?: number): Promise<boolean> => {
      const { status, body } = await this.#ask('DELETE', recordPath(id), { headers: writtenAt(writtenAtMs) });
      if (status !== 204 && status !== 404) throw refusal(status, body);
      return status === 204;
    },
  };

  async publish({ key, publishedAtMs, publishedBy, message }: LoggedEvent): Promise<void> {
    const headers = { [originHeader]: `${key} ${publishedAtMs} ${publishedBy}` };
    await this.#ok('POST', '/events', { headers, body: message });
  }

  /** All of them: of several nodes, one is enough. */
  async *held(): AsyncGenerator<readonly CopiedRecord[]> {
    for (let after = ''; ; ) {
      const query = new URLSearchParams({ after });
      const { body } = await this.#ok('GET', `/copies/records?${query.toString()}`);
      const page = JSON.parse(body.toString()) as readonly CopiedRecord[];
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.id;
    }
  }

  async keep(records: readonly CopiedRecord[], events: readonly LoggedEvent[]): Promise<void> {
    for (const body of pagesOf(records)) await this.#ok('POST', '/copies/records', { body });
    for (const body of pagesOf(events)) await this.#ok('POST', '/copies/events', { body });
  }

  async catchUp(): Promise<void> {
    while ((await this.#fetch(0)) > 0);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#agent.destroy();
  }

  async #follow(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        if (this.#unready !== undefined) await this.#ok('GET', '/ready');
        this.#unready = undefined;
        await this.#fetch(longPollMs);
      } catch (thrown) {
        this.#unready = `the servers do not answer: ${messageOf(thrown)}`;
        await sleep(retryMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }

  /** Resolves with how many events came. Two at once may both bring the same ones: the log takes each once. */
  async #fetch(waitMs: number): Promise<number> {
    const path = `/events?after=${this.#cursor}&limit=${UserLimit.pageEvents}&waitMs=${waitMs}`;
    const { body } = await this.#ok('GET', path, { timeoutMs: waitMs + answerMs });
    const { events, lastId } = JSON.parse(body.toString()) as EventPage;
    for (const { id, publishedAtMs, publishedBy, message, key } of events)
      this.#log.add({
        key: key ?? `${publishedBy} ${publishedAtMs} ${id}`,
        publishedAtMs,
        publishedBy,
        message,
      });
    this.#cursor = Math.max(this.#cursor, lastId);
    return events.length;
  }

  async #ok(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const answer = await this.#ask(method, path, asked);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(answer.status, answer.body);
  }

  /** Fails with 503 where no server answers. */
  async #ask(
    method: string,
    path: string,
    { headers = {}, body = '', timeoutMs = answerMs }: Asked = {},
  ): Promise<Answer> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const length = body.length === 0 ? {} : { 'content-length': Buffer.byteLength(body) };
        const options = { method, agent: this.#agent, headers: { ...headers, ...length }, signal };
        ask(new URL(path, this.#base), options, resolve).once('error', reject).end(body);
      });
      return {
        status: answer.statusCode ?? 502,
        contentType: answer.headers['content-type'] ?? '',
        body: await readBody(answer, mostAnswerBytes),
      };
    } catch (thrown) {
      throw unavailable(`the servers do not answer: ${messageOf(thrown)}`);
    }
  }
}

function recordPath(id: string): string {
  return `/records/${encodeURIComponent(id)}`;
}

function writtenAt(ms: number | undefined): Readonly<Record<string, number>> {
  return ms === undefined ? {} : { [writtenAtHeader]: ms };
}

/** What a server refuses, the node refuses its user. */
function refusal(status: number, body: Buffer): HttpProblem {
  return new HttpProblem(status, `the servers refuse it: ${body.toString().slice(0, 200)}`);
}

/** As JSON, each of them short enough for a server to read. */
function* pagesOf(copies: readonly (CopiedRecord | LoggedEvent)[]): Generator<string> {
  let page: string[] = [];
  let bytes = 0;
  for (const copy of copies) {
    const text = JSON.stringify(copy);
    if (page.length === pageOfCopies.number || bytes + text.length > pageOfCopies.bytes) {
      if (page.length > 0) yield `[${page.join(',')}]`;
      page = [];
      bytes = 0;
    }
    page.push(text);
    bytes += Buffer.byteLength(text);
  }
  if (page.length > 0) yield `[${page.join(',')}]`;
}
