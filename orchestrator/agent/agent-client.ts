// The orchestrator's side of the agent protocol (docs/agent-protocol.md): one HTTP/2 session over a byte stream that the
// engine opens into the agent's container. Nothing here needs a route between the orchestrator and the containers.
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import type {
  AdmittedGenerator,
  AskedOnce,
  FoundProcesses,
  FrozenContainers,
  GateRefusal,
  MeasuredContainer,
  ScrapeTarget,
} from '../../node-image/contract/agent-protocol.ts';
import type { Engine } from '../engine/engine.ts';
import type { Readiness } from '../scenario/groups/group.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { patient } from '../patience.ts';
import { pause } from '../pause.ts';

export type {
  AdmittedGenerator,
  AskedOnce,
  GateRefusal,
  MeasuredContainer,
  ScrapeTarget,
} from '../../node-image/contract/agent-protocol.ts';

interface AgentResponse {
  readonly status: number;
  readonly body: Buffer;
}

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

interface AgentRequest {
  readonly method: Method;
  readonly path: string;
  readonly body?: string;
  /** The header of this name. */
  readonly authorization?: string;
  readonly signal?: AbortSignal | undefined;
  /** Default 30 s, with patience. */
  readonly timeoutMs?: number;
}

/** See Cristian, Probabilistic clock synchronization, Distributed Computing 3 (1989). */
export interface ClockReading {
  /** The other clock minus ours, milliseconds. */
  readonly offsetMs: number;
  /** It is off by no more: half of the round trip. */
  readonly errorMs: number;
}

/** How a node is asked over its network. */
type NetworkProbe = Extract<Readiness['probe'], { kind: 'http' | 'tcp' }>;

/** Longest until an agent that was just started answers. */
const SILENT_MS = 15_000;
/** Round trips by which a clock is read: each may be slowed by something, and the fastest tells best. Our choice. */
const CLOCK_ATTEMPTS = 10;

/** A session with one agent, on behalf of one run. Closing it does not stop the agent. */
export class AgentClient implements AsyncDisposable {
  readonly #session: ClientHttp2Session;
  readonly #stream: Duplex;
  readonly #run: string;

  private constructor(session: ClientHttp2Session, stream: Duplex, run: string) {
    this.#session = session;
    this.#stream = stream;
    this.#run = run;
  }

