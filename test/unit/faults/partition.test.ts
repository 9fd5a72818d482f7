// Nodes that are cut off from others: what their kernels are told, alone and together, while others join and go, and what is refused.
import { beforeEach, describe, expect, it, test } from 'vitest';
import { AppliedFaults } from '../../../orchestrator/faults/applied-faults.ts';
import type { FaultHost } from '../../../orchestrator/faults/kind/fault-host.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { scenarioOf } from '../run/make-run.ts';
import { cutsAspect } from '../../../orchestrator/faults/partition/cuts-aspect.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = {
  peers: { role: 'peer', replicas: 4, discovery: 'broadcast', memory: '64MiB' },
  servers: { role: 'server', replicas: 1, zone: 'east' },
} as const;

/** `peers-3` has 10.0.0.3, `servers-1` has 10.0.1.1. */
const addressOf = (node: string): string =>
  `10.0.${node.startsWith('peers') ? 0 : 1}.${node.slice(node.indexOf('-') + 1)}`;

/** What each node's network was told, in order: `peers-1 in 10.0.0.3, 10.0.0.4`; `peers-1 open` without rules. */
let told: string[];
let faults: AppliedFaults;
let onTell: () => Promise<void>;

beforeEach(() => {
  told = [];
  onTell = async () => {};
  const host: Pick<FaultHost, 'addressesOf' | 'inNetwork'> = {
    addressesOf: (nodes) => nodes.map(addressOf),
    inNetwork: async (node, script) => {
      told.push(`${node} ${rulesIn(script)}`);
      await onTell();
    },
  };
  faults = new AppliedFaults(host as FaultHost);
});

function rulesIn(script: string): string {
  if (script.includes('topolab_isolate')) return /\bdrop\b/.test(script) ? 'isolated' : 'no longer isolated';
  const found = script.matchAll(
    /^ {2}(iifname "\$dev" ip saddr|oifname "\$dev" ip daddr) \{ (.*) \} counter drop$/gm,
  );
  const rules = [...found].map(
    ([, match, addresses]) => `${match?.startsWith('i') ? 'in' : 'out'} ${addresses}`,
  );
  return rules.length === 0 ? 'open' : rules.join(', ');
}

async function join(...nodes: string[]): Promise<void> {
  const scenario = scenarioOf({ groups });
  for (const node of nodes) {
    const group = scenario.groups.find(({ name }) => node.startsWith(name));
    if (group === undefined) throw new Error(`no group of ${node}`);
    await faults.launched(node, group);
  }
}

/** The faults of a timeline as the plan has them. */
function planned(...timeline: Timeline) {
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  return actions.flatMap(({ change }) => (change.kind === 'fault' ? [change] : []));
}

async function begin(...timeline: Timeline): Promise<void> {
  for (const fault of planned(...timeline)) await faults.begin(fault);
}

const everybody = ['peers-1', 'peers-2', 'peers-3', 'peers-4', 'servers-1'];

describe('those that are hit', () => {
  it('are cut off from the others of their group, and not from each other', async () => {
    await join(...everybody);
    await begin({ at: '10s', partition: { nodes: ['peers-1', 'peers-2'], from: ['peers'] } });
    expect(told).toEqual([
      'peers-1 in 10.0.0.3, 10.0.0.4, out 10.0.0.3, 10.0.0.4',
      'peers-2 in 10.0.0.3, 10.0.0.4, out 10.0.0.3, 10.0.0.4',
    ]);
  });

  it.each([
    ['in', 'servers-1 in 10.0.0.1, 10.0.0.2'],
    ['out', 'servers-1 out 10.0.0.1, 10.0.0.2'],
  ] as const)('can be cut off %s only', async (way, rules) => {
    await join('peers-1', 'peers-2', 'servers-1');
    await begin({ at: '10s', partition: { group: 'servers', from: ['peers'], way } });
    expect(told).toEqual([rules]);
  });
});

