// Updates in a plan: who is replaced by whom and when.
import { describe, expect, it } from 'vitest';
import { groupAt } from '../../../orchestrator/fleet/nodes/group-at.ts';
import { updateBatches } from '../../../orchestrator/fleet/changes/update-batches.ts';
import { applyChange, initialState, stateAfter } from '../../../orchestrator/plan/group-state.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ActionChange, Plan } from '../../../orchestrator/plan/plan.ts';
import { renderPlan } from '../../../orchestrator/plan/render-plan.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from './plan-fixtures.ts';

type Timeline = NonNullable<ScenarioInput['timeline']>;

const planOf = (timeline: Timeline, parts: Partial<ScenarioInput> = {}): Plan =>
  makePlan(scenarioOf({ timeline, ...parts }));
const changesOf = ({ actions }: Plan): ActionChange[] => actions.map(({ change }) => change);
const peers: Partial<ScenarioInput> = {
  groups: { peers: { role: 'peer', discovery: 'broadcast', replicas: 4 } },
};

describe('a rolling update', () => {
  it('replaces every node, the oldest first, by nodes with names of their own', () => {
    const [change] = changesOf(planOf([{ at: '5s', update: { group: 'servers', version: 2 } }]));
    expect(change).toMatchObject({
      kind: 'update',
      id: 'u1',
      source: 'timeline[0]',
      nodes: ['servers-4', 'servers-5', 'servers-6'],
      replacements: [
        { node: 'servers-1', by: 'servers-4', back: null },
        { node: 'servers-2', by: 'servers-5', back: null },
        { node: 'servers-3', by: 'servers-6', back: null },
      ],
    });
  });

  it('keeps names for those who would come back, so that nobody else gets them', () => {
    const plan = planOf([
      { at: '5s', update: { group: 'servers', version: 2, onFailure: 'rollback' } },
      { at: '50s', scale: { group: 'servers', to: 4 } },
    ]);
    expect(changesOf(plan)).toMatchObject([
      { replacements: [{ back: 'servers-7' }, { back: 'servers-8' }, { back: 'servers-9' }] },
      { kind: 'scale-out', nodes: ['servers-10'] },
    ]);
  });

  it('is followed by changes to the new nodes', () => {
    const plan = planOf([
      { at: '5s', update: { group: 'servers', version: 2 } },
      { at: '9s', scale: { group: 'servers', by: -1 } },
      { at: '12s', update: { group: 'servers', env: { A: 1 } } },
    ]);
    expect(changesOf(plan)).toMatchObject([
      { id: 'u1' },
      { kind: 'scale-in', nodes: ['servers-6'] },
      { id: 'u2', replacements: [{ node: 'servers-4' }, { node: 'servers-5' }] },
    ]);
  });

  it('keeps variables, which may be secret, out of the plan, where the run finds them by the place of the update', () => {
    const scenario = scenarioOf({
      timeline: [{ at: '5s', update: { group: 'servers', env: { TOKEN: 'hush' } } }],
    });
    const plan = makePlan(scenario);
    expect(JSON.stringify(plan)).not.toContain('hush');
    const [servers] = scenario.groups;
    const { revision } = stateAfter(initialState(servers!), changesOf(plan));
    expect(groupAt(servers!, revision, scenario).env).toEqual({ TOKEN: 'hush' });
  });

  it('is told in one line, with who joins', () => {
    const plan = planOf([
      { at: '5s', update: { group: 'servers', image: 'shop:2', env: { A: 1 }, command: ['serve'] } },
    ]);
    expect(renderPlan(plan)).toContain(
      'update servers to shop:2, another env and command  joining: servers-4, servers-5, servers-6  (timeline[0])',
    );
  });
});

