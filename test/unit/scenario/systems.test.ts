// Systems that others wrote, as people deploy them: their compose files and what is asked of them.
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { loadScenario } from '../../../orchestrator/scenario/load-scenario.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test.each([
  ['feeds', ['database', 'install', 'reader', 'front']],
  ['tasks', ['broker', 'results', 'web', 'worker']],
  ['wiki', ['database', 'install', 'wiki']],
])('%s starts in the order that its compose file asks for, and asks for a capacity', async (name, groups) => {
  const scenario = await loadScenario(`${ROOT}/scenarios/systems/${name}/${name}.yaml`);
  expect(makePlan(scenario).initialNodes.map(({ group }) => group)).toEqual(groups);
  expect(scenario.capacity?.minTrials).toBe(6);
});

test('workers, which answer nobody, are ready once they take tasks', async () => {
  const { groups } = await loadScenario(`${ROOT}/scenarios/systems/tasks/tasks.yaml`);
  const ready = groups.find(({ name }) => name === 'worker')?.readiness;
  expect(ready?.probe).toEqual({ kind: 'log', pattern: 'celery@.* ready' });
});

test.each([
  ['killed', ['kill', 'join']],
  ['hangs', ['pause', 'fault-end']],
  ['unreachable', ['isolate', 'fault-end']],
])('notes lose their primary, which is %s, and ask what is lost with it', async (how, changes) => {
  const scenario = await loadScenario(`${ROOT}/scenarios/systems/notes/notes.yaml`, { set: { how } });
  const { initialNodes, actions } = makePlan(scenario);
  expect(initialNodes.map(({ group, nodes }) => [group, nodes.length])).toEqual([
    ['redis', 1],
    ['replica', 2],
    ['sentinel', 3],
    ['web', 2],
    ['balancer', 1],
  ]);
  const kinds = actions.map(({ change }) => (change.kind === 'fault' ? change.fault.kind : change.kind));
  expect(kinds).toEqual(changes);
  expect(scenario.objectives.at(-1)).toMatchObject({ name: 'notes lost' });
});

test('each of them is looked at', () => {
  expect(globSync('scenarios/systems/*', { cwd: ROOT })).toHaveLength(4);
});