describe('a newcomer', () => {
  it('of the other side is cut off before anybody is told of it, and one of neither side is not', async () => {
    await join('peers-1', 'peers-3');
    await begin({ at: '10s', partition: { nodes: ['peers-1'], from: ['peers'], way: 'in' } });
    told = [];
    await join('peers-4', 'servers-1');
    expect(told).toEqual(['peers-1 in 10.0.0.3, 10.0.0.4']);
  });

  it('of a group that is hit whole is cut off from its launch on', async () => {
    await join('peers-1', 'servers-1');
    await begin({ at: '10s', partition: { group: 'servers', from: ['peers', 'servers'], way: 'out' } });
    told = [];
    await join('servers-2');
    expect(told).toEqual(['servers-2 out 10.0.0.1']);
  });

  it('that comes while the rules are made is among them in the end', async () => {
    await join('peers-1', 'peers-3');
    let joined: Promise<void> | undefined;
    onTell = async () => {
      onTell = async () => {};
      joined = join('peers-4');
    };
    await begin({ at: '10s', partition: { nodes: ['peers-1'], from: ['peers'], way: 'in' } });
    await joined;
    expect(told).toEqual(['peers-1 in 10.0.0.3', 'peers-1 in 10.0.0.3, 10.0.0.4']);
  });

  it('after the healing is of no interest', async () => {
    await join('peers-1', 'peers-3');
    await begin({ at: '10s', partition: { nodes: ['peers-1'], from: ['peers'], way: 'in' } });
    await faults.end('f1');
    await join('peers-4');
    expect(told).toEqual(['peers-1 in 10.0.0.3', 'peers-1 open']);
  });
});

test('the address of a node that has gone is free again', async () => {
  await join('peers-1', 'peers-3', 'peers-4');
  await begin({ at: '10s', partition: { nodes: ['peers-1'], from: ['peers'], way: 'in' } });
  told = [];
  faults.gone('peers-3');
  // Whoever joins next waits for it.
  await join('servers-1');
  expect(told).toEqual(['peers-1 in 10.0.0.4']);
});

describe('partitions that overlap', () => {
  it.each([
    ['in the order in which they began', ['f1', 'f2'], ['peers-1 in 10.0.1.1', 'peers-1 open']],
    ['the other way round', ['f2', 'f1'], ['peers-1 in 10.0.0.2, out 10.0.0.2', 'peers-1 open']],
  ])('are taken back %s, each alone', async (_, order, after) => {
    await join('peers-1', 'peers-2', 'servers-1');
    await begin(
      { at: '10s', partition: { nodes: ['peers-1'], from: ['peers'] } },
      { at: '11s', partition: { nodes: ['peers-1'], from: ['servers'], way: 'in' } },
    );
    told = [];
    for (const id of order) expect(await faults.end(id)).toEqual(['peers-1']);
    expect(told).toEqual(after);
  });

  it.each([
    ['first', ['f2', 'f1'], ['peers-1 open', 'peers-1 no longer isolated']],
    ['last', ['f1', 'f2'], ['peers-1 no longer isolated', 'peers-1 open']],
  ])('leave an isolation alone when they end %s', async (_, order, after) => {
    await join('peers-1', 'peers-2');
    await faults.ready('peers-1');
    await begin(
      { at: '10s', isolate: { nodes: ['peers-1'] } },
      { at: '11s', partition: { nodes: ['peers-1'], from: ['peers'] } },
    );
    expect(told).toEqual(['peers-1 isolated', 'peers-1 in 10.0.0.2, out 10.0.0.2']);
    told = [];
    for (const id of order) expect(await faults.end(id)).toEqual(['peers-1']);
    expect(told).toEqual(after);
  });
});

test('the plan says who is cut off from whom', () => {
  const timeline: Timeline = [
    { at: '10s', partition: { group: 'peers', share: 0.5, rule: 'oldest', from: ['peers'], for: '5s' } },
    { at: '20s', partition: { group: 'servers', from: ['peers', 'servers'], way: 'out' } },
  ];
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  expect(actions.map(({ summary }) => summary)).toEqual([
    'cut 50% of peers, the oldest off from peers, for 5s',
    'end of partition: peers-1, peers-2',
    'cut servers off from peers and servers, out',
  ]);
});

