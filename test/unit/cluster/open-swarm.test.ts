// The way to the hosts of a Swarm, whose manager is made up here: each host's tunnel is real, and leads to a stand-in for its engine.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { tunnelEnvironment } from '../../../node-image/contract/tunnel-environment.ts';
import { type RunningTunnel, startTunnel } from '../../../node-image/tunnel/tunnel.ts';
import {
  openSwarm,
  removeDeadTunnels,
  type SwarmOptions,
} from '../../../orchestrator/cluster/docker-swarm/open-swarm.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type {
  GlobalServiceSpec,
  SwarmManager,
  SwarmTask,
} from '../../../orchestrator/engine/swarm-manager.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { json, ofHost, StandInDaemon } from '../engine/stand-in-daemon.ts';

const leaderless = new TopolabError('too few managers', { code: 'swarm-without-leader' });
const facts = { zone: null, capacity: { cpus: 4, memoryBytes: 2 ** 32 } };

let far: StandInDaemon;
let notes: string[];
let created: GlobalServiceSpec | undefined;
let tunnels: Map<string, RunningTunnel>;
let streams: Socket[];
let swarm: SwarmManager & { hasLeader: boolean };
let manager: FakeEngine;

beforeEach(async () => {
  far = await StandInDaemon.start();
  far.answers['GET /info'] = ofHost('box2');
  notes = [];
  created = undefined;
  tunnels = new Map();
  streams = [];
  const unlessLeaderless = <T>(value: T): T => {
    if (!swarm.hasLeader) throw leaderless;
    return value;
  };
  const task = (nodeId: string): SwarmTask => ({
    nodeId,
    state: 'running',
    error: '',
    containerId: nodeId,
    address: nodeId,
  });
  swarm = {
    hasLeader: true,
    nodeId: 'own',
    nodes: async () => [],
    servicesWith: async () => [],
    createGlobalService: async (spec) => {
      created = spec;
      const { key } = tunnelEnvironment.read(spec.env);
      const socket = far.env.DOCKER_HOST.replace('unix://', '');
      for (const id of ['own', 'far']) tunnels.set(id, await startTunnel({ key, port: 0, socket }));
    },
    tasksOf: async () => unlessLeaderless([task('own'), task('far')]),
    removeGlobalService: async () => unlessLeaderless(undefined),
  };
  manager = createFakeEngine();
  manager.openStream = async (_entry, argv) => {
    const stream = connect(tunnels.get(argv[4] ?? '')?.port ?? 0, '127.0.0.1');
    streams.push(stream);
    return stream;
  };
});

afterEach(async () => {
  for (const stream of streams) stream.destroy();
  for (const tunnel of tunnels.values()) await tunnel[Symbol.asyncDispose]();
  await far[Symbol.asyncDispose]();
});

const open = (more: Partial<SwarmOptions> = {}) =>
  openSwarm(
    manager,
    {
      swarm,
      hosts: [
        { ...facts, id: 'own', name: 'box1', hostName: 'box1' },
        { ...facts, id: 'far', name: 'box2', hostName: 'box2' },
      ],
    },
    {
      tunnel: { program: randomUUID(), image: 'node:1' },
      labels: { promised: 'much' },
      note: (line) => void notes.push(line),
      signal: AbortSignal.timeout(30_000),
      ...more,
    },
  );

test('every host is reached, the manager first, by a service that says what is promised', async () => {
  await using opened = await open();
  expect(opened.hosts.map(({ name, capacity }) => [name, capacity?.cpus])).toEqual([
    ['box1', 4],
    ['box2', 4],
  ]);
  expect(opened.hosts[0].engine).toBe(manager);
  expect(opened.hosts[1]?.engine.reach.hostName).toBe('box2');
  expect(created?.labels).toMatchObject({ promised: 'much' });
});

test('whoever was overtaken takes its service away again before it asks any host', async () => {
  const removed: string[] = [];
  swarm.removeGlobalService = async (name) => void removed.push(name);
  const asked: string[] = [];
  const isOvertaken = async (service: string): Promise<boolean> => {
    asked.push(service);
    return true;
  };
  await expect(open({ isOvertaken })).rejects.toMatchObject({ code: 'hosts-promised' });
  expect(asked).toEqual([created?.name]);
  expect(removed).toEqual([created?.name]);
  expect(streams).toEqual([]);
});

test.each([
  ['No such image: node:1', 'docker save node:1 | ssh HOST docker load'],
  [
    'invalid mount config for type "bind": bind source path does not exist: /no.sock',
    'TOPOLAB_ENGINE_SOCKET',
  ],
])('a host that turns its tunnel down is named, with what to do: %s', async (error, advice) => {
  const removed: string[] = [];
  swarm.removeGlobalService = async (name) => void removed.push(name);
  swarm.tasksOf = async () => [
    { nodeId: 'own', state: 'running', error: '', containerId: 'own', address: 'own' },
    { nodeId: 'far', state: 'rejected', error, containerId: undefined, address: '' },
  ];
  await expect(open()).rejects.toMatchObject({
    code: 'hosts-not-reached',
    message: `the tunnel to the engines of these hosts could not be made:\n  box2: ${error}`,
    hint: expect.stringContaining(advice),
  });
  expect(removed).toHaveLength(1);
});

