// Two of the agent's interfaces of docs/agent-protocol.md: control, for the orchestrator alone, and the one for Prometheus.
import { isIP } from 'node:net';
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
import { type LabelledReading, renderContainers } from './container-metrics.ts';
import type { ContainerProcesses } from './container-processes.ts';
import type { ContainerReader } from './container-reading.ts';
import { expositionType, renderLabels, renderMetrics } from './exposition.ts';
import {
  type AdmittedGenerator,
  type FoundProcesses,
  type FrozenContainers,
  type MeasuredContainer,
  type ScrapeTarget,
  stoodStillMetric,
} from '../contract/agent-protocol.ts';
import type { Gate } from './gate/gate.ts';
import { readHost, renderHost } from './host-metrics.ts';
import { parseProbe, runProbe } from './probe.ts';
import { exchangeTcp, parseHostPort, relayHttp } from '../http/relay.ts';
import type { RunRegistry } from './run-registry.ts';

export interface AgentState {
  readonly runs: RunRegistry;
  readonly gate: Gate;
  readonly containers: ContainerReader;
  readonly processes: ContainerProcesses;
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

/** The engine's, in full. */
const containerId = /^[\da-f]{64}$/;
const pushLimitBytes = 8 * 1024 * 1024;
const smallLimitBytes = 1024 * 1024;

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
    const [first, second, third] = asked.parts;
    switch (first) {
      case 'clock':
        sendJson(asked.answer, 200, { nowMs: performance.timeOrigin + performance.now() });
        return;
      case 'probe':
        only(asked, 'POST');
        return probe(asked);
      case 'processes':
        only(asked, 'POST');
        return findProcesses(state, asked);
      case 'frozen':
        only(asked, 'POST');
        return findFrozen(state, asked);
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
        if (third === 'containers') return putContainers(state, asked, second);
        if (third === 'gate') return openGate(state, asked, second);
        if (third === 'generators') return putGenerators(state, asked, second);
    }
    throw new HttpProblem(404, 'no such path');
  });
}

/** For Prometheus, over TCP on loopback, which it shares with the agent. */
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
      case 'runs':
        if (second === undefined) break;
        if (third === 'metrics') return runMetrics(state, asked, second);
        if (third === 'containers' && fourth === 'metrics') return containerMetrics(state, asked, second);
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
  sendJson(asked.answer, 200, { refused: state.gate.refusals(run) });
}

async function openGate(state: AgentState, asked: Asked, run: string): Promise<void> {
  only(asked, 'PUT');
  const { host } = (await readJson(asked.request, smallLimitBytes)) as { host?: unknown };
  if (typeof host !== 'string' || isIP(host) === 0) throw new HttpProblem(400, 'write {"host": "address"}');
  state.runs.renew(run);
  await state.gate.open(run, host);
  done(asked);
}

async function putGenerators(state: AgentState, asked: Asked, run: string): Promise<void> {
  only(asked, 'PUT');
  const generators = parseGenerators(await readJson(asked.request, pushLimitBytes));
  state.runs.renew(run);
  state.gate.admit(run, generators);
  done(asked);
}

/** The run's generators; 400 where one is not described as it must be. */
export function parseGenerators(value: unknown): readonly AdmittedGenerator[] {
  const fits = (entry: unknown): entry is AdmittedGenerator => {
    if (typeof entry !== 'object' || entry === null) return false;
    const { secret, labels } = entry as Record<string, unknown>;
    return typeof secret === 'string' && /^[\w-]{16,}$/.test(secret) && areLabels(labels);
  };
  if (Array.isArray(value) && value.every(fits)) return value;
  throw new HttpProblem(
    400,
    'write a list of {"secret": "16 characters or more", "labels": {"name": "value"}}',
  );
}

function areLabels(labels: unknown): boolean {
  return (
    typeof labels === 'object' &&
    labels !== null &&
    Object.entries(labels).every(([name, text]) => /^[a-z_]+$/i.test(name) && typeof text === 'string')
  );
}

