// Faults on hosts: what people write, which hosts the run chooses, and what becomes of the nodes there.
import { beforeEach, describe, expect, it, test } from 'vitest';
import { Cluster } from '../../../orchestrator/cluster/cluster.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { hostCutAspect } from '../../../orchestrator/faults/host-cut/host-cut-aspect.ts';
import { chooseHosts } from '../../../orchestrator/faults/targets/choose-hosts.ts';
import type { ChosenHosts } from '../../../orchestrator/faults/targets/target.ts';
import type { Fleet } from '../../../orchestrator/fleet/create-fleet.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { renderPlan } from '../../../orchestrator/plan/render-plan.ts';
import { randomStream } from '../../../orchestrator/plan/random-stream.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import { idleFaultHost } from '../../fixtures/idle-fault-host.ts';
import { launchAll, makeFleet } from '../fleet/make-fleet.ts';
import { makeRecorder, type RecordedRun, scenarioOf } from '../run/make-run.ts';
import { problemsIn, type Timeline } from './problems-in.ts';

const groups = { servers: { role: 'server', replicas: 4 }, directory: { role: 'tracker' } } as const;

test.each<[string, Timeline, string[]]>([
  [
    'hosts by name, of which it is not said who is on them',
    [{ at: '10s', 'host-lost': { hosts: ['box2', 'box3'], for: '5s' } }],
    ['10s lose hosts box2, box3, for 5s', '15s end of loss of hosts: hosts box2, box3'],
  ],
  [
    'hosts of a zone, to the end',
    [{ at: '10s', 'host-cut': { zone: 'east' } }],
    ['10s cut off all hosts of zone east'],
  ],
  [
    'a drained host, for whose nodes names are set aside',
    [
      { at: '10s', drain: { hosts: ['box2'] } },
      { at: '20s', scale: { group: 'servers', by: 1 } },
    ],
    ['10s drain host box2', '20s scale servers 4 → 5'],
  ],
  ['some hosts', [{ at: '10s', 'host-lost': { count: 1 } }], ['10s lose a host at random']],
  [
    'a share of them',
    [{ at: '10s', 'host-cut': { share: '50%' } }],
    ['10s cut off 50% of the hosts, at random'],
  ],
])('the plan has %s', (_, timeline, expected) => {
  const { actions } = makePlan(scenarioOf({ groups, timeline }));
  expect(actions.map(({ offsetMs, summary }) => `${offsetMs / 1000}s ${summary}`)).toEqual(expected);
});

test('the plan says that faults on hosts need several of them, and each fault once', () => {
  const timeline: Timeline = [
    { every: '20s', 'host-cut': { count: 1, for: '5s' } },
    { at: '30s', drain: { hosts: ['box2'] } },
  ];
  const text = renderPlan(makePlan(scenarioOf({ groups, timeline })));
  expect(text).toContain(
    'Needed of the engine\n  several hosts, as a Swarm has (--engine swarm): timeline[0].host-cut, timeline[1].drain',
  );
  const pause: Timeline = [{ at: '30s', pause: { group: 'servers' } }];
  expect(renderPlan(makePlan(scenarioOf({ groups, timeline: pause })))).not.toContain('several hosts');
});

test.each<[string, Timeline[number], string, RegExp]>([
  [
    'no hosts',
    { at: '1s', 'host-lost': {} },
    'timeline.0.host-lost',
    /none of `hosts`, `zone`, `count`, `share`/,
  ],
  [
    'two ways to say which',
    { at: '1s', 'host-lost': { hosts: ['box2'], count: 1 } },
    'timeline.0.host-lost.count',
    /can't stand beside `hosts`/,
  ],
  [
    'what is no name of a host',
    { at: '1s', 'host-cut': { hosts: ['-x'] } },
    'timeline.0.host-cut.hosts.0',
    /is not the name of a host; write what `docker node ls` calls it/,
  ],
  [
    'a share of none',
    { at: '1s', 'host-cut': { share: '0%' } },
    'timeline.0.host-cut.share',
    /write more than 0%/,
  ],
  [
    'a host that comes back after the end',
    { at: '50s', 'host-lost': { count: 1, for: '20s' } },
    'timeline.0.host-lost.for',
    /write 10s or less/,
  ],
])('is told of %s', (_, entry, place, message) => {
  expect(problemsIn(groups, [entry])).toEqual([{ place, message: expect.stringMatching(message) }]);
});

