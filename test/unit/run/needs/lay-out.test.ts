import { describe, expect, it } from 'vitest';
import type { Host, Hosts } from '../../../../orchestrator/cluster/host.ts';
import { createFakeEngine } from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { makePlan } from '../../../../orchestrator/plan/make-plan.ts';
import { type LayoutOptions, layOut } from '../../../../orchestrator/run/needs/lay-out.ts';
import type { ScenarioInput } from '../../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../make-run.ts';

const hostOf = (name: string, cpus = 4, zone: string | null = null): Host => ({
  name,
  zone,
  engine: createFakeEngine(),
  capacity: { cpus, memoryBytes: 8 * 2 ** 30 },
});
const box1 = hostOf('box1');
const box2 = hostOf('box2');
const box3 = hostOf('box3');

const users = (generators: number, cpus?: number): ScenarioInput['load'] => ({
  users: {
    script: 'load.ts',
    target: 'servers',
    model: 'closed',
    stages: [{ duration: '60s', virtualUsers: 1 }],
    generators,
    ...(cpus !== undefined && { cpus }),
  },
});
const servers = (replicas: number, more: object = {}): ScenarioInput['groups'] => ({
  servers: { role: 'server', replicas, cpus: 1, memory: '64MiB', ...more },
});

type Parts = Partial<ScenarioInput>;

function layoutOf(hosts: Hosts, parts: Parts | readonly Parts[], asked: Partial<LayoutOptions> = {}) {
  const all = (Array.isArray(parts) ? parts : [parts]) as readonly Parts[];
  const deployed = all.map((each) => {
    const scenario = scenarioOf(each);
    return { scenario, plan: makePlan(scenario) };
  });
  return layOut(deployed, { hosts, placement: 'spread', generators: null, ...asked });
}

describe('hosts for generators', () => {
  it.each<[string, Hosts, Parts | readonly Parts[], readonly string[]]>([
    ['the first of two', [box1, box2], { groups: servers(4), load: users(2, 1) }, ['box1']],
    ['the first of three', [box1, box2, box3], { groups: servers(8), load: users(2) }, ['box1']],
    ['as many as they take', [box1, box2, box3], { groups: servers(4), load: users(4, 2) }, ['box1', 'box2']],
    [
      'as many as have a core for each that has no limit',
      [box1, box2, box3],
      { groups: servers(4), load: users(6) },
      ['box1', 'box2'],
    ],
    ['none where nothing loads', [box1, box2], { groups: servers(4) }, []],
    ['none on one host', [box1], { groups: servers(2), load: users(1) }, []],
    [
      'those that suffice for each of several scenarios',
      [box1, box2, box3],
      [
        { groups: servers(2), load: users(1, 1) },
        { groups: servers(4), load: users(2, 4) },
      ],
      ['box1', 'box2'],
    ],
  ])('%s', (_what, hosts, parts, expected) => {
    const layout = layoutOf(hosts, parts);
    expect(layout.generatorHosts).toEqual(expected);
    expect(layout.remark).toBeUndefined();
  });

  it('are none where one scenario of several has no room for that, which is said', () => {
    const both = [
      { groups: servers(2), load: users(1, 1) },
      { groups: servers(5), load: users(1, 1) },
    ];
    const { generatorHosts, remark } = layoutOf([box1, box2], both);
    expect(generatorHosts).toEqual([]);
    expect(remark).toContain('Generators share hosts with nodes under test');
  });

  it('are none where that was asked for, and nothing is said', () => {
    const layout = layoutOf([box1, box2], { groups: servers(2), load: users(1) }, { generators: 'anywhere' });
    expect(layout).toEqual({ placement: 'spread', generators: 'anywhere', generatorHosts: [] });
  });

  it('are not those of a zone that nodes stand in', () => {
    const hosts: Hosts = [hostOf('box1', 4, 'east'), box2, hostOf('box3', 4, 'west')];
    const parts = { groups: servers(2, { zone: 'east' }), load: users(1) };
    expect(layoutOf(hosts, parts, { placement: 'zone' }).generatorHosts).toEqual(['box2']);
    expect(layoutOf(hosts, parts).generatorHosts).toEqual(['box1']);
  });

  it.each<[string, Hosts, string]>([
    ['one host', [box1], 'keep generators apart from nodes: there is but one host'],
    ['hosts that are too small', [box1, box2], 'of 2 hosts none can be kept for them'],
  ])('that were asked for are refused on %s', (_what, hosts, message) => {
    const parts = { groups: servers(5), load: users(1) };
    expect(() => layoutOf(hosts, parts, { generators: 'apart' })).toThrow(message);
  });
});

it('refuses what has no room anywhere', () => {
  expect(() => layoutOf([box1, box2], { groups: servers(9), load: users(1) })).toThrow(
    'the hosts have room for 8 of the 9 containers of "servers"',
  );
});
