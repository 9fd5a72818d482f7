// Zones that are far from each other: what nodes are told of those that come and go, beside their links and faults, and what is refused.
import { beforeEach, describe, expect, it, test } from 'vitest';
import { AppliedFaults } from '../../../orchestrator/faults/applied-faults.ts';
import type { FaultHost } from '../../../orchestrator/faults/kind/fault-host.ts';
import { linkScript, routeScript } from '../../../orchestrator/faults/link/link-script.ts';
import { hostNeeds, needsNetAdmin } from '../../../orchestrator/plan/host-needs.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../run/make-run.ts';

const groups = {
  west: { role: 'server', zone: 'west', link: { delay: '5ms', uplink: '1MiB/s' } },
  east: { role: 'server', zone: 'east', replicas: 2 },
  south: { role: 'server', zone: 'south' },
  nowhere: { role: 'server' },
} as const;
const between = [
  { zones: ['west', 'east'], delay: '30ms', jitter: '3ms' },
  { zones: ['south', 'west'], delay: '80ms' },
];
const scenario = scenarioOf({ groups, network: { between } });

const names = Object.keys(groups);
/** `east-2` has 10.0.1.2. */
const addressOf = (node: string): string =>
  `10.0.${names.findIndex((name) => node.startsWith(name))}.${node.slice(node.indexOf('-') + 1)}`;

/** What each node's network was told, in order: its table of delays, `-` without one; with `link` where its link was shaped. */
let told: string[];
let faults: AppliedFaults;

beforeEach(() => {
  told = [];
  const host: Pick<FaultHost, 'addressesOf' | 'inNetwork' | 'lacks'> = {
    addressesOf: (nodes) => nodes.map(addressOf),
    lacks: ({ module }) => module === 'sch_netem',
    inNetwork: async (node, script) => {
      const table = /<<TABLE\n([^]*?)\nTABLE/.exec(script)?.[1]?.replaceAll('\n', ', ') ?? '-';
      told.push(`${node}${script.includes('qdisc') ? ' link' : ''}: ${table}`);
    },
  };
  faults = new AppliedFaults(host as FaultHost);
});

async function join(...nodes: string[]): Promise<void> {
  for (const node of nodes) {
    const group = scenario.groups.find(({ name }) => node.startsWith(name));
    if (group === undefined) throw new Error(`no group of ${node}`);
    await faults.launched(node, group);
  }
}

describe('a node', () => {
  it('hears later from zones that are far, by its own delay and the distance, and from nobody else', async () => {
    await join('west-1', 'nowhere-1');
    expect(told).toEqual(['west-1 link: default 5000 0']);
    told = [];
    await join('east-1');
    expect(told.toSorted()).toEqual([
      'east-1: 10.0.0.1 30000 3000',
      'west-1: default 5000 0, 10.0.1.1 35000 3000',
    ]);
    told = [];
    await join('east-2', 'south-1');
    // East and south are near each other.
    expect(told.toSorted()).toEqual([
      'east-2: 10.0.0.1 30000 3000',
      'south-1: 10.0.0.1 80000 0',
      'west-1: default 5000 0, 10.0.1.1 35000 3000, 10.0.1.2 35000 3000',
      'west-1: default 5000 0, 10.0.1.1 35000 3000, 10.0.1.2 35000 3000, 10.0.2.1 85000 0',
    ]);
  });

  it('no longer waits for those who have gone, for somebody else may get their address', async () => {
    await join('west-1', 'east-1');
    told = [];
    faults.gone('east-1');
    await join('nowhere-1');
    expect(told).toEqual(['west-1: default 5000 0']);
  });

  it('keeps its distances where a fault changes its link', async () => {
    await join('west-1', 'east-1');
    const timeline: ScenarioInput['timeline'] = [
      { at: '10s', link: { group: 'west', delay: '100ms', for: '5s' } },
    ];
    const { actions } = makePlan(scenarioOf({ groups, network: { between }, timeline }));
    const [begun] = actions.flatMap(({ change }) => (change.kind === 'fault' ? [change] : []));
    if (begun === undefined) throw new Error('no fault was planned');
    told = [];
    await faults.begin(begun);
    await faults.end(begun.id);
    expect(told).toEqual([
      'west-1 link: default 100000 0, 10.0.1.1 130000 3000',
      'west-1 link: default 5000 0, 10.0.1.1 35000 3000',
    ]);
  });
});