  /** Opens the session and waits until the agent answers. Fails with `agent-silent` after 15 s, with patience; with the signal's reason. */
  static async connect(
    engine: Engine,
    agentId: string,
    run: string,
    signal?: AbortSignal,
  ): Promise<AgentClient> {
    const timeoutMs = patient(SILENT_MS);
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const client = await AgentClient.#open(engine, agentId, run);
      try {
        // A try may take all the time there is: on a slow engine the process behind the stream takes seconds to start. Where the agent does
        // not come to listen, that process ends by itself, and the stream with it.
        await client.#request({
          method: 'GET',
          path: '/clock',
          timeoutMs: Math.max(1, deadline - Date.now()),
          signal,
        });
        return client;
      } catch (cause) {
        await client[Symbol.asyncDispose]();
        signal?.throwIfAborted();
        if (Date.now() > deadline) {
          const logs = await engine.logs(agentId, { tailLines: 20 });
          throw new TopolabError(`connect to the agent: no answer within ${timeoutMs / 1000} s\n${logs}`, {
            code: 'agent-silent',
            hint: 'The agent is the helper container of a run; its last log lines are above.',
            cause,
          });
        }
        // The agent's socket appears some tens of milliseconds after its container has started.
        await pause(50, signal);
      }
    }
  }

  static async #open(engine: Engine, agentId: string, run: string): Promise<AgentClient> {
    const stream = await engine.openStream(agentId, ['topolab-node', 'pipe']);
    // A broken stream fails the requests in flight, which report it; here it must only not be unhandled.
    stream.on('error', () => {});
    const session = connect('http://agent', { createConnection: () => stream });
    session.on('error', () => {});
    return new AgentClient(session, stream, run);
  }

  /** The clock of the agent's host held against ours, from the fastest of some round trips. */
  async readClock(): Promise<ClockReading> {
    let best: ClockReading = { errorMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
    for (let attempt = 0; attempt < CLOCK_ATTEMPTS; attempt++) {
      const sentMs = performance.timeOrigin + performance.now();
      const { nowMs } = await this.#json<{ nowMs: number }>({ method: 'GET', path: '/clock' });
      const receivedMs = performance.timeOrigin + performance.now();
      const errorMs = (receivedMs - sentMs) / 2;
      if (errorMs < best.errorMs) best = { errorMs, offsetMs: nowMs - (sentMs + receivedMs) / 2 };
    }
    return best;
  }

  /** Replaces what Prometheus scrapes for this run. */
  async setTargets(targets: readonly ScrapeTarget[]): Promise<void> {
    await this.#ok({ method: 'PUT', path: `/runs/${this.#run}/targets`, body: JSON.stringify(targets) });
  }

  /** Replaces the containers whose counters Prometheus finds at the agent. */
  async setContainers(containers: readonly MeasuredContainer[]): Promise<void> {
    await this.#ok({
      method: 'PUT',
      path: `/runs/${this.#run}/containers`,
      body: JSON.stringify(containers),
    });
  }

  /** The first process of each of these containers on the agent's host; those without one are left out. */
  async processesOf(containerIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const body = JSON.stringify({ containers: containerIds });
    const { pids } = await this.#json<FoundProcesses>({ method: 'POST', path: '/processes', body });
    return new Map(Object.entries(pids));
  }

  /** Whether the kernel of the agent's host has frozen a container's processes; undefined where it has none, or the kernel does not tell. */
  async isFrozen(containerId: string): Promise<boolean | undefined> {
    const body = JSON.stringify({ containers: [containerId] });
    const { frozen } = await this.#json<FrozenContainers>({ method: 'POST', path: '/frozen', body });
    return frozen[containerId];
  }

  /** Opens the gate for the run's generators, at the agent's address in the observers' network. */
  async openGate(host: string): Promise<void> {
    await this.#ok({ method: 'PUT', path: `/runs/${this.#run}/gate`, body: JSON.stringify({ host }) });
  }

  /** Lets these generators write to Prometheus, and no others any more. */
  async admit(generators: readonly AdmittedGenerator[]): Promise<void> {
    await this.#ok({
      method: 'PUT',
      path: `/runs/${this.#run}/generators`,
      body: JSON.stringify(generators),
    });
  }

  /** Hands over the orchestrator's own metrics (text exposition) and renews the run's lease; says what the gate has refused so far. */
  async pushMetrics(exposition: string): Promise<readonly GateRefusal[]> {
    const path = `/runs/${this.#run}/metrics`;
    return (await this.#json<{ refused: GateRefusal[] }>({ method: 'PUT', path, body: exposition })).refused;
  }

  /** Removes the run's targets, containers and metrics at once instead of when its lease ends. */
  async forgetRun(): Promise<void> {
    await this.#ok({ method: 'DELETE', path: `/runs/${this.#run}`, timeoutMs: patient(2_000) });
  }

  /** Asks from inside the network until the node answers. Resolves with the time it took, or with what was seen last. */
  async probe(
    probe: NetworkProbe,
    host: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<
    { readonly ready: true; readonly tookMs: number } | { readonly ready: false; readonly lastError: string }
  > {
    const times = { timeoutMs, attemptMs: patient(2000), intervalMs: 50 };
    const response = await this.#probe(probe, host, times, signal);
    const body = JSON.parse(response.body.toString()) as { tookMs?: number; lastError?: string };
    if (response.status === 200) return { ready: true, tookMs: body.tookMs ?? 0 };
    return { ready: false, lastError: body.lastError ?? `agent answered ${response.status}` };
  }

  /** Asks from inside the network for one sign of life. */
  async ask(probe: NetworkProbe, host: string, withinMs: number, signal?: AbortSignal): Promise<AskedOnce> {
    // Asked again only when the time is over: not at all.
    const times = { timeoutMs: withinMs, attemptMs: withinMs, intervalMs: 60_000 };
    const { status, body } = await this.#probe(probe, host, times, signal);
    if (status === 200) return 'answered';
    const { seen = 'silent' } = JSON.parse(body.toString()) as { seen?: AskedOnce };
    return seen;
  }

  /** An HTTP request sent on from inside the network. Any status is an answer; no answer is an error. */
  async http(
    method: Method,
    hostAndPort: string,
    path: string,
    options: {
      readonly body?: string;
      readonly authorization?: string;
      readonly timeoutMs?: number;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<AgentResponse> {
    return await this.#request({ method, path: `/proxy/${hostAndPort}${path}`, ...options });
  }

  /** Sends text to a TCP port inside the network and returns all that came back. @param timeoutMs default 30 s. */
  async exchange(hostAndPort: string, text: string, timeoutMs?: number): Promise<string> {
    const asked = { method: 'POST', path: `/tcp/${hostAndPort}`, body: text } as const;
    return (await this.#ok(timeoutMs === undefined ? asked : { ...asked, timeoutMs })).body.toString();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session.destroy();
    this.#stream.destroy();
  }

  async #probe(
    probe: NetworkProbe,
    host: string,
    times: { readonly timeoutMs: number; readonly attemptMs: number; readonly intervalMs: number },
    signal: AbortSignal | undefined,
  ): Promise<AgentResponse> {
    const target =
      probe.kind === 'http'
        ? { kind: 'http', url: `http://${host}:${probe.port}${probe.path}` }
        : { kind: 'tcp', host, port: probe.port };
    return await this.#request({
      method: 'POST',
      path: '/probe',
      body: JSON.stringify({ ...target, ...times }),
      timeoutMs: times.timeoutMs + patient(10_000),
      signal,
    });
  }

  async #json<T>(request: AgentRequest): Promise<T> {
    return JSON.parse((await this.#ok(request)).body.toString()) as T;
  }

  async #ok(request: AgentRequest): Promise<AgentResponse> {
    const response = await this.#request(request);
    if (response.status >= 200 && response.status < 300) return response;
    throw new TopolabError(
      `ask the agent for ${request.method} ${request.path}: status ${response.status}, ${response.body.toString().slice(0, 300)}`,
      { code: 'agent-refused' },
    );
  }

  #request(request: AgentRequest): Promise<AgentResponse> {
    const { method, path, body, authorization, signal, timeoutMs = patient(30_000) } = request;
    const limit = AbortSignal.timeout(timeoutMs);
    const abort = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(
          signal?.aborted
            ? signal.reason
            : new TopolabError(`ask the agent for ${method} ${path}: ${messageOf(cause)}`, {
                code: limit.aborted ? 'agent-timeout' : 'agent-lost',
                cause,
              }),
        );
      if (abort.aborted) return fail(abort.reason);
      if (this.#session.destroyed) return fail(new Error('the connection to the agent is gone'));
      const stream = this.#session.request(
        { ':method': method, ':path': path, ...(authorization !== undefined && { authorization }) },
        { endStream: body === undefined, signal: abort },
      );
      let status = 0;
      const chunks: Buffer[] = [];
      stream.on('response', (headers) => {
        status = Number(headers[constants.HTTP2_HEADER_STATUS]);
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', fail);
      stream.on('close', () => {
        if (status === 0) fail(new Error('the stream was closed without an answer'));
        else resolve({ status, body: Buffer.concat(chunks) });
      });
      if (body !== undefined) stream.end(body);
    });
  }
}
