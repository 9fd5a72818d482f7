import { describe, expect, it } from 'vitest';
import { createFakeEngine } from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../../../orchestrator/plan/make-plan.ts';
import type { Host, Hosts } from '../../../../orchestrator/cluster/host.ts';
import type { Placement } from '../../../../orchestrator/cluster/placement.ts';
import { checkHost, requireHosts, requireRoom } from '../../../../orchestrator/run/needs/host-check.ts';
import type { TopolabError } from '../../../../orchestrator/errors.ts';
import type { ScenarioInput } from '../../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../make-run.ts';

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

describe('what hosts have no room for', () => {
  const hosts: Hosts = [hostOf('a', null, 2.5), hostOf('b', 'east', 1)];
  const refusalOf = (parts: Partial<ScenarioInput>, on = hosts, placement: Placement = 'spread') => {
    try {
      requireOn(on, parts, placement);
    } catch (error) {
      return error as TopolabError;
    }
    throw new Error('there was room');
  };

  it('is refused with what each has left, and what fits instead', () => {
    expect(() => requireOn(hosts, { groups: { servers: { ...servers, replicas: 3 } } })).not.toThrow();
    const timeline = [{ at: '10s', scale: { group: 'servers', to: 4 } }];
    const { code, message, hint } = refusalOf({ groups: { servers }, timeline });
    expect(code).toBe('hosts-too-small');
    expect(message.split('\n')).toEqual([
      'the hosts have room for 3 of the 4 containers of "servers", each with 1 CPU and 0.25 GiB',
      '  a has 0.5 of 2.5 CPUs and 0.5 of 1 GiB left',
      '  b (zone east) has 0 of 1 CPUs and 0.75 of 1 GiB left',
      '  the scenario asks for 4 CPUs and 1 GiB in all',
    ]);
    expect(hint).toMatch(
      /^Give "servers" at most 3 nodes at a time, or cpus of at most 0\.8; or add hosts to the Swarm/,
    );
    const resized = { groups: { servers: { ...servers, replicas: 4, cpus: 0.8 } } };
    expect(() => requireOn(hosts, resized)).not.toThrow();
  });

  it('is what shares a volume where no host has room for all of it', () => {
    const sharing = { ...servers, image: 'own:1', port: 80, volumes: { '/data': 'data' } };
    expect(() => requireOn(hosts, { groups: { servers: sharing } })).not.toThrow();
    const { message } = refusalOf({ groups: { servers: { ...sharing, replicas: 3 } } });
    expect(message.split('\n').slice(0, 3)).toEqual([
      'the hosts have room for 2 of the 3 containers of "servers", each with 1 CPU and 0.25 GiB',
      '  a has 0.5 of 2.5 CPUs and 0.5 of 1 GiB left',
      '  b (zone east) does not have its volumes',
    ]);
  });

  it('is told with what others have been promised', () => {
    const busy = { ...hostOf('c', null, 1), taken: { cpus: 3, memoryBytes: 2 ** 31 } };
    expect(refusalOf({ groups: { servers } }, [busy]).message).toContain(
      '  c has 0 of 1 CPUs and 0.75 of 1 GiB left, beside 3 CPUs and 2 GiB for services and other commands',
    );
  });

  it('may be memory', () => {
    const { hint } = refusalOf({
      groups: { servers: { ...servers, cpus: 0.1, memory: '600MiB', replicas: 3 } },
    });
    expect(hint).toMatch(/^Give "servers" at most 2 nodes at a time, or 88MiB less memory each; or add/);
  });

  it('may be so much that no one change suffices', () => {
    const { hint } = refusalOf({ groups: { servers: { ...servers, cpus: 9, memory: '9GiB' } } });
    expect(hint).toMatch(/^Lower replicas, cpus and memory of "servers" together, add hosts/);
  });

  it('is refused in a zone without hosts, where groups are placed by it', () => {
    const groups = { servers: { ...servers, zone: 'west' } };
    expect(() => requireOn(hosts, { groups })).not.toThrow();
    const { message } = refusalOf({ groups }, hosts, 'zone');
    expect(message).toContain('in zone west have room for 0 of the 2');
    expect(message).toContain('b (zone east) is not in zone west');
  });
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