test.each([
  'Pool overlaps with other one on this address space',
  'network sandbox join failed: subnet sandbox join failed for "10.0.1.0/24": error creating vxlan interface: file exists',
])('a host that still has something of a network of before is waited for: %s', async (error) => {
  const tasksOf = swarm.tasksOf.bind(swarm);
  let asked = 0;
  swarm.tasksOf = async (name) => {
    asked += 1;
    const [own, far] = await tasksOf(name);
    if (own === undefined || far === undefined || asked > 3) return [own, far].flatMap((task) => task ?? []);
    return [own, { ...far, state: 'rejected', error, containerId: undefined, address: '' }];
  };
  await using opened = await open();
  expect(opened.hosts.map(({ name }) => name)).toEqual(['box1', 'box2']);
  expect(asked).toBeGreaterThan(3);
});

test('the tunnels of commands that are gone are removed, and those of others stay', async () => {
  const service = (name: string, owner: string) => ({ name, labels: { owner }, createdAt: '' });
  swarm.servicesWith = async (label) =>
    label === 'topolab.tunnel'
      ? [service('one', 'gone'), service('two', 'there'), service('three', 'gone')]
      : [];
  const asked: string[] = [];
  swarm.removeGlobalService = async (name) => {
    asked.push(name);
    if (name === 'three') throw leaderless;
  };
  const goesOn = (labels: Readonly<Record<string, string>>): boolean => labels['owner'] === 'there';
  await removeDeadTunnels(swarm, goesOn, (line) => void notes.push(line));
  expect(asked).toEqual(['one', 'three']);
  expect(notes.toSorted()).toEqual([
    'removed service one, which an earlier command had left',
    expect.stringContaining('service three is still there'),
  ]);
});

/** As a relay does that reaches nobody. @param times how often, before it does. */
function reachNobody(times: number, onAttempt = () => {}): void {
  const reach = manager.openStream.bind(manager);
  let attempts = 0;
  manager.openStream = async (entry, argv) => {
    if (argv[4] !== 'far' || attempts === times) return await reach(entry, argv);
    attempts += 1;
    onAttempt();
    const stream = new PassThrough();
    setImmediate(() => stream.end());
    return stream;
  };
}

test('a host is reached whose network comes to stand after its tunnel', async () => {
  reachNobody(2);
  await using opened = await open();
  expect(opened.hosts[1]?.engine.reach.hostName).toBe('box2');
});

test('a host whose tunnel stands, and that is not reached, is named, with what to look at', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  reachNobody(Infinity, () => vi.setSystemTime(Date.now() + 60_000));
  await expect(open()).rejects.toMatchObject({
    code: 'hosts-not-reached',
    message: expect.stringMatching(/^the tunnel on box2 runs, but nobody reaches it: ./),
    hint: expect.stringContaining('4789/udp'),
  });
});

test('of several managers the first one alone is asked for networks that span hosts', async () => {
  far.answers['GET /info'] = ofHost('box2', { ControlAvailable: true, NodeID: 'far' });
  const overlay = { Id: 'o', Name: 'topolab-r', Scope: 'swarm', Labels: { 'topolab.run': 'r' } };
  far.answers['GET /containers/json'] = json([]);
  far.answers['GET /networks'] = json([overlay, { ...overlay, Id: 'b', Name: 'own', Scope: 'local' }]);
  far.answers['GET /volumes'] = json({ Volumes: [] });
  await using opened = await open();
  const engine = opened.hosts[1]?.engine;
  expect(engine?.swarm).toBeUndefined();
  expect((await engine?.list())?.networks.map(({ name }) => name)).toEqual(['own']);
});

test('without a leader hosts are reached again where they were, and the service is left to itself', async () => {
  far.answers['GET /containers/x/json'] = json({ message: 'no such container' }, 404);
  const opened = await open();
  swarm.hasLeader = false;
  const engine = opened.hosts[1]?.engine;
  for (const stream of streams.splice(0)) {
    stream.destroy();
    await once(stream, 'close');
  }
  const inspected = await engine?.inspect('x').catch(() => engine.inspect('x'));
  expect(inspected).toBeUndefined();
  expect(far.asked.at(-1)).toBe('GET /containers/x/json');
  await opened[Symbol.asyncDispose]();
  expect(notes).toEqual([
    expect.stringMatching(/^warning: service topolab-\w+-tunnel is still there, .*: too few managers$/),
  ]);
});