/** The JSON of HTTP service discovery; 400 where it isn't: one bad entry would make Prometheus drop the targets of every run. */
export function parseTargets(value: unknown): readonly ScrapeTarget[] {
  const texts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((one) => typeof one === 'string');
  const fits = (entry: unknown): entry is ScrapeTarget => {
    if (typeof entry !== 'object' || entry === null) return false;
    const { targets, labels } = entry as Record<string, unknown>;
    return texts(targets) && typeof labels === 'object' && labels !== null && texts(Object.values(labels));
  };
  if (Array.isArray(value) && value.every(fits)) return value;
  throw new HttpProblem(400, 'write a list of {"targets": ["host:port"], "labels": {"name": "value"}}');
}

async function putContainers(state: AgentState, asked: Asked, run: string): Promise<void> {
  only(asked, 'PUT');
  const containers = parseContainers(await readJson(asked.request, pushLimitBytes));
  state.runs.renew(run).containers = containers;
  done(asked);
}

/** The run's containers; 400 where one is not described as it must be. */
export function parseContainers(value: unknown): readonly MeasuredContainer[] {
  const fits = (entry: unknown): entry is MeasuredContainer => {
    if (typeof entry !== 'object' || entry === null) return false;
    const { id, labels } = entry as Record<string, unknown>;
    return typeof id === 'string' && containerId.test(id) && areLabels(labels);
  };
  if (Array.isArray(value) && value.every(fits)) return value;
  throw new HttpProblem(400, 'write a list of {"id": "64 hexadecimal digits", "labels": {"name": "value"}}');
}

async function findProcesses(state: AgentState, asked: Asked): Promise<void> {
  const ids = parseContainerIds(await readJson(asked.request, smallLimitBytes));
  const found: FoundProcesses = { pids: Object.fromEntries(state.processes.firstOf(ids)) };
  sendJson(asked.answer, 200, found);
}

async function findFrozen(state: AgentState, asked: Asked): Promise<void> {
  const ids = parseContainerIds(await readJson(asked.request, smallLimitBytes));
  const told: FrozenContainers = {
    frozen: Object.fromEntries(
      [...state.processes.firstOf(ids)].flatMap(([id, pid]) => {
        const isFrozen = state.containers.isFrozen(id, pid);
        return isFrozen === undefined ? [] : [[id, isFrozen]];
      }),
    ),
  };
  sendJson(asked.answer, 200, told);
}

/** Ids of containers; 400 where they are none. */
export function parseContainerIds(value: unknown): readonly string[] {
  const { containers } = (value ?? {}) as { readonly containers?: unknown };
  const isId = (id: unknown): id is string => typeof id === 'string' && containerId.test(id);
  if (Array.isArray(containers) && containers.every(isId)) return containers;
  throw new HttpProblem(400, 'write {"containers": ["64 hexadecimal digits"]}');
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

function containerMetrics(state: AgentState, asked: Asked, run: string): void {
  const known = state.runs.find(run);
  if (known === undefined) throw new HttpProblem(404, 'no such run');
  const pids = state.processes.firstOf(known.containers.map(({ id }) => id));
  const readings = known.containers.flatMap(({ id, labels }): LabelledReading[] => {
    const pid = pids.get(id);
    const reading = pid === undefined ? undefined : state.containers.read(id, pid);
    return reading === undefined ? [] : [{ labels, reading }];
  });
  sendText(asked.answer, 200, renderContainers(readings) + renderStoodStill(state.gate, run), expositionType);
}

/** Beside the containers, for a generator is one: the run is what the scrape says. */
function renderStoodStill(gate: Gate, run: string): string {
  return renderMetrics(
    gate.stoodStill(run).map(({ labels: { group = '', node = '' }, ms }) => ({
      name: stoodStillMetric,
      type: 'counter',
      help: 'For how long the generator stood still: pauses between its pushes beyond the second that it waits',
      value: ms / 1000,
      labels: renderLabels({ group, node, role: 'generator' }),
    })),
  );
}

function hostMetrics(asked: Asked): void {
  sendText(asked.answer, 200, renderHost(readHost()), expositionType);
}