describe('an update in which each node has its own time', () => {
  const own = (hold: NonNullable<Timeline[number]['update']>['hold'] = []): Timeline => [
    { at: '5s', update: { group: 'peers', version: 2, spread: { exponential: '4s' }, hold } },
  ];
  const times = ({ actions }: Plan) =>
    actions.flatMap(({ change, offsetMs }) =>
      change.kind === 'replace' ? [[change.replacement.node, change.replacement.by, offsetMs] as const] : [],
    );

  it('replaces each at a time drawn from the seed, the same for the same seed', () => {
    const drawn = times(planOf(own(), peers));
    expect(drawn.map(([node]) => node).toSorted()).toEqual(['peers-1', 'peers-2', 'peers-3', 'peers-4']);
    expect(drawn.map(([, by]) => by)).toEqual(['peers-5', 'peers-6', 'peers-7', 'peers-8']);
    expect(drawn).toEqual(times(planOf(own(), peers)));
    expect(drawn).not.toEqual(times(planOf(own(), { ...peers, seed: 2 })));
  });

  it('is held once a share of the nodes has been replaced', () => {
    const before = times(planOf(own(), peers));
    const held = times(planOf(own([{ share: '50%', for: '10s' }]), peers));
    expect(held.map(([, , ms], index) => ms - (before[index]?.[2] ?? 0))).toEqual([0, 0, 10_000, 10_000]);
  });

  it('passes over nodes that leave before their time', () => {
    const plan = planOf([...own(), { at: '5s', kill: { nodes: ['peers-1', 'peers-2'] } }], peers);
    expect(
      times(plan)
        .map(([node]) => node)
        .toSorted(),
    ).toEqual(['peers-3', 'peers-4']);
  });
});

describe('what a group runs', () => {
  it('is what it ran before once its last update is taken back, and the next one counts on', () => {
    const plan = planOf([
      { at: '5s', update: { group: 'servers', version: 2 } },
      { at: '9s', update: { group: 'servers', env: { A: 1 } } },
    ]);
    const [first, second] = changesOf(plan);
    const start = initialState(scenarioOf().groups[0]!);
    const back = applyChange(applyChange(start, first!), {
      kind: 'roll-back',
      group: 'servers',
      update: 'u1',
    });
    expect(back.revision).toMatchObject({ number: 1, update: null });
    expect(applyChange(back, second!).revision).toMatchObject({
      number: 3,
      update: { before: { number: 1 } },
    });
    // Another one than the last has been taken over by it.
    const later = applyChange(applyChange(start, first!), second!);
    expect(applyChange(later, { kind: 'roll-back', group: 'servers', update: 'u1' })).toEqual(later);
  });
});

describe('the batches of a rolling update', () => {
  const five = [1, 2, 3, 4, 5].map((n) => ({ node: `a-${n}`, by: `a-${n + 5}`, back: null }));
  it.each([
    [
      'one at a time',
      1,
      [],
      [
        [1, 7],
        [1, 7],
        [1, 7],
        [1, 7],
        [1, 0],
      ],
    ],
    [
      'two at a time',
      2,
      [],
      [
        [2, 7],
        [2, 7],
        [1, 0],
      ],
    ],
    [
      'cut where it is held',
      2,
      [{ share: 0.5, forMs: 90 }],
      [
        [2, 7],
        [1, 90],
        [2, 0],
      ],
    ],
    [
      'all at once, but for a hold',
      9,
      [{ share: 0.2, forMs: 50 }],
      [
        [1, 50],
        [4, 0],
      ],
    ],
    [
      'held twice at the same node',
      5,
      [
        { share: 0.1, forMs: 1 },
        { share: 0.2, forMs: 2 },
      ],
      [
        [1, 3],
        [4, 0],
      ],
    ],
    ['where too few are left to hold, not held', 5, [{ share: 0.9, forMs: 50 }], [[5, 0]]],
  ])('%s', (_, parallelism, hold, expected) => {
    const batches = updateBatches(five, { parallelism, delayMs: 7 }, hold);
    expect(batches.map(({ replacements, thenMs }) => [replacements.length, thenMs])).toEqual(expected);
    expect(batches.flatMap(({ replacements }) => replacements)).toEqual(five);
  });
});
