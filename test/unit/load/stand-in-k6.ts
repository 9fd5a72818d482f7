// Stands in for k6's modules, so that a bundle can be run without k6: time stands still but for what sleeps and waits, and the path of a URL says
// what the answer is (`/200`, `/500`, `/hang`).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Sample {
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

interface Request {
  readonly url: string;
  readonly params?: { timeout?: unknown; tags?: Record<string, string>; headers?: object } | null;
}

interface StandInSocket {
  /** How often it was closed from here. */
  readonly closed: number;
  readonly happen: (event: 'open' | 'close' | 'error', told?: { readonly error: string }) => void;
}

interface StandInStream {
  readonly happen: (event: 'data' | 'error' | 'end', told?: { readonly code: number }) => void;
}

export interface StandInK6 {
  /** Since the start of the load. */
  nowMs: number;
  /** While k6 reads the script there is no virtual user, and asking for it throws. */
  initContext: boolean;
  /** Which virtual user it is. */
  user: number;
  /** Of the next iteration. */
  iterationInTest: number;
  readonly requests: readonly Request[];
  /** Those of `k6/websockets`, by either of its names. */
  readonly sockets: readonly StandInSocket[];
  readonly streams: readonly StandInStream[];
  readonly warnings: readonly string[];
  samples(metric: string): readonly Sample[];
  total(metric: string): number;
  /** Sum of each combination of tags, written `a=1,b=2`. */
  counts(metric: string): Readonly<Record<string, number>>;
}

const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

/** A bundle has put its own in their place. */
export function restoreTimers(): void {
  Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
}

