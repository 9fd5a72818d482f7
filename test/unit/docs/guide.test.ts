import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { whyNotStudied } from '../../../orchestrator/failures/why-not-studied.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';
import { readTrace } from '../../../orchestrator/scenario/groups/read-trace.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const GUIDE = await page('parameters-and-churn.md');
const PEERS = await page('peers.md');
const CAPACITY = await page('capacity.md');
const SERVICES = await page('services.md');
const SCENARIOS = await page('scenarios.md');
const TESTGROUND = await page('from-testground.md');

async function page(name: string): Promise<string> {
  return readFile(resolve(ROOT, 'docs/guide', name), 'utf8');
}

/** The code blocks of one language. */
function blocks(language: string, guide = GUIDE): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

async function asFile(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topolab-guide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // Scripts lie below the folder of the scenario.
  await cp(join(ROOT, 'scenarios/load'), join(folder, 'load'), { recursive: true });
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

test.each([
  { block: 0, set: {} },
  { block: 0, set: { topology: 'peer-to-peer', nodes: '16' } },
  { block: 1, set: {} },
])('YAML example $block of the guide loads with $set', async ({ block, set }) => {
  const file = await asFile('example.yaml', blocks('yaml')[block] ?? '');
  expect(makePlan(await loadScenario(file, { set })).durationMs).toBeGreaterThan(0);
});

test('the example of BitTorrent clients of other makers loads, and they join with the load', async () => {
  const [, recipe = ''] = blocks('yaml', PEERS);
  const file = await asFile('example.yaml', recipe);
  const { actions } = makePlan(await loadScenario(file, { set: { image: 'mine' } }));
  expect(actions.map(({ offsetMs, summary }) => [offsetMs, summary])).toEqual([[0, 'scale others 0 → 2']]);
});

test.each([
  [0, 'servers', 'replicas', [1, 2, 4], 100],
  [1, 'database', 'cpus', [0.05, 0.1, 0.2, 0.4], null],
  [2, 'peers', 'replicas', [4, 8, 16], null],
])(
  'YAML example %i of the guide on capacity asks for %s by %s',
  async (block, group, dimension, sizes, targetRate) => {
    const examples = blocks('yaml', CAPACITY);
    expect(examples).toHaveLength(3);
    const example = examples[block] ?? '';
    const { capacity } = await loadScenario(await asFile('example.yaml', example));
    expect(capacity).toMatchObject({ group, dimension, sizes, targetRate });
  },
);

test.each([
  ['redis', { kind: 'health' }],
  ['mariadb', { kind: 'health' }],
  ['mysql', { kind: 'health' }],
  ['mongodb', { kind: 'tcp' }],
])('the recipe for %s can be killed, and its size asked for', async (store, probe) => {
  const recipes = blocks('yaml', SERVICES).find((block) => block.includes('mongodb:')) ?? '';
  const group: unknown = (parse(recipes) as { groups: Record<string, unknown> }).groups[store];
  const scenario = {
    name: 'recipe',
    groups: { [store]: group, web: { role: 'server' } },
    load: {
      users: {
        script: 'load/work.ts',
        target: 'web',
        model: 'open',
        startRate: '5/s',
        stages: [{ duration: '30s', rate: '5/s' }],
        maxVirtualUsers: 10,
      },
    },
    objectives: [{ errors: { atMost: '1%' } }],
    capacity: {
      load: 'users',
      sizes: { group: store, cpus: [0.1, 0.2, 0.4] },
      rate: { from: '5/s', to: '100/s' },
    },
    timeline: [{ at: '10s', kill: { group: store, rule: 'random', replaceAfter: '5s' } }],
  };
  const loaded = await loadScenario(await asFile('recipe.yaml', stringify(scenario)));
  expect(loaded.groups.find(({ name }) => name === store)?.readiness.probe).toMatchObject(probe);
  expect(whyNotStudied({ ...loaded, timeline: [] }, [store])).toBeUndefined();
  expect(makePlan(loaded).actions.map(({ summary }) => summary)).toHaveLength(2);
});

test('the soak test of the guide loads, and lasts as long as its phases', async () => {
  const example = blocks('yaml', SCENARIOS).find((block) => block.startsWith('name: soak')) ?? '';
  const { durationMs, loads } = await loadScenario(await asFile('example.yaml', example));
  expect(durationMs).toBe(4 * 3_600_000);
  expect(loads[0]?.model).toMatchObject({ kind: 'open' });
});

test('what becomes of a composition of Testground loads', async () => {
  const [gossip = ''] = blocks('yaml', TESTGROUND);
  const { initialNodes, actions } = makePlan(await loadScenario(await asFile('gossip.yaml', gossip)));
  expect([initialNodes[0]?.nodes.length, actions.map(({ offsetMs }) => offsetMs)]).toEqual([20, [20_000]]);
});

test('the guide on capacity asks what the scenario file does', async () => {
  const example = blocks('yaml', CAPACITY)[0] ?? '';
  const shortened = await loadScenario(await asFile('example.yaml', example));
  const whole = await loadScenario(resolve(ROOT, 'scenarios/capacity-planning.yaml'));
  const { maxTrials: _, ...asked } = whole.capacity ?? { maxTrials: 0 };
  expect(shortened.capacity).toMatchObject(asked);
  expect(shortened.groups.map(({ name, role, cpus }) => ({ name, role, cpus }))).toEqual(
    whole.groups.map(({ name, role, cpus }) => ({ name, role, cpus })),
  );
  expect(shortened.objectives).toEqual(whole.objectives);
});

test('the TypeScript example of the guide loads', async () => {
  const code = (blocks('ts')[0] ?? '').replace("'../orchestrator", `'${ROOT}/orchestrator`);
  const scenario = await loadScenario(await asFile('example.mts', code), { set: { nodes: '6' } });
  expect(scenario.durationMs).toBe(60_000);
});

test('the trace of the guide is one', () => {
  expect(readTrace(blocks('csv')[0] ?? '', 3, 60_000)).toMatchObject({ events: [{}, {}, {}], problems: [] });
});
