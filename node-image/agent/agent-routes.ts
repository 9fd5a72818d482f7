// The agent's two interfaces of docs/agent-protocol.md: control, for the orchestrator alone, and the open one for containers.
import { readFileSync } from 'node:fs';
import {
  HttpProblem,
  type HttpAnswer,
  type HttpRequest,
  methodNotAllowed,
  sendJson,
  sendProblem,
  sendText,
} from '../http/http-problem.ts';
import { readBody, readJson } from '../http/read-body.ts';
import { renderContainer } from './container-metrics.ts';
import type { ContainerReader } from './container-reading.ts';
import { expositionType } from './exposition.ts';
import { renderHost } from './host-metrics.ts';
import { parseProbe, runProbe } from './probe.ts';
import { exchangeTcp, parseHostPort, relayHttp } from './relay.ts';
import type { RunRegistry, RunState, ScrapeTarget } from './run-registry.ts';

export interface AgentState {
  readonly runs: RunRegistry;
  readonly containers: ContainerReader;
}

/** One request, taken apart. */
interface Asked {
  readonly method: string;
  /** Decoded parts of the path. */
  readonly parts: readonly string[];
  /** Path and query as they came. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
  /** Aborts when the asker has gone. */
  readonly left: AbortSignal;
}

type Handler = (state: AgentState, asked: Asked) => Promise<void> | void;

const pushLimitBytes = 8 * 1024 * 1024;
const smallLimitBytes = 1024 * 1024;
/** The longest wait at a barrier. */
const barrierMs = 3_600_000;

/** Wraps a table of routes so that whatever goes wrong becomes an answer. */
function answering(state: AgentState, handler: Handler): (request: HttpRequest, answer: HttpAnswer) => void {
  return (request, answer) => {
    const left = new AbortController();
    answer.once('close', () => left.abort());
    answer.on('error', () => left.abort());
    const run = async (): Promise<void> => handler(state, take(request, answer, left.signal));
    run().catch((thrown: unknown) => {
      if (left.signal.aborted) return;
      sendProblem(answer, thrown instanceof RangeError ? new HttpProblem(429, thrown.message) : thrown);
    });
  };
}

function take(request: HttpRequest, answer: HttpAnswer, left: AbortSignal): Asked {
  const target = request.url ?? '/';
  const [path = '/', search = ''] = target.split('?', 2);
  let parts: string[];
  try {
    parts = path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw new HttpProblem(400, 'the path is not valid percent-encoding');
  }
  return {
    method: request.method ?? '',
    parts,
    target,
    query: new URLSearchParams(search),
    request,
    answer,
    left,
  };
}

/** For the orchestrator, over the Unix socket. */
export function controlRoutes(state: AgentState): (request: HttpRequest, answer: HttpAnswer) => void {
  return answering(state, async (_state, asked) => {
    const [first, second, third, fourth] = asked.parts;
    switch (first) {
      case 'clock':
        sendJson(asked.answer, 200, { nowMs: performance.timeOrigin + performance.now() });
        return;
      case 'probe':
        only(asked, 'POST');
        return probe(asked);
      case 'proxy':
        return proxy(asked);
      case 'tcp': {
        only(asked, 'POST');
        const body = await readBody(asked.request, smallLimitBytes);
        const back = await exchangeTcp(parseHostPort(second ?? ''), body, asked.left);
        asked.answer.setHeader('content-type', 'application/octet-stream');
        asked.answer.end(back);
        return;
      }
      case 'runs':
        if (second === undefined || second === '') break;
        if (third === undefined) return forgetRun(state, asked, second);
        if (third === 'targets') return putTargets(state, asked, second);
        if (third === 'metrics') return putMetrics(state, asked, second);
        if (third === 'barriers' && fourth !== undefined) return controlBarrier(state, asked, second, fourth);
    }
    throw new HttpProblem(404, 'no such path');
  });
}

/** For containers, over TCP. */
export function openRoutes(state: AgentState): (request: HttpRequest, answer: HttpAnswer) => void {
  return answering(state, async (_state, asked) => {
    const [first, second, third, fourth] = asked.parts;
    only(asked, 'GET');
    switch (first) {
      case 'healthz':
        sendText(asked.answer, 200, 'alive\n');
        return;
      case 'targets':
        sendJson(asked.answer, 200, state.runs.targets());
        return;
      case 'host':
        if (second === 'metrics') return hostMetrics(asked);
        break;
      case 'containers':
        if (second !== undefined && third === 'metrics') return containerMetrics(state, asked, second);
        break;
      case 'runs':
        if (second === undefined) break;
        if (third === 'metrics') return runMetrics(state, asked, second);
        if (third === 'barriers' && fourth !== undefined) return arrive(state, asked, second, fourth);
    }
    throw new HttpProblem(404, 'no such path');
  });
}

function only(asked: Asked, ...methods: string[]): void {
  if (!methods.includes(asked.method)) throw methodNotAllowed(methods);
}

function done(asked: Asked): void {
  asked.answer.statusCode = 204;
  asked.answer.end();
}

function forgetRun(state: AgentState, asked: Asked, run: string): void {
  only(asked, 'DELETE');
  state.runs.forget(run);
  done(asked);
}

