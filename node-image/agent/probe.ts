// Asks a node again and again until it answers: how a run finds out that a node is ready, from inside its network.
import { get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
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

export type ProbeResult = { readonly tookMs: number } | { readonly lastError: string };

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
  let lastError = 'nothing was tried';
  while (!signal.aborted) {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) break;
    const failure = await attempt(probe.target, Math.ceil(Math.min(probe.attemptMs, leftMs)));
    if (failure === undefined) return { tookMs: performance.now() - beganMs };
    lastError = failure;
    const pauseMs = Math.min(probe.intervalMs, deadlineMs - performance.now());
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return { lastError };
}

/** Undefined on success, otherwise what was seen. */
async function attempt(target: Probe['target'], timeoutMs: number): Promise<string | undefined> {
  return target.kind === 'http'
    ? attemptHttp(target.url, timeoutMs)
    : attemptTcp(target.host, target.port, timeoutMs);
}

async function attemptHttp(url: URL, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 300 ? undefined : `status ${status} from ${url.href}`);
      response.destroy();
    });
    request.on('error', (error) => resolve(`${url.href}: ${describe(error, timeoutMs)}`));
  });
}

async function attemptTcp(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (result: string | undefined): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => done(`${host}:${port}: no answer within ${timeoutMs} ms`));
    socket.once('connect', () => done(undefined));
    socket.once('error', (error) => done(`${host}:${port}: ${describe(error, timeoutMs)}`));
  });
}

function describe(error: NodeJS.ErrnoException, timeoutMs: number): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return error.message === '' ? (error.code ?? 'failed') : error.message;
}
