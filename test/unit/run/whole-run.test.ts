// A run in which all goes well, from its first container to its verdict, on the fake engine: k6 and Prometheus stand in behind the agent.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { FakeContainer } from '../../../orchestrator/engine/fake/fake-container.ts';
import { SUMMARY_PATH } from '../../../orchestrator/load/bundle-script.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import type { RunProgress } from '../../../orchestrator/run/run-options.ts';
import { type RunResult, runScenario } from '../../../orchestrator/run/run-scenario.ts';
import { noSecrets } from '../../../orchestrator/secrets/take-secrets.ts';
import { scenarioOf } from './make-run.ts';
import { type Answer, type Request, standInAgent } from './stand-in-agent.ts';

// Nothing is on its way to this Prometheus.
vi.mock(import('../../../orchestrator/measure/measure-load.ts'), async (original) => ({
  ...(await original()),
  settle: async () => {},
}));

const LASTS_MS = 400;

const written = scenarioOf({
  groups: { servers: { role: 'server', replicas: 2 } },
  load: {
    users: {
      script: fileURLToPath(new URL('../../fixtures/scenarios/load/steady.ts', import.meta.url)),
      target: 'servers',
      model: 'closed',
      stages: [{ duration: '1s', virtualUsers: 2 }],
    },
  },
  timeline: [{ at: '100ms', scale: { group: 'servers', to: 3 } }],
  objectives: [{ name: 'the answer', promql: 'vector(42)', atLeast: 42 }],
});
/** Shorter than anybody may write. */
const scenario = {
  ...written,
  phases: [{ name: 'run', startMs: 0, endMs: LASTS_MS }],
  durationMs: LASTS_MS,
};

const agent = standInAgent((place, request) =>
  place.startsWith('127.0.0.1:9090/') ? prometheus(place) : k6(request),
);
const engine: FakeEngine = createFakeEngine({
  stream: ({ spec }) => (spec.name.endsWith('-agent') ? agent.stream() : new PassThrough()),
  program: ({ command }) => (command?.[0] === 'inspect' ? { start: inspect } : undefined),
});
const events: RunEvent[] = [];
let progress: RunProgress | undefined;
let result: RunResult;
let saved: SavedRun;

/** What k6 says of a script without options. */
function inspect(container: FakeContainer): void {
  container.print('{');
  container.print('}');
  container.end(0);
}

/** Paused, with its virtual users made; ends when its load has lasted, and leaves a summary. */
function k6({ method }: Request): Answer {
  if (method === 'PATCH') setTimeout(endGenerator, LASTS_MS);
  return { status: 200, body: { data: { attributes: { status: 4 } } } };
}

function endGenerator(): void {
  const generator = [...engine.containers.values()].find(({ spec }) => spec.name.endsWith('-users-k6-1'));
  if (generator === undefined) return;
  generator.files.set(SUMMARY_PATH, Buffer.from('{"metrics":{}}'));
  engine.exit(generator.started.id, 0);
}

/** Has samples of every container and node, an idle host, the objective's figure and iterations of the load that were done, and nothing else. */
function prometheus(place: string): Answer {
  const { pathname, searchParams } = new URL(`http://${place}`);
  const expr = searchParams.get('query') ?? '';
  if (pathname.endsWith('/targets')) return ok({ activeTargets: [] });
  if (pathname.endsWith('/query_range')) {
    const start = Number(searchParams.get('start'));
    const end = Number(searchParams.get('end'));
    const values = Array.from({ length: Math.floor(end - start) + 1 }, (_, second) => [
      start + second,
      '0.1',
    ]);
    return ok({
      resultType: 'matrix',
      result: expr.startsWith('max((1 - sum by (host) (rate(node_cpu') ? [{ metric: {}, values }] : [],
    });
  }
  if (expr.endsWith('s]')) return ok({ resultType: 'matrix', result: iterations(expr) });
  const value = expr.startsWith('count(') ? '99' : expr.startsWith('vector(42)') ? '42' : undefined;
  const at = Number(searchParams.get('time'));
  return ok({
    resultType: 'vector',
    result: value === undefined ? [] : [{ metric: {}, value: [at, value] }],
  });
}

/** Their counters, as pushed a moment ago: without them nobody has used the system. */
function iterations(selector: string): readonly unknown[] {
  if (!/^k6_topolab_(?:iterations|requests)_(?:started|ended)_total/.test(selector)) return [];
  const metric = { group: 'users', window: 'run', outcome: 'done' };
  return [{ metric, values: [[Date.now() / 1000 - 5, '20']] }];
}

function ok(data: unknown): Answer {
  return { status: 200, body: { status: 'success', data } };
}

beforeAll(async () => {
  result = await runScenario({
    hosts: [hostOfEngine(engine)],
    layout: { placement: 'spread', generators: null, generatorHosts: [] },
    scenario,
    plan: makePlan(scenario),
    source: { name: 'scenario.source.yaml', text: '' },
    runsFolder: mkdtempSync(join(tmpdir(), 'topolab-unit-')),
    versions: {},
    imageFor: (image) => image,
    nodeImage: 'node',
    prometheusImage: 'prometheus',
    sharedObservers: undefined,
    secrets: noSecrets,
    onEvent: (event) => events.push(event),
    onProgress: (begun) => {
      progress = begun;
    },
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
  });
  saved = await readRun(result.folder);
}, 30_000);

describe('a run in which all goes well', () => {
  it('passes, and keeps its verdict, plan and what k6 said', () => {
    expect(result).toMatchObject({ outcome: 'completed', exitCode: 0, error: undefined, left: undefined });
    expect(saved.verdict).toMatchObject({
      outcome: 'pass',
      exitCode: 0,
      objectives: [{ status: 'held', measured: 42 }],
    });
    expect(saved.plan.actions).toHaveLength(1);
    expect(Object.keys(saved.k6Summaries)).toEqual(['users-k6-1']);
  });

  it('takes its steps in order: observers, script, nodes, generators, samples, load, clean-up', () => {
    const steps = events.flatMap((event) => (event.type === 'step-started' ? [event.step] : []));
    expect(steps).toEqual([
      'network, agent and Prometheus',
      'k6 scripts',
      '2 nodes of servers',
      'load generators',
      'first samples of every node',
      'remove containers',
    ]);
    expect(events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))).toEqual([]);
  });

  it('starts the load when everything is ready, and changes the system while it goes on', () => {
    const types = events.map(({ type }) => type);
    const at = (type: RunEvent['type']) => types.indexOf(type);
    expect(types.filter((type) => type === 'node-ready')).toHaveLength(3);
    expect(types.slice(0, at('load-started')).filter((type) => type === 'node-ready')).toHaveLength(2);
    expect(at('load-started')).toBeLessThan(at('action-started'));
    expect(at('action-finished')).toBeLessThan(at('load-ended'));
    expect(at('load-ended')).toBeLessThan(at('run-ended'));
    expect(progress?.run).toBe(saved.id);
  });

  it('lets a generator write to Prometheus before it starts, and takes its leave of the agent', () => {
    const asked = agent.requests.map(({ method, path }) => `${method} ${path}`);
    const first = (pattern: RegExp) => asked.findIndex((request) => pattern.test(request));
    const order = [
      /^PUT .*\/gate$/,
      /^PUT .*\/generators$/,
      /^POST .*\/v1\/setup$/,
      /^PATCH .*\/v1\/status$/,
    ];
    const places = order.map(first);
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(asked.at(-1)).toBe(`DELETE /runs/${saved.id}`);
  });

  it('leaves nothing on the engine', async () => {
    expect(await engine.list()).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