async function putTargets(state: AgentState, asked: Asked, run: string): Promise<void> {
  only(asked, 'PUT');
  const targets = parseTargets(await readJson(asked.request, pushLimitBytes));
  state.runs.renew(run).targets = targets;
  done(asked);
}

async function putMetrics(state: AgentState, asked: Asked, run: string): Promise<void> {
  only(asked, 'PUT');
  const text = (await readBody(asked.request, pushLimitBytes)).toString('utf8');
  state.runs.renew(run).metrics = text;
  done(asked);
}

/** The JSON of HTTP service discovery; 400 where it isn't: one bad entry would make Prometheus drop the targets of every run. */
export function parseTargets(value: unknown): readonly ScrapeTarget[] {
  const texts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((one) => typeof one === 'string');
  const fits = (entry: unknown): entry is ScrapeTarget => {
    if (typeof entry !== 'object' || entry === null) return false;
    const { targets, labels = {} } = entry as Record<string, unknown>;
    return texts(targets) && typeof labels === 'object' && labels !== null && texts(Object.values(labels));
  };
  if (Array.isArray(value) && value.every(fits)) return value;
  throw new HttpProblem(400, 'write a list of {"targets": ["host:port"], "labels": {"name": "value"}}');
}

async function controlBarrier(state: AgentState, asked: Asked, run: string, name: string): Promise<void> {
  only(asked, 'GET', 'PUT');
  const known = state.runs.renew(run);
  const barrier = known.barrier(name);
  if (asked.method === 'PUT') {
    const { inMs } = ((await readJson(asked.request, smallLimitBytes)) ?? {}) as { inMs?: unknown };
    if (typeof inMs !== 'number' || !(inMs >= 0 && inMs <= 600_000))
      throw new HttpProblem(400, 'inMs: write 0 to 600000');
    sendJson(asked.answer, 200, { startAtMs: barrier.release(Date.now() + inMs) });
    return;
  }
  const count = Number(asked.query.get('count') ?? 1);
  if (!Number.isInteger(count) || count < 0) throw new HttpProblem(400, 'count: write a whole number');
  const arrived = await barrier.untilArrived(count, waiting(known, asked));
  if (arrived === undefined) throw over(known);
  sendJson(asked.answer, 200, { arrived });
}

async function arrive(state: AgentState, asked: Asked, run: string, name: string): Promise<void> {
  const who = asked.query.get('who');
  if (who === null || who === '' || who.length > 256)
    throw new HttpProblem(400, 'who: write the name of the node');
  // A container may be quicker than its orchestrator's first push; what nobody renews is soon forgotten.
  const known = state.runs.find(run) ?? state.runs.renew(run);
  const startAtMs = await known
    .barrier(name)
    .arrive(who, waiting(known, asked))
    .catch((thrown: unknown) => {
      throw thrown instanceof RangeError ? thrown : over(known);
    });
  sendJson(asked.answer, 200, { startAtMs, nowMs: Date.now() });
}

function waiting(run: RunState, asked: Asked): AbortSignal {
  return AbortSignal.any([run.ended, asked.left, AbortSignal.timeout(barrierMs)]);
}

function over(run: RunState): HttpProblem {
  return run.ended.aborted
    ? new HttpProblem(410, 'the run has ended')
    : new HttpProblem(504, 'nobody released this barrier');
}

async function probe(asked: Asked): Promise<void> {
  const result = await runProbe(parseProbe(await readJson(asked.request, smallLimitBytes)), asked.left);
  if (!asked.left.aborted) sendJson(asked.answer, 'tookMs' in result ? 200 : 504, result);
}

async function proxy(asked: Asked): Promise<void> {
  const match = /^\/proxy\/([^/?]+)(.*)$/.exec(asked.target);
  const path = match?.[2] ?? '';
  const target = parseHostPort(decodeURIComponent(match?.[1] ?? ''));
  await relayHttp(target, path.startsWith('/') ? path : `/${path}`, asked.request, asked.answer, asked.left);
}

function runMetrics(state: AgentState, asked: Asked, run: string): void {
  const metrics = state.runs.find(run)?.metrics;
  if (metrics === undefined) throw new HttpProblem(404, 'no such run, or nothing pushed for it');
  sendText(asked.answer, 200, metrics, expositionType);
}

function containerMetrics(state: AgentState, asked: Asked, id: string): void {
  const pid = Number(asked.query.get('pid'));
  if (!/^[\da-f]{12,64}$/.test(id))
    throw new HttpProblem(400, 'the id of a container has 12-64 hexadecimal digits');
  if (!Number.isSafeInteger(pid) || pid < 1)
    throw new HttpProblem(400, 'pid: write the process id of the container');
  const reading = state.containers.read(id, pid);
  if (reading === undefined) throw new HttpProblem(404, 'that process is gone, or is not the container’s');
  sendText(asked.answer, 200, renderContainer(reading), expositionType);
}

function hostMetrics(asked: Asked): void {
  const file = (name: string): string => readFileSync(`/proc/${name}`, 'utf8');
  const text = renderHost({ stat: file('stat'), loadavg: file('loadavg'), meminfo: file('meminfo') });
  sendText(asked.answer, 200, text, expositionType);
}
