// One run of so many nodes on an engine in memory, with its reports, in a process of its own: `node simulated-run.ts NODES`. Writes what it
// cost as JSON. Real are the orchestrator, from the plan to the report, and its protocol with the agent; made up are containers and samples.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { hostOfEngine } from '../../orchestrator/cluster/host.ts';
import { runReported } from '../../orchestrator/commands/run-reported.ts';
import { messageOf } from '../../orchestrator/errors.ts';
import { createFakeEngine } from '../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../orchestrator/plan/make-plan.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { noSecrets } from '../../orchestrator/secrets/take-secrets.ts';
import { churningScenario } from './churning-scenario.ts';
import type { SimulatedRun, StageCost } from './costs.ts';

const SAMPLE_EVERY_MS = 200;
const LASTS_SECONDS = 30;

const nodes = Number(process.argv[2]);
const folder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
const socket = join(folder, 'agent.sock');
const agent = fork(fileURLToPath(new URL('stand-in-agent.ts', import.meta.url)), [socket], { execArgv: [] });
await once(agent, 'message');

const engine = createFakeEngine({
  stream: ({ spec }) => (spec.name.endsWith('-agent') ? connect(socket) : new PassThrough()),
});
const stages: StageCost[] = [];
let began = process.cpuUsage();
let beganMs = performance.now();
let peakBytes = 0;
const sampling = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, SAMPLE_EVERY_MS);
let events = 0;
const warnings: string[] = [];

function endStage(stage: StageCost['stage']): void {
  const { user, system } = process.cpuUsage(began);
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  stages.push({
    stage,
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - beganMs) / 1000,
    peakBytes,
  });
  began = process.cpuUsage();
  beganMs = performance.now();
  peakBytes = 0;
}

function onEvent(event: RunEvent): void {
  events += 1;
  if (event.type === 'warning') warnings.push(event.message);
  if (event.type === 'load-started') endStage('launch');
  if (event.type === 'load-ended') endStage('run');
  if (event.type === 'step-started' && event.step === 'remove containers') endStage('collect');
  if (event.type === 'step-finished' && event.step === 'remove containers') endStage('remove');
}

const scenario = churningScenario(nodes, { seconds: LASTS_SECONDS });
endStage('load');
const plan = makePlan(scenario, { acrossHosts: true });
endStage('plan');
const {
  outcome,
  error,
  folder: saved,
  exitCode,
} = await runReported({
  hosts: [hostOfEngine(engine)],
  layout: { placement: 'spread', generators: null, generatorHosts: [] },
  scenario,
  plan,
  source: { name: 'scenario.source.yaml', text: '' },
  runsFolder: folder,
  versions: {},
  imageFor: (image) => image,
  nodeImage: 'node',
  prometheusImage: 'prometheus',
  sharedObservers: undefined,
  secrets: noSecrets,
  onEvent,
  onProgress: () => {},
  signal: new AbortController().signal,
  hurry: new AbortController().signal,
});
endStage('report');
clearInterval(sampling);
agent.send('tell');
const [{ largest }] = (await once(agent, 'message')) as [{ largest: Record<string, number> }];
agent.disconnect();
const bytesOf = async (name: string) => (await stat(join(saved, name)).catch(() => ({ size: 0 }))).size;
const result: SimulatedRun = {
  nodes,
  outcome,
  error: error === undefined ? undefined : messageOf(error),
  exitCode,
  actions: plan.actions.length,
  events,
  left: (await engine.list()).containers.length,
  warnings: warnings.slice(0, 5),
  stages,
  pushedBytes: largest,
  savedBytes: Object.fromEntries(
    await Promise.all(
      ['plan.json', 'events.ndjson', 'metrics.json', 'report.html', 'report.json'].map(
        async (name) => [name, await bytesOf(name)] as const,
      ),
    ),
  ),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
await rm(folder, { recursive: true });
