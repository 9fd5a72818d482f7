// Starts the paused generators of a run together, through k6's REST API (GET/PATCH /v1/status, POST/PUT /v1/setup).
import type { AgentClient } from '../agent/agent-client.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { patient } from '../patience.ts';
import { pause } from '../pause.ts';
import { K6_API_PORT } from './generator-spec.ts';

/** lib.ExecutionStatusPausedBeforeRun in k6: all virtual users are made, only the start is missing. */
const PAUSED_BEFORE_RUN = 4;

/** A generator, and the address of its REST API. */
export interface ControlledGenerator {
  readonly node: string;
  readonly host: string;
}

export interface NotReady {
  readonly why: string;
  /** Null where it goes on. */
  readonly exitCode: number | null;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

export class K6Control {
  readonly #agent: Pick<AgentClient, 'http'>;

  constructor(agent: Pick<AgentClient, 'http'>) {
    this.#agent = agent;
  }

  /** Waits until a generator has made its virtual users. Undefined once it has, else why it has not. */
  async ready(
    { host }: ControlledGenerator,
    timeoutMs: number,
    exited: Promise<number>,
    signal: AbortSignal,
  ): Promise<NotReady | undefined> {
    const deadline = Date.now() + timeoutMs;
    let exitCode: number | undefined;
    exited.then(
      (code) => {
        exitCode = code;
      },
      () => {},
    );
    let seen = 'no answer yet';
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      if (exitCode !== undefined) {
        return { exitCode, why: `k6 ended with exit code ${exitCode} before the load began` };
      }
      try {
        const { status, body } = await this.#call('GET', host, '/v1/status', {
          timeoutMs: patient(2_000),
          signal,
        });
        seen = body;
        if (status === 200 && statusOf(body) === PAUSED_BEFORE_RUN) return undefined;
      } catch (error) {
        seen = messageOf(error);
      }
      await pause(50, signal);
    }
    return { exitCode: null, why: `not ready within ${timeoutMs / 1000} s (last seen: ${seen})` };
  }

  /** Runs the script's setup() once, in the first generator, and passes its data to the others. Undefined, or why it failed. */
  async setUp(
    generators: readonly ControlledGenerator[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const [first, ...others] = generators;
    if (first === undefined) return undefined;
    const answer = await this.#call('POST', first.host, '/v1/setup', {
      // k6 gives up first, and says why.
      timeoutMs: patient(timeoutMs + 10_000),
      signal,
    });
    if (!isOk(answer)) return errorIn(answer.body);
    const data =
      (JSON.parse(answer.body) as { data: { attributes: { data?: unknown } } }).data.attributes.data ?? null;
    await this.#each(others, 'pass the data of setup() to', (host) =>
      this.#call('PUT', host, '/v1/setup', { body: JSON.stringify(data), signal }),
    );
    return undefined;
  }

  /** Starts the load of all generators at the same time. Fails with `generator-refused` where one does not start. */
  async start(generators: readonly ControlledGenerator[]): Promise<void> {
    const body = JSON.stringify({ data: { type: 'status', id: 'default', attributes: { paused: false } } });
    await this.#each(generators, 'start', (host) => this.#call('PATCH', host, '/v1/status', { body }));
  }

  /** The same request to each. A load that only some of its generators offer is not the one that was asked for. */
  async #each(
    generators: readonly ControlledGenerator[],
    attempted: string,
    call: (host: string) => Promise<Answer>,
  ): Promise<void> {
    await Promise.all(
      generators.map(async ({ node, host }) => {
        const answer = await call(host);
        if (isOk(answer)) return;
        throw new TopolabError(
          `${attempted} generator ${node}: k6 answered ${answer.status}, ${errorIn(answer.body)}`,
          { code: 'generator-refused', hint: `Its log is in the run folder: logs/${node}.log.` },
        );
      }),
    );
  }

  async #call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    host: string,
    path: string,
    options: { body?: string; timeoutMs?: number; signal?: AbortSignal },
  ): Promise<Answer> {
    const { status, body } = await this.#agent.http(method, `${host}:${K6_API_PORT}`, path, options);
    return { status, body: body.toString() };
  }
}

function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** `{"errors":[{"status":"500","title":"Error executing setup","detail":"…"}]}` */
function errorIn(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { errors: readonly { detail?: string; title?: string }[] };
    return errors.map(({ detail, title }) => detail ?? title ?? '').join('\n');
  } catch {
    return body.slice(0, 500);
  }
}

function statusOf(body: string): number | undefined {
  const parsed = JSON.parse(body) as { data?: { attributes?: { status?: number } } };
  return parsed.data?.attributes?.status;
}