describe('what is wrong', () => {
  it.each<[string, Timeline[number], string, RegExp]>([
    [
      'a group that there is not',
      { at: '10s', partition: { group: 'peers', share: 0.5, from: ['peers', 'clients'] } },
      'timeline.0.partition.from.1',
      /there is no group "clients"/,
    ],
    [
      'nobody on the other side',
      { at: '10s', partition: { group: 'peers', from: ['peers'] } },
      'timeline.0.partition.from',
      /all of peers are hit/,
    ],
    [
      'a share that is all',
      { at: '10s', partition: { group: 'peers', share: 1, from: ['peers'] } },
      'timeline.0.partition.from',
      /all of peers are hit/,
    ],
    [
      'a zone that has nobody else',
      { at: '10s', partition: { zone: 'east', from: ['servers'] } },
      'timeline.0.partition.from',
      /all of servers are hit/,
    ],
    [
      'a number that is all',
      { at: '10s', partition: { group: 'peers', count: 4, from: ['peers'] } },
      'timeline.0.partition.from',
      /those that are hit are all nodes of peers, so nobody is left to cut them off from; write another group, or hit fewer/,
    ],
    [
      'a share that is all, rounded up',
      { at: '10s', partition: { group: 'peers', share: '80%', from: ['peers'] } },
      'timeline.0.partition.from',
      /are all nodes of peers/,
    ],
    [
      'a share that is none, and nothing of whom it would hit',
      { at: '10s', partition: { group: 'peers', share: '150%', from: ['peers'] } },
      'timeline.0.partition.share',
      /"150%" is not between 0% and 100%/,
    ],
    [
      'all of them by name',
      {
        at: '10s',
        partition: { nodes: ['peers-1', 'servers-1'], from: ['servers'] },
      },
      'timeline.0.partition.from',
      /are all nodes of servers/,
    ],
    [
      'no other side',
      { at: '10s', partition: { group: 'peers', from: [] } },
      'timeline.0.partition.from',
      /at least|too few|empty|1/,
    ],
  ])('%s is told with its place', (_, entry, place, message) => {
    const problems = problemsIn(groups, [entry]);
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    expect(problems[0]?.message).toMatch(message);
  });
});

it.each<[string, Timeline]>([
  ['some of them', [{ at: '10s', partition: { group: 'peers', share: '75%', from: ['peers'] } }]],
  [
    'some by name, and one that is not there',
    [{ at: '10s', partition: { nodes: ['peers-1', 'peers-2', 'peers-3', 'peers-9'], from: ['peers'] } }],
  ],
  [
    'all that there are at first, where others join',
    [
      { at: '5s', scale: { group: 'peers', to: 6 } },
      { at: '10s', partition: { group: 'peers', count: 4, from: ['peers'] } },
    ],
  ],
  ['all of a group, from another', [{ at: '10s', partition: { group: 'peers', from: ['servers'] } }]],
])('nothing is wrong with %s', (_, timeline) => {
  expect(problemsIn(groups, timeline)).toEqual([]);
});

describe('a look at a node', () => {
  const cuts = (...names: string[]) => ({ pending: [], in: names, out: names });
  const answered = (of: string): string => `10.0.0.3:1=refused\n${of}`;

  it.each<[what: string, wanted: string[], before: string[], there: string[], output: string, isSo: boolean]>(
    [
      ['that is cut off', ['peers-3'], [], ['peers-3'], '10.0.0.3:1=silent\ninput=2 output=1', true],
      [
        'that still reaches the other side',
        ['peers-3'],
        [],
        ['peers-3'],
        answered('input=0 output=0'),
        false,
      ],
      ['that nobody is to be cut off from', [], [], ['peers-3'], 'input=- output=-', false],
      ['of which the other side has gone', ['peers-3'], [], [], 'input=- output=-', false],
      ['that is free again', [], ['peers-3'], ['peers-3'], answered('input=- output=-'), true],
      ['that is free of others who have gone', [], ['peers-3'], [], 'input=- output=-', true],
    ],
  )('%s', async (_, wanted, before, there, output, isSo) => {
    const host = {
      ...idleFaultHost,
      addressesOf: (names: readonly string[]) => names.filter((name) => there.includes(name)).map(addressOf),
      witness: { address: '10.0.9.9', closedPort: 1 },
      lookInNetwork: async () => output,
    };
    expect((await cutsAspect.look(host, 'peers-1', cuts(...wanted), cuts(...before))).isSo).toBe(isSo);
  });
});
