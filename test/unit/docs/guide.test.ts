import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';
import { readTrace } from '../../../orchestrator/scenario/read-trace.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const GUIDE = await page('parameters-and-churn.md');
const PEERS = await page('peers.md');

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
  const file = await asFile(
    'example.yaml',
    recipe.replace('script: load/', `script: ${ROOT}/scenarios/load/`),
  );
  const { actions } = makePlan(await loadScenario(file, { set: { image: 'mine' } }));
  expect(actions.map(({ offsetMs, summary }) => [offsetMs, summary])).toEqual([[0, 'scale others 0 → 2']]);
});

test('the TypeScript example of the guide loads', async () => {
  const code = (blocks('ts')[0] ?? '').replace("'../orchestrator", `'${ROOT}/orchestrator`);
  const scenario = await loadScenario(await asFile('example.mts', code), { set: { nodes: '6' } });
  expect(scenario.durationMs).toBe(60_000);
});

test('the trace of the guide is one', () => {
  expect(readTrace(blocks('csv')[0] ?? '', 3)).toMatchObject({ events: [{}, {}, {}], faults: [] });
});
