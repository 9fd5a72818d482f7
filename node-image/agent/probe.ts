// Asks a node again and again until it answers: how a run finds out that a node is ready, from inside its network.
import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AskedOnce } from '../contract/agent-protocol.ts';
import { HttpProblem } from '../http/http-problem.ts';

export interface Probe {
  readonly target:
    | { readonly kind: 'http'; readonly url: URL }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number };
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** One attempt may take this long; a node that hangs is asked again. */
  readonly attemptMs: number;
}

/** `seen`: what came of the last attempt; `answered` = otherwise than was wanted. */
export type ProbeResult =
  | { readonly tookMs: number }
  | { readonly lastError: string; readonly seen: AskedOnce };

interface Failure {
  readonly lastError: string;
  readonly seen: AskedOnce;
}

const longestProbeMs = 3_600_000;

/** Parses a probe request's body; 400 with what is wrong otherwise. */
export function parseProbe(body: unknown): Probe {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return {
    target: parseTarget(fields),
    timeoutMs: milliseconds(fields, 'timeoutMs', 30_000, 1, longestProbeMs),
    intervalMs: milliseconds(fields, 'intervalMs', 50, 5, 60_000),
    attemptMs: milliseconds(fields, 'attemptMs', 2000, 1, longestProbeMs),
  };
}

function parseTarget(fields: Record<string, unknown>): Probe['target'] {
  if (fields['kind'] === 'http') {
    const url = typeof fields['url'] === 'string' ? URL.parse(fields['url']) : null;
    if (url?.protocol !== 'http:') throw new HttpProblem(400, 'url: write http://host:port/path');
    return { kind: 'http', url };
  }
  if (fields['kind'] === 'tcp') {
    const { host, port } = fields;
    if (typeof host !== 'string' || host === '')
      throw new HttpProblem(400, 'host: write a host name or an address');
    if (!isPort(port)) throw new HttpProblem(400, 'port: write a number from 1 to 65535');
    return { kind: 'tcp', host, port };
  }
  throw new HttpProblem(400, 'kind: write http or tcp');
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

function milliseconds(
  fields: Record<string, unknown>,
  name: string,
  absent: number,
  min: number,
  max: number,
): number {
  const value = fields[name] ?? absent;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new HttpProblem(400, `${name}: write a number from ${min} to ${max}`);
}

/** Resolves at the first success, or when the time is over with what was seen last; also when the signal aborts. */
export async function runProbe(probe: Probe, signal: AbortSignal): Promise<ProbeResult> {
  const beganMs = performance.now();
  const deadlineMs = beganMs + probe.timeoutMs;
  let last: Failure = { lastError: 'nothing was tried', seen: 'silent' };
  while (!signal.aborted) {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) break;
    const failure = await attempt(probe.target, Math.ceil(Math.min(probe.attemptMs, leftMs)));
    if (failure === undefined) return { tookMs: performance.now() - beganMs };
    last = failure;
    // No attempt would follow.
    if (performance.now() + probe.intervalMs >= deadlineMs) break;
    await sleep(probe.intervalMs, undefined, { signal }).catch(() => undefined);
  }
  return last;
}

/** Undefined on success, otherwise what was seen. */
async function attempt(target: Probe['target'], timeoutMs: number): Promise<Failure | undefined> {
  return target.kind === 'http'
    ? attemptHttp(target.url, timeoutMs)
    : attemptTcp(target.host, target.port, timeoutMs);
}

async function attemptHttp(url: URL, timeoutMs: number): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const status = response.statusCode ?? 0;
      const lastError = `status ${status} from ${url.href}`;
      resolve(status >= 200 && status < 300 ? undefined : { lastError, seen: 'answered' });
      response.destroy();
    });
    request.on('error', (error) => resolve(failureOf(url.href, error, timeoutMs)));
  });
}

async function attemptTcp(host: string, port: number, timeoutMs: number): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const place = `${host}:${port}`;
    const done = (result: Failure | undefined): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () =>
      done({ lastError: `${place}: no answer within ${timeoutMs} ms`, seen: 'silent' }),
    );
    socket.once('connect', () => done(undefined));
    socket.once('error', (error) => done(failureOf(place, error, timeoutMs)));
  });
}

/** A reset is a refusal too: somebody said that there is nothing to be had. */
const refusals: ReadonlySet<string | undefined> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

function failureOf(place: string, error: NodeJS.ErrnoException, timeoutMs: number): Failure {
  const isLate = error.name === 'AbortError' || error.name === 'TimeoutError';
  const what = isLate ? `no answer within ${timeoutMs} ms` : error.message || (error.code ?? 'failed');
  return { lastError: `${place}: ${what}`, seen: refusals.has(error.code) ? 'refused' : 'silent' };
}
