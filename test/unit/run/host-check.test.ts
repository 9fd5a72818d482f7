import { describe, expect, it } from 'vitest';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { Host, Hosts } from '../../../orchestrator/cluster/host.ts';
import type { Placement } from '../../../orchestrator/cluster/placement.ts';
import { checkHost, requireHosts, requireRoom } from '../../../orchestrator/run/host-check.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from './make-run.ts';

function warningsOf(parts: Partial<ScenarioInput>, host: { cpus?: number; memoryBytes?: number } = {}) {
  const scenario = scenarioOf(parts);
  const { description } = createFakeEngine();
  return checkHost(scenario, makePlan(scenario), { ...description, cpus: 4, memoryBytes: 2 ** 30, ...host });
}

const servers = { role: 'server', replicas: 2, cpus: 1, memory: '256MiB' } as const;

it('says nothing where everything fits, to the last core and byte', () => {
  expect(warningsOf({ groups: { servers: { ...servers, replicas: 4 } } })).toEqual([]);
});

it('counts the most nodes there are at one time, not those at the start', () => {
  const timeline = [
    { at: '10s', scale: { group: 'servers', to: 5 } },
    { at: '20s', scale: { group: 'servers', to: 1 } },
  ];
  expect(warningsOf({ groups: { servers }, timeline })).toEqual([
    'The CPU limits add up to 5.0 cores and the host has 4: nodes may be limited by the host instead of by their own limits.',
    'The memory limits add up to 1.3 GiB and the host has 1.0 GiB: nodes may run out of memory before their limits.',
  ]);
});

it('counts the highest limits that an action sets', () => {
  const timeline = [{ at: '10s', resize: { group: 'servers', cpus: 2.5 } }];
  expect(warningsOf({ groups: { servers }, timeline })).toEqual([
    expect.stringContaining('add up to 5.0 cores'),
  ]);
});

it('counts room for the files on the disks of peers', () => {
  const peers = { role: 'peer', discovery: 'broadcast', replicas: 2, memory: '256MiB' } as const;
  expect(warningsOf({ groups: { peers: { ...peers, files: { a: '256MiB' } } } })).toEqual([]);
  expect(warningsOf({ groups: { peers: { ...peers, files: { a: '384MiB' } } } })).toEqual([
    expect.stringContaining('The memory limits add up to 1.3 GiB'),
  ]);
});

it('counts generators with their limits', () => {
  const load: ScenarioInput['load'] = {
    users: {
      script: 'load.ts',
      target: 'servers',
      model: 'closed',
      stages: [{ duration: '60s', virtualUsers: 1 }],
      generators: 3,
      cpus: 1,
    },
  };
  expect(warningsOf({ groups: { servers }, load })).toContainEqual(
    expect.stringContaining('add up to 5.0 cores'),
  );
});

const hostOf = (name: string, zone: string | null, cpus: number): Host => ({
  name,
  zone,
  engine: createFakeEngine(),
  capacity: { cpus, memoryBytes: 2 ** 30 },
});

function requireOn(hosts: Hosts, parts: Partial<ScenarioInput>, placement: Placement = 'spread'): void {
  const scenario = scenarioOf(parts);
  requireRoom(scenario, makePlan(scenario, { acrossHosts: hosts.length > 1 }), hosts, placement);
}

describe('faults on hosts', () => {
  const three: Hosts = [hostOf('box1', null, 4), hostOf('box2', 'east', 4), hostOf('box3', 'west', 4)];
  const requireFor = (fault: NonNullable<ScenarioInput['timeline']>[number], hosts: Hosts = three) => {
    const parts = { groups: { servers }, timeline: [fault] };
    return () => requireHosts(scenarioOf(parts), hosts);
  };

  it.each([
    ['a name', { at: '1s', 'host-lost': { hosts: ['box3', 'box1'] } }],
    ['a zone', { at: '1s', 'host-cut': { zone: 'west' } }],
    ['a number', { at: '1s', 'host-lost': { count: 9 } }],
  ])('are fine with %s of hosts that there are', (_, fault) => {
    expect(requireFor(fault)).not.toThrow();
  });

  it.each([
    [
      'a name that no host has',
      { at: '1s', 'host-lost': { hosts: ['box2', 'box9'] } },
      /^timeline\[0\]\.host-lost: the run has no host box9; write some of box1, box2, box3$/,
    ],
    [
      'a zone that no host is in',
      { at: '1s', 'host-cut': { zone: 'north' } },
      /no host of the run is in zone north; write east or west$/,
    ],
  ])('are refused with %s', (_, fault, message) => {
    expect(requireFor(fault)).toThrow(expect.objectContaining({ code: 'no-such-host', exitCode: 2 }));
    expect(requireFor(fault)).toThrow(message);
  });

  it('are refused on one host', () => {
    const fault = { at: '1s', 'host-lost': { count: 1 } };
    expect(requireFor(fault, [three[0]])).toThrow(
      /takes several hosts, and this run has one: run it with --engine swarm/,
    );
  });
});

it('asks nothing of a host whose room nobody has told', () => {
  const host = { ...hostOf('a', null, 0), capacity: null };
  expect(() => requireOn([host], { groups: { servers: { ...servers, replicas: 50 } } })).not.toThrow();
});

it('refuses what hosts have no room for, with what they have and what it would take', () => {
  const hosts: Hosts = [hostOf('a', null, 2.5), hostOf('b', 'east', 1)];
  expect(() => requireOn(hosts, { groups: { servers: { ...servers, replicas: 3 } } })).not.toThrow();
  const timeline = [{ at: '10s', scale: { group: 'servers', to: 4 } }];
  expect(() => requireOn(hosts, { groups: { servers }, timeline })).toThrow(
    [
      'the hosts have room for 3 of the 4 containers of "servers", each with 1 CPUs and 0.3 GiB',
      '  a can promise 2.5 CPUs and 1.0 GiB to at most 1020 containers',
      '  b (zone east) can promise 1 CPUs and 1.0 GiB to at most 1020 containers',
      '  the scenario asks for 4 CPUs and 1.0 GiB in all',
    ].join('\n'),
  );
});

it('refuses a zone that no host is in, where groups are placed by it', () => {
  const groups = { servers: { ...servers, zone: 'west' } };
  const hosts: Hosts = [hostOf('a', 'east', 8)];
  expect(() => requireOn(hosts, { groups })).not.toThrow();
  expect(() => requireOn(hosts, { groups }, 'zone')).toThrow('in zone west have room for 0 of the 2');
});

it('refuses more containers than the network has ports on each host', () => {
  const unlimited = { role: 'server', cpus: undefined } as const;
  const large = (name: string): Host => ({
    ...hostOf(name, null, 8),
    capacity: { cpus: 8, memoryBytes: 2 ** 40 },
  });
  const hosts: Hosts = [large('a'), large('b')];
  expect(() => requireOn(hosts, { groups: { servers: { ...unlimited, replicas: 2040 } } })).not.toThrow();
  expect(() => requireOn(hosts, { groups: { servers: { ...unlimited, replicas: 2041 } } })).toThrow(
    'have room for 2040 of the 2041 containers',
  );
});