describe('which hosts', () => {
  const hosts = ['a', 'b', 'c', 'd'].map((name, nth) => ({ name, zone: nth < 2 ? 'east' : null }));
  const choose = (chosen: ChosenHosts, purpose = 'f1') =>
    chooseHosts(chosen, hosts, randomStream(7, 'hosts', purpose));

  it.each<[string, ChosenHosts, string[]]>([
    ['those of these names that there are', { kind: 'names', names: ['d', 'x', 'a'] }, ['a', 'd']],
    ['those of a zone', { kind: 'zone', zone: 'east' }, ['a', 'b']],
    ['none of a zone that there is not', { kind: 'zone', zone: 'west' }, []],
  ])('%s', (_, chosen, names) => {
    expect(choose(chosen)).toEqual(names);
  });

  it('so many by the seed: the same each time, others for another fault, all where there are fewer', () => {
    const of = (purpose: string) => choose({ kind: 'count', count: 2 }, purpose).join('');
    expect(of('f1')).toBe(of('f1'));
    expect(of('f1')).toHaveLength(2);
    expect(new Set(['f1', 'f2', 'f3', 'f4', 'f5', 'f6'].map(of)).size).toBeGreaterThan(1);
    expect(choose({ kind: 'count', count: 9 }).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a share of them, rounded up', () => {
    expect(choose({ kind: 'share', share: 0.3 })).toHaveLength(2);
  });
});

describe('a node whose host is cut off', () => {
  const others = ['a', 'b', 'c'].map((name) => ({ name, group: 'g', zone: null }));

  it('reaches those that are cut off with it and are there, by the addresses they have', async () => {
    const wanted = hostCutAspect.among?.stateAmong({ besides: ['c', 'gone', 'a'] }, others) ?? {
      besides: null,
    };
    expect(wanted).toEqual({ besides: ['a', 'c'] });
    let script = '';
    const inNetwork = async (_: string, text: string) => void (script = text);
    await hostCutAspect.apply({ ...idleFaultHost, inNetwork }, 'n', wanted, undefined);
    expect(
      script
        .split('\n')
        .filter((line) => /(?:accept|drop)$/.test(line))
        .map((line) => line.trim()),
    ).toEqual([
      'iifname "$dev" ip saddr { a, c } accept',
      'iifname "$dev" counter drop',
      'iifname "$gateway" counter drop',
      'oifname "$dev" ip daddr { a, c } accept',
      'oifname "$dev" counter drop',
      'oifname "$gateway" counter drop',
    ]);
  });

  it('has no rule any more afterwards', async () => {
    let script = '';
    const inNetwork = async (_: string, text: string) => void (script = text);
    await hostCutAspect.apply({ ...idleFaultHost, inNetwork }, 'n', { besides: null }, { besides: [] });
    expect(script).not.toContain('chain');
  });

  it.each([
    ['is so once nothing is heard and something was dropped', 'silent', 'input=2 output=0', true],
    ['is not so while it answers', 'answered', 'input=0 output=0', false],
    ['is not so where it is silent for another reason', 'silent', 'input=- output=-', false],
  ] as const)('%s', async (_, answer, counts, isSo) => {
    const host = { ...idleFaultHost, connect: async () => answer, lookInNetwork: async () => counts };
    const seen = await hostCutAspect.look(host, 'n', { besides: [] }, { besides: null });
    expect(seen.isSo).toBe(isSo);
  });
});

describe('on three hosts', () => {
  let engines: Record<string, FakeEngine>;
  let recorded: RecordedRun;
  let fleet: Fleet;
  let changes: ActionChange[];
  let done: string[];
  const { signal } = new AbortController();

  beforeEach(async () => {
    engines = { box1: createFakeEngine(), box2: createFakeEngine(), box3: createFakeEngine() };
    // Engines number their containers alike, so ids are made different.
    for (const [nth, engine] of Object.values(engines).entries())
      for (let spare = 0; spare < 10 * nth; spare++)
        await engine.launch({
          name: `spare-${spare}`,
          image: 'i',
          labels: {},
          env: {},
          cpus: null,
          memoryBytes: null,
        });
    done = [];
    recorded = await makeRecorder();
  });

  async function launch(timeline: Timeline): Promise<void> {
    const scenario = scenarioOf({ groups: { servers: { role: 'server', replicas: 6 } }, timeline });
    const [box1, ...others] = Object.entries(engines).map(([name, engine]) => ({
      name,
      zone: null,
      engine,
      capacity: null,
    }));
    if (box1 === undefined) throw new Error('no hosts');
    fleet = await makeFleet({
      engine: box1.engine,
      cluster: new Cluster([box1, ...others]),
      scenario,
      recorder: recorded.recorder,
      netAdmin: {
        inNetwork: async ({ node, container }) => {
          const runs = Object.values(engines).some(
            (engine) => engine.containers.get(container)?.running === true,
          );
          done.push(`${node} ${runs ? 'runs' : 'has ended'}`);
          return true;
        },
      },
    });
    changes = await launchAll(fleet, scenario);
  }

  const next = async (): Promise<void> => {
    const change = changes.shift();
    if (change !== undefined) await fleet.dispatcher.perform(change, signal);
  };
  const nodesOn = (host: string): string[] =>
    [...(engines[host]?.containers.values() ?? [])].flatMap(({ spec, running }) => {
      const node = spec.labels[Label.node];
      return node !== undefined && running ? [node] : [];
    });

  it('the nodes of a lost host are silenced and then end, nobody joins there, and they come back with it', async () => {
    await launch([
      { at: '10s', 'host-lost': { hosts: ['box2'], for: '20s' } },
      { at: '20s', scale: { group: 'servers', by: 3 } },
      { at: '40s', scale: { group: 'servers', by: 3 } },
    ]);
    const lost = nodesOn('box2');
    expect(lost).toHaveLength(2);
    await next();
    expect(nodesOn('box2')).toEqual([]);
    expect(done.toSorted()).toEqual(lost.map((node) => `${node} runs`).toSorted());
    expect(recorded.events.find(({ type }) => type === 'fault-began')).toMatchObject({
      hosts: ['box2'],
      nodes: lost,
    });
    await next();
    expect(nodesOn('box2')).toEqual([]);
    await next();
    expect(nodesOn('box2').toSorted()).toEqual(lost.toSorted());
    await next();
    expect(nodesOn('box2').length).toBeGreaterThan(lost.length);
  });

  it('the nodes of a drained host leave, as many join elsewhere in their places, and stand for them from then on', async () => {
    await launch([
      { at: '10s', drain: { hosts: ['box2'] } },
      { at: '20s', scale: { group: 'servers', to: 7 } },
      { at: '30s', kill: { nodes: ['servers-2'] } },
    ]);
    const drained = nodesOn('box2');
    expect(drained).toEqual(['servers-2', 'servers-5']);
    await next();
    expect(nodesOn('box2')).toEqual([]);
    const names = () => ['box1', 'box3'].flatMap(nodesOn).toSorted();
    expect(names()).toEqual(['servers-1', 'servers-3', 'servers-4', 'servers-6', 'servers-7', 'servers-8']);
    const kinds = recorded.events.flatMap((event) =>
      'node' in event && drained.includes(event.node) ? [event.type] : [],
    );
    expect(kinds.filter((type) => type === 'node-left')).toHaveLength(2);
    await next();
    expect(nodesOn('box2')).toEqual([]);
    expect(names()).toHaveLength(7);
    // The one that has its place.
    await next();
    expect(names()).not.toContain('servers-7');
    expect(names()).toHaveLength(6);
  });

  it('a host that two faults are on takes nodes once both are over', async () => {
    await launch([
      { at: '10s', 'host-cut': { hosts: ['box2'], for: '20s' } },
      { at: '11s', 'host-cut': { hosts: ['box2', 'box3'], for: '5s' } },
      { at: '20s', scale: { group: 'servers', by: 2 } },
    ]);
    for (let nth = 0; nth < 4; nth++) await next();
    expect(nodesOn('box2')).toHaveLength(2);
    expect(nodesOn('box3')).toHaveLength(3);
    // The second one changes nothing for who was cut off from everybody else before.
    const changesOf = (host: string) =>
      done.filter((each) => each.startsWith(nodesOn(host)[0] ?? '-')).length;
    expect([changesOf('box2'), changesOf('box3')]).toEqual([1, 2]);
  });
});