/** Writes the modules where a bundle in the folder finds them. One stand-in at a time. */
export function writeStandInK6(folder: string): StandInK6 {
  const k6 = {
    nowMs: 0,
    initContext: true,
    user: 1,
    iterationInTest: 0,
    isForced: false,
    requests: [] as Request[],
    sockets: [] as StandInSocket[],
    streams: [] as StandInStream[],
    warnings: [] as string[],
    tags: {} as Record<string, string>,
    metrics: new Map<string, Sample[]>(),
    samples: (metric: string) => k6.metrics.get(metric) ?? [],
    total: (metric: string) => k6.samples(metric).reduce((sum, { value }) => sum + value, 0),
    counts: (metric: string) => {
      const counts: Record<string, number> = {};
      for (const { value, tags } of k6.samples(metric)) {
        const key = Object.keys(tags)
          .toSorted()
          .map((name) => `${name}=${tags[name]}`)
          .join();
        counts[key] = (counts[key] ?? 0) + value;
      }
      return counts;
    },
  };
  (globalThis as { standInK6?: unknown }).standInK6 = k6;
  const modules = join(folder, 'node_modules', 'k6');
  mkdirSync(modules, { recursive: true });
  const exports = Object.fromEntries(
    Object.keys(SOURCES).map((name) => [name === 'k6' ? '.' : `./${name}`, `./${name}.js`]),
  );
  writeFileSync(join(modules, 'package.json'), JSON.stringify({ type: 'module', exports }));
  for (const [name, source] of Object.entries(SOURCES)) {
    const file = join(modules, `${name}.js`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
  return k6;
}

const WEB_SOCKETS = `
const k6 = globalThis.standInK6;
export class WebSocket {
  #handlers = [];
  closed = 0;
  constructor(url, protocols, params) { k6.requests.push({ url, params }); k6.sockets.push(this); }
  addEventListener(event, fn) { this.#handlers.push({ event, fn }); }
  happen(wanted, told) { for (const { event, fn } of this.#handlers) if (event === wanted) fn(told); }
  close() { this.closed++; this.happen('close'); }
}`;

/** By the names of modules: `k6` itself, and those below it. */
const SOURCES = {
  k6: `
const k6 = globalThis.standInK6;
export const sleep = (seconds) => { if (seconds > 0) k6.nowMs += seconds * 1000; };
export const check = (value, sets) => Object.values(sets).map((fn) => fn(value)).every(Boolean);
export default { sleep, check };`,
  execution: `
const k6 = globalThis.standInK6;
Date.now = () => 1_000_000 + k6.nowMs;
console.warn = (text) => { k6.warnings.push(text); };
const during = (what) => {
  if (k6.initContext) throw new Error('getting ' + what + ' information in the init context is not supported');
};
const user = { get idInInstance() { return k6.user; }, get idInTest() { return k6.user; }, metrics: { tags: k6.tags } };
const scenarioOfIteration = { name: 'users', get iterationInTest() { return k6.iterationInTest++; } };
export const vu = new Proxy(user, { get: (target, name) => (during('VU'), target[name]) });
export const scenario = new Proxy(scenarioOfIteration, { get: (target, name) => (during('scenario'), target[name]) });
export const instance = { get currentTestRunDuration() { return k6.nowMs; } };
export default { vu, scenario, instance };`,
  // The last part of a method says which status comes: \`shop/Get/0\`.
  'net/grpc': `
const k6 = globalThis.standInK6;
export const StatusOK = 0;
export class Client {
  #address;
  connect(address) { this.#address = address; return true; }
  get address() { return this.#address; }
  invoke(method, request, params) {
    k6.requests.push({ url: method, params });
    const status = Number(method.split('/').at(-1));
    if (status === 4) k6.nowMs += params.timeout ?? 60_000;
    return { status };
  }
  async asyncInvoke(...args) { return this.invoke(...args); }
}
export class Stream {
  #handlers = [];
  constructor(client) { this.of = client.address; k6.streams.push(this); }
  on(event, fn) { this.#handlers.push({ event, fn }); }
  happen(wanted, told = {}) { for (const { event, fn } of this.#handlers) if (event === wanted) fn(told); }
}
export default { StatusOK, Client, Stream };`,
  // A connection lasts until it is told to end; its path says with which status it begins, and by which error it ends before: `101!broken pipe`. One that
  // ends in `hang` gets no answer for a minute, `late` one after a second; at `force` k6 ends the iteration by force meanwhile, and takes no sample of it any more.
  ws: `
const k6 = globalThis.standInK6;
export function connect(url, params, setup) {
  k6.requests.push({ url, params });
  const [begins, error] = url.split('/').at(-1).split('!');
  if (begins === 'force') {
    k6.isForced = true;
    throw new Error('ended by force');
  }
  if (begins === 'hang') k6.nowMs += 60_000;
  if (begins === 'late') k6.nowMs += 1000;
  const status = begins === 'late' ? 101 : Number(begins) || 0;
  const timers = [];
  const handlers = [];
  const on = (event, fn) => { handlers.push({ event, fn }); };
  if (status === 101) setup({ on, setTimeout: (fn, ms) => timers.push({ fn, ms }), close() {} });
  if (error !== undefined) {
    for (const { event, fn } of handlers) if (event === 'error') fn({ error: () => error });
    return { status };
  }
  const [first] = timers.sort((a, b) => a.ms - b.ms);
  if (first !== undefined) { k6.nowMs += first.ms; first.fn(); }
  return { status };
}
export default { connect };`,
  websockets: WEB_SOCKETS,
  'experimental/websockets': WEB_SOCKETS,
  metrics: `
const k6 = globalThis.standInK6;
class Metric {
  constructor(name) { this.name = name; }
  add(value, tags) {
    const samples = k6.metrics.get(this.name) ?? [];
    k6.metrics.set(this.name, samples);
    if (Number.isNaN(Number(value))) return false;
    if (!k6.isForced) samples.push({ value, tags: { ...k6.tags, ...tags } });
    return true;
  }
}
export { Metric as Counter, Metric as Gauge, Metric as Rate, Metric as Trend };`,
  http: `
const k6 = globalThis.standInK6;
const waitMs = (timeout = '60s') => typeof timeout === 'number' ? timeout : parseFloat(timeout) * (timeout.endsWith('ms') ? 1 : 1000);
export function request(method, url, body, params) {
  k6.requests.push({ url, params });
  const path = url.split('/').at(-1);
  const status = Number(path) || 200;
  if (path !== 'hang') return { status, headers: status > 300 && status < 309 && status !== 304 ? { Location: '/again' } : {} };
  k6.nowMs += waitMs(params?.timeout);
  return { status: 0, error_code: 1050 };
}
export const asyncRequest = async (...args) => request(...args);
const one = (each) => typeof each === 'string' ? request('GET', each) : Array.isArray(each) ? request(...each) : request(each.method, each.url, each.body, each.params);
const unmade = (all) => all.findIndex((each) => [each].flat().includes('no URL'));
export const batch = (all) => {
  if (!Array.isArray(all)) return Object.fromEntries(Object.entries(all).map(([name, each]) => [name, one(each)]));
  return unmade(all) < 0 ? all.map(one) : all.map((_, nth) => nth > unmade(all) ? null : { status: 0, error_code: 1020 });
};
export const expectedStatuses = (...statuses) => ({ statuses });
export const setResponseCallback = () => {};
export default { request, asyncRequest, batch, expectedStatuses, setResponseCallback };`,
};
