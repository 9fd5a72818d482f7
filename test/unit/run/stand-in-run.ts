// Whole runs on the fake engine: k6 and Prometheus stand in behind the agent. Whoever uses it mocks `settle` of measure-load.ts, for nothing is
// on its way to this Prometheus.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { hostOfEngine, type Hosts } from '../../../orchestrator/cluster/host.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { FakeContainer } from '../../../orchestrator/engine/fake/fake-container.ts';
import { SUMMARY_PATH } from '../../../orchestrator/load/bundle-script.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import type { RunProgress } from '../../../orchestrator/run/options/run-options.ts';
import { type RunResult, runScenario } from '../../../orchestrator/run/run-scenario.ts';
import { noSecrets } from '../../../orchestrator/secrets/take-secrets.ts';
import { scenarioOf } from './make-run.ts';
import { type Answer, type Request, standInAgent, type StandInAgent } from './stand-in-agent.ts';

export interface StandInRun {
  readonly result: RunResult;
  readonly saved: SavedRun;
  readonly events: readonly RunEvent[];
  readonly agent: StandInAgent;
  readonly progress: RunProgress | undefined;
}

export interface StandInOptions {
  /** How long the load lasts. */
  readonly lastsMs: number;
  /** By name, the first with Prometheus. Default: one host. */
  readonly hosts?: readonly [string, ...string[]];
  readonly generatorHosts?: readonly string[];
  /** How far the clock of each is ahead of ours. Default: they agree. */
  readonly clocksAheadMs?: readonly number[];
  /** Hears each event, with the engines in the order of the hosts. */
  readonly onEvent?: (event: RunEvent, engines: readonly FakeEngine[]) => void;
  /** Has the engines before the run begins. */
  readonly prepare?: (engines: readonly FakeEngine[]) => void;
}

/** Two servers, of which a third joins soon after the load has begun; the only objective is held. */
export async function runOnStandIns(options: StandInOptions): Promise<StandInRun> {
  const { lastsMs, hosts: names, generatorHosts = [], clocksAheadMs = [], onEvent, prepare } = options;
  const agent = standInAgent((place, request) =>
    place.startsWith('127.0.0.1:9090/') ? prometheus(place) : k6(request, engines, lastsMs),
  );
  const engines = await Promise.all(
    (names ?? ['']).map((_, nth) => makeEngine(nth, agent, clocksAheadMs[nth])),
  );
  const [lead, ...others] = engines.map((engine, nth) => ({
    ...hostOfEngine(engine),
    ...(names !== undefined && { name: names[nth] ?? '' }),
  }));
  if (lead === undefined) throw new Error('no hosts');
  prepare?.(engines);
  const hosts: Hosts = [lead, ...others];
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
  const phases = [{ name: 'run', startMs: 0, endMs: lastsMs }];
  const scenario = { ...written, phases, durationMs: lastsMs };
  const events: RunEvent[] = [];
  let progress: RunProgress | undefined;
  const result = await runScenario({
    hosts,
    layout: { placement: 'spread', generators: null, generatorHosts },
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
    onEvent: (event) => {
      events.push(event);
      onEvent?.(event, engines);
    },
    onProgress: (begun) => {
      progress = begun;
    },
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
  });
  return { result, saved: await readRun(result.folder), events, agent, progress };
}

async function makeEngine(nth: number, agent: StandInAgent, clockAheadMs?: number): Promise<FakeEngine> {
  const engine = createFakeEngine({
    stream: ({ spec }) => (/-agent(?:-|$)/.test(spec.name) ? agent.stream(clockAheadMs) : new PassThrough()),
    program: ({ command }) => (command?.[0] === 'inspect' ? { start: inspect } : undefined),
  });
  // Engines number their containers alike, so ids of each are made its own.
  const rest = { image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };
  for (let spare = 0; spare < 100 * nth; spare++) await engine.launch({ name: `spare-${spare}`, ...rest });
  return engine;
}

/** What k6 says of a script without options. */
function inspect(container: FakeContainer): void {
  container.print('{');
  container.print('}');
  container.end(0);
}

/** Paused, with its virtual users made; ends when its load has lasted, and leaves a summary. */
function k6({ method }: Request, engines: readonly FakeEngine[], lastsMs: number): Answer {
  if (method === 'PATCH') setTimeout(() => engines.forEach(endGenerator), lastsMs);
  return { status: 200, body: { data: { attributes: { status: 4 } } } };
}

function endGenerator(engine: FakeEngine): void {
  const generator = [...engine.containers.values()].find(({ spec }) => spec.name.endsWith('-users-k6-1'));
  if (generator?.running !== true) return;
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
      result: expr.startsWith('1 - sum by (host) (rate(node_cpu') ? [{ metric: {}, values }] : [],
    });
  }
  if (expr.endsWith('s]')) return ok({ resultType: 'matrix', result: iterations(expr) });
  const constant = /^vector\((\d+)\)/.exec(expr)?.[1];
  const value = expr.startsWith('count(') ? '99' : constant;
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
