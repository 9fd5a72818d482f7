// What a trial runs: no trouble but the kill, and the nodes that are there when it comes.
import { expect, it } from 'vitest';
import { killing, losingHost } from '../../../orchestrator/failures/killing.ts';
import { killMomentOf, nodesAtKill, undisturbed } from '../../../orchestrator/failures/trial-scenario.ts';
import { whyNotStudied } from '../../../orchestrator/failures/why-not-studied.ts';
import { NETADMIN_IMAGE } from '../../../orchestrator/image-names.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { imagesOf } from '../../../orchestrator/run/needs/images-of-scenario.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';

function scenarioOf(input: object) {
  const resolved = resolveScenario(
    {
      name: 'tested',
      groups: {
        database: { role: 'store' },
        servers: { role: 'server', replicas: 2 },
        balancer: { role: 'balancer', balances: 'servers' },
      },
      load: {
        users: {
          script: 'users.js',
          target: 'balancer',
          model: 'open',
          startRate: '20/s',
          stages: [{ duration: '45s', rate: '20/s' }],
          maxVirtualUsers: 10,
        },
      },
      ...input,
    },
    { baseDir: '/scenarios', fileProblem: () => undefined },
  );
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.scenario;
}

it('kills a third into the load, and 10 s into it at least', () => {
  expect([20_000, 30_000, 45_000, 300_000].map((durationMs) => killMomentOf({ durationMs }))).toEqual([
    10_000, 10_000, 15_000, 100_000,
  ]);
});

it('leaves out kills, links and churn of the scenario, keeps scaling, and gives waiting users room', () => {
  const scenario = undisturbed(
    scenarioOf({
      timeline: [
        { at: '5s', scale: { group: 'servers', to: 3 } },
        { at: '6s', kill: { group: 'servers', rule: 'random' } },
        { at: '7s', link: { group: 'servers', loss: '1%' } },
      ],
      objectives: [{ recovered: { within: '10s' } }, { errors: { atMost: '1%' } }],
    }),
  );
  expect(scenario.timeline.map(({ change: { kind } }) => kind)).toEqual(['scale']);
  // Its control run has no fault to recover from.
  expect(scenario.objectives.map(({ measure: { kind } }) => kind)).toEqual(['errors']);
  // 20/s for the 30 s after the kill, and the second that users wait anyhow.
  expect(scenario.loads[0]?.model).toMatchObject({ maxVirtualUsers: 620 });
  expect(
    nodesAtKill(scenario, makePlan(scenario))
      .map(({ node }) => node)
      .toSorted(),
  ).toEqual(['balancer-1', 'database-1', 'servers-1', 'servers-2', 'servers-3']);
});

it('has one phase, and only what must hold over the whole run', () => {
  const scenario = undisturbed(
    scenarioOf({
      phases: [
        { name: 'before', duration: '15s' },
        { name: 'after', duration: '30s' },
      ],
      objectives: [{ phase: 'before', errors: { atMost: '0%' } }, { errors: { atMost: '5%' } }],
    }),
  );
  expect(scenario.phases).toEqual([{ name: 'run', startMs: 0, endMs: 45_000 }]);
  expect(scenario.objectives.map(({ bound }) => bound)).toEqual([0.05]);
});

it('kills exactly the nodes that are named, at one moment, and nobody in the control run', () => {
  const scenario = undisturbed(scenarioOf({}));
  const nodes = nodesAtKill(scenario, makePlan(scenario));
  const pair = nodes.filter(({ node }) => node === 'servers-2' || node === 'database-1');
  const { plan } = killing(scenario, pair);
  expect(plan.actions).toHaveLength(1);
  expect(plan.actions[0]).toMatchObject({
    offsetMs: 15_000,
    change: { nodes: expect.arrayContaining(['servers-2', 'database-1']) },
  });
  expect(killing(scenario, []).plan.actions).toEqual([]);
});

it('lets nobody take the place of the dead, whatever number the scenario scales to later', () => {
  const scenario = undisturbed(
    scenarioOf({
      timeline: [
        { at: '5s', scale: { group: 'servers', to: 3 } },
        { at: '20s', scale: { group: 'servers', to: 5 } },
        { at: '25s', resize: { group: 'servers', cpus: 1 } },
        { at: '30s', scale: { group: 'servers', to: 4 } },
        { at: '35s', scale: { group: 'servers', to: 2 } },
      ],
    }),
  );
  const actionsWithout = (dead: string) => {
    const nodes = nodesAtKill(scenario, makePlan(scenario)).filter(({ node }) => node === dead);
    const { actions } = killing(scenario, nodes).plan;
    expect(actions.map(({ id }) => id)).toEqual(actions.map((_, index) => `a${index + 1}`));
    return actions.map(({ summary, change }) => [summary, 'nodes' in change ? change.nodes.join(' ') : '']);
  };
  const before = ['scale servers 2 → 3', 'servers-3'];
  expect(actionsWithout('servers-1')).toEqual([
    before,
    ['kill servers-1', 'servers-1'],
    ['scale servers 2 → 4', 'servers-4 servers-5'],
    ['resize servers to 1 CPU', 'servers-2 servers-3 servers-4 servers-5'],
    ['scale servers 4 → 3', 'servers-5'],
    ['scale servers 3 → 1', 'servers-4 servers-3'],
  ]);
  // One that would have left is missed no longer from then on.
  expect(actionsWithout('servers-3').slice(-2)).toEqual([
    ['scale servers 4 → 3', 'servers-5'],
    ['scale servers 3 → 2', 'servers-4'],
  ]);
});

