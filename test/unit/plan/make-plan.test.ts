import { describe, expect, test } from 'vitest';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { Plan } from '../../../orchestrator/plan/plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from './plan-fixtures.ts';

type Timeline = NonNullable<ScenarioInput['timeline']>;

/** `10s scale servers 3 → 4: servers-4`, one for each action. */
function linesOf(plan: Plan): string[] {
  return plan.actions.map(
    ({ offsetMs, summary, change }) => `${offsetMs / 1000}s ${summary}: ${change.nodes.join(' ')}`,
  );
}

describe('a timeline becomes actions', () => {
  // nodes
  // 5 |               ___
  // 4 |         _____|   |
  // 3 |________|         |________
  // 2 |
  //   +--------|-----|---|-------|
  //   0        10    20  30      60 s
  const upAndDown: Timeline = [
    { every: '10s', until: '30s', scale: { group: 'servers', by: 1 } },
    { at: '30s', scale: { group: 'servers', to: 3 } },
  ];

  test.each<[string, Timeline, string[]]>([
    [
      'up in steps and down at once',
      upAndDown,
      [
        '10s scale servers 3 → 4: servers-4',
        '20s scale servers 4 → 5: servers-5',
        '30s scale servers 5 → 3: servers-5 servers-4',
      ],
    ],
    [
      'numbers are not used again',
      [
        { at: '10s', scale: { group: 'servers', to: 1 } },
        { at: '20s', scale: { group: 'servers', to: 2 } },
      ],
      ['10s scale servers 3 → 1: servers-3 servers-2', '20s scale servers 1 → 2: servers-4'],
    ],
    [
      'a scaling that changes nothing is left out',
      [
        { at: '10s', scale: { group: 'servers', to: 3 } },
        { at: '20s', scale: { group: 'servers', to: 4 } },
      ],
      ['20s scale servers 3 → 4: servers-4'],
    ],
    [
      'a resize reaches the nodes that are there',
      [
        { at: '20s', resize: { group: 'servers', cpus: 0.8, memory: '256MiB' } },
        { at: '10s', scale: { group: 'servers', to: 1 } },
      ],
      ['10s scale servers 3 → 1: servers-3 servers-2', '20s resize servers to 0.8 CPU, 256MiB: servers-1'],
    ],
    [
      'at the same time the order of the scenario counts',
      [
        { at: '10s', scale: { group: 'servers', to: 1 } },
        { at: '10s', scale: { group: 'servers', by: 1 } },
      ],
      ['10s scale servers 3 → 1: servers-3 servers-2', '10s scale servers 1 → 2: servers-4'],
    ],
    [
      '`from` is the first time and `until` is left out',
      [{ every: '30s', from: '0s', until: '60s', scale: { group: 'servers', by: 1 } }],
      ['0s scale servers 3 → 4: servers-4', '30s scale servers 4 → 5: servers-5'],
    ],
  ])('%s', (_, timeline, expected) => {
    expect(linesOf(makePlan(scenarioOf({ timeline })))).toEqual(expected);
  });

  test('with ids in order of time and the entry they came from', () => {
    const { actions } = makePlan(scenarioOf({ timeline: upAndDown }));
    expect(actions.map(({ id, source }) => [id, source])).toEqual([
      ['a1', 'timeline[0]'],
      ['a2', 'timeline[0]'],
      ['a3', 'timeline[1]'],
    ]);
  });
});

test('nodes at the start are named and in launch order', () => {
  expect(makePlan(scenarioOf()).initialNodes).toEqual([
    { group: 'servers', nodes: ['servers-1', 'servers-2', 'servers-3'] },
    { group: 'front', nodes: ['front-1'] },
  ]);
});

test('a scenario that was not checked is refused rather than bent', () => {
  const scenario = scenarioOf();
  const change = { kind: 'scale', group: 'servers', by: -4 } as const;
  const timeline = [{ schedule: { kind: 'at', atMs: 0 }, change, source: 'timeline[0]' }] as const;
  expect(() => makePlan({ ...scenario, timeline })).toThrow('timeline[0]: -1 nodes in servers');
});

describe('how many nodes a plan may have', () => {
  const many = scenarioOf({ groups: { servers: { role: 'server', replicas: 1001 } } });

  test('is what the network of one host carries', () => {
    expect(() => makePlan(many)).toThrow(
      "groups come to 1001 nodes at the start, generators included; a host's network carries 1000: write fewer, or run it on a Swarm (--engine swarm)",
    );
  });

  test('is more where it is not for one host', () => {
    expect(makePlan(many, { acrossHosts: true }).initialNodes[0]?.nodes).toHaveLength(1001);
  });
});