describe('by netem', () => {
  const link = scenario.groups.find(({ name }) => name === 'west')?.link ?? null;
  const routes = [
    { source: '10.0.1.1', delayMs: 35, jitterMs: 3 },
    { source: '10.0.2.1', delayMs: 85, jitterMs: 0 },
    { source: '10.0.2.2', delayMs: 85, jitterMs: 0 },
  ];

  it('each distance has a class, in which packets wait and then queue; the link’s own delay has the first', () => {
    const script = linkScript(link, 'netem', routes);
    expect(script).toContain('root handle 4: htb default 10');
    expect(script).toMatch(
      /parent 4:10 handle 210: netem limit \d+ delay 5ms\n.* parent 210:1 handle 310: bfifo/,
    );
    expect(script).toMatch(/parent 4:11 handle 211: netem limit \d+ delay 35ms 3ms rate \d+bps\n/);
    expect(script.match(/u32 match ip src \S+ flowid \S+/g)).toEqual([
      'u32 match ip src 10.0.1.1/32 flowid 4:11',
      'u32 match ip src 10.0.2.1/32 flowid 4:12',
      'u32 match ip src 10.0.2.2/32 flowid 4:12',
    ]);
    expect(script).not.toContain('topolab-delay put');
  });

  it('what is near does not wait, and a slow downlink is shared by all', () => {
    const script = linkScript(null, 'netem', routes);
    expect(script).toMatch(/parent 4:10 handle 110: bfifo/);
    const slow = {
      uplinkBytesPerSecond: null,
      downlinkBytesPerSecond: 1448,
      loss: 0,
      delayMs: 0,
      jitterMs: 0,
    };
    expect(linkScript(slow, 'netem', routes)).toContain('classid 4:1 htb rate 1514bps');
    expect(linkScript(slow, 'netem', routes).match(/ceil 1514bps/g)).toHaveLength(3);
  });

  it('others who come leave the uplink as it is', () => {
    expect(routeScript(link, 'netem', routes)).not.toContain('dev $dev root');
    expect(routeScript(link, 'program', routes)).not.toContain('tc ');
  });
});

test('the host must be able to delay packets, and the run has the helper that does', () => {
  expect(needsNetAdmin(scenario)).toBe(true);
  expect(hostNeeds(scenario)[0]).toMatchObject({ where: 'network.between', field: 'delay' });
  const near = scenarioOf({ groups: { a: { role: 'server', zone: 'a' } } });
  expect([needsNetAdmin(near), hostNeeds(near)]).toEqual([false, []]);
});

test.each<[string, NonNullable<ScenarioInput['network']>['between'], string]>([
  [
    'zones that nobody has',
    [{ zones: ['west', 'eats'], delay: '1ms' }],
    'network.between.0.zones.1: no group is in the zone "eats"; did you mean "east"?',
  ],
  [
    'a zone and itself',
    [{ zones: ['west', 'west'], delay: '1ms' }],
    'network.between.0.zones: names the same zone twice; write two',
  ],
  [
    'a pair that was written before',
    [...between, { zones: ['east', 'west'], delay: '1ms' }],
    'network.between.2.zones: east and west stand in between[0] already; write one',
  ],
  [
    'more jitter than delay',
    [{ zones: ['west', 'east'], delay: '1ms', jitter: '2ms' }],
    'network.between.0.jitter: is more than the delay that it varies; write less, or a longer `delay`',
  ],
  [
    'three zones',
    [{ zones: ['west', 'east', 'south'], delay: '1ms' }],
    'network.between.0.zones: names two zones; write for example [east, west]',
  ],
])('%s are refused', (_, wrong, said) => {
  const input = {
    name: 'wrong',
    groups,
    network: { between: wrong },
    phases: [{ name: 'run', duration: '60s' }],
  };
  const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
  expect(
    result.ok ? [] : result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`),
  ).toEqual([said]);
});