/** What happens to the servers without one of them, which node comes by it, and who takes part. */
function changesWithout(dead: string, input: object) {
  const scenario = undisturbed(scenarioOf(input));
  const nodes = nodesAtKill(scenario, makePlan(scenario)).filter(({ node }) => node === dead);
  const [kill, ...later] = killing(scenario, nodes).plan.actions;
  expect(kill?.summary).toBe(`kill ${dead}`);
  return later.map(({ summary, change }) => [summary, 'nodes' in change ? change.nodes.join(' ') : '']);
}

it('updates those who are left, and nobody in place of the dead', () => {
  const timeline = [
    { at: '20s', update: { group: 'servers', version: 2 } },
    { at: '30s', update: { group: 'servers', version: 1 } },
    { at: '40s', scale: { group: 'servers', to: 1 } },
  ];
  expect(changesWithout('servers-1', { timeline })).toEqual([
    ['update servers to version 2', 'servers-4'],
    ['update servers to version 1', 'servers-6'],
    ['scale servers 1 → 0', 'servers-6'],
  ]);
  expect(changesWithout('database-1', { timeline })).toEqual([
    ['update servers to version 2', 'servers-3 servers-4'],
    ['update servers to version 1', 'servers-5 servers-6'],
    ['scale servers 2 → 1', 'servers-6'],
  ]);
});

it('replaces those who are left each in its own time', () => {
  const timeline = [{ at: '20s', update: { group: 'servers', version: 2, spread: { exponential: '1s' } } }];
  expect(changesWithout('servers-1', { timeline })).toEqual([
    ['update servers to version 2, each in its own time', ''],
    ['servers-4 replaces servers-2', 'servers-4'],
  ]);
});

it('backs up no store that is dead', () => {
  const groups = {
    database: { role: 'store', backup: { method: 'pgbackrest' } },
    servers: { role: 'server', store: 'database', replicas: 2 },
    balancer: { role: 'balancer', balances: 'servers' },
  };
  const timeline = [{ at: '20s', backup: { group: 'database' } }];
  expect(changesWithout('database-1', { groups, timeline })).toEqual([]);
  expect(changesWithout('servers-1', { groups, timeline })).toEqual([
    ['incremental backup of database', 'database-1'],
  ]);
});

it('misses whoever would have left no longer, also where the group grows again', () => {
  const timeline = [
    { at: '20s', scale: { group: 'servers', to: 1 } },
    { at: '30s', scale: { group: 'servers', to: 3 } },
  ];
  expect(changesWithout('servers-2', { timeline })).toEqual([['scale servers 1 → 3', 'servers-3 servers-4']]);
});

it('kills nobody who leaves at the very moment of the kill, or comes then', () => {
  const at = (to: number) => [{ at: '15s', scale: { group: 'servers', to } }];
  const named = (to: number) => {
    const scenario = undisturbed(scenarioOf({ timeline: at(to) }));
    const nodes = nodesAtKill(scenario, makePlan(scenario)).filter(({ group }) => group === 'servers');
    const { plan } = killing(scenario, nodes);
    return { nodes: nodes.map(({ node }) => node), killed: plan.actions.at(-1)?.change };
  };
  expect(named(1)).toMatchObject({ nodes: ['servers-1'], killed: { nodes: ['servers-1'] } });
  expect(named(3)).toMatchObject({
    nodes: ['servers-1', 'servers-2'],
    killed: { nodes: ['servers-1', 'servers-2'] },
  });
});

it('is not studied where nobody whom it is about is there to be killed', () => {
  const timeline = [
    { at: '5s', scale: { group: 'servers', to: 0 } },
    { at: '20s', scale: { group: 'servers', to: 2 } },
  ];
  const scenario = undisturbed(scenarioOf({ timeline }));
  expect(whyNotStudied(scenario, ['servers'])?.problem).toBe(
    'at 15 s, when nodes are killed, there is no node of servers',
  );
  expect(whyNotStudied(scenario, ['servers', 'database'])?.problem).toMatch(/no node of servers$/);
  expect(whyNotStudied(scenario)).toBeUndefined();
  expect(whyNotStudied(scenario, ['database'])).toBeUndefined();
});

it('loses a host at the moment of the kill, to the end, and leaves everything else as it is', () => {
  const scenario = undisturbed(scenarioOf({ timeline: [{ at: '30s', scale: { group: 'servers', to: 3 } }] }));
  const { scenario: hit, plan } = losingHost(scenario, 'box2');
  expect(plan.actions.map(({ id, offsetMs, summary }) => `${id} ${offsetMs / 1000}s ${summary}`)).toEqual([
    'a1 15s lose host box2',
    'a2 30s scale servers 2 → 3',
  ]);
  // What it takes of hosts is asked of the scenario.
  expect(imagesOf(hit).map(({ ref }) => ref)).toContain(NETADMIN_IMAGE);
  expect(imagesOf(scenario).map(({ ref }) => ref)).not.toContain(NETADMIN_IMAGE);
});
