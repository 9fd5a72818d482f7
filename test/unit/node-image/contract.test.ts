// What the orchestrator writes is what the program reads, for every program.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentEnvironment } from '../../../node-image/contract/agent-environment.ts';
import { calibrationEnvironment } from '../../../node-image/contract/calibration-environment.ts';
import { clientEnvironment } from '../../../node-image/contract/client-environment.ts';
import { doorEnvironment } from '../../../node-image/contract/door-environment.ts';
import { environment } from '../../../node-image/contract/environment.ts';
import { peerEnvironment } from '../../../node-image/contract/peer-environment.ts';
import { reaperEnvironment } from '../../../node-image/contract/reaper-environment.ts';
import { serverEnvironment } from '../../../node-image/contract/server-environment.ts';
import { switchingEnvironment } from '../../../node-image/contract/switching-environment.ts';
import { trackerEnvironment } from '../../../node-image/contract/tracker-environment.ts';
import { flag, number, requiredText, someOf, text } from '../../../node-image/contract/variables.ts';

const everyNode = { run: 'r1', node: 'web-1', version: 2, port: 81, drainMs: 2500.5 };
const access = { authority: 'x', cacheMs: 2000.5, push: true, ignored: false, token: 'a.b.c~d' };
const fileSharing = {
  files: { 'a "b".bin': 2048 },
  tracker: 'directory',
  seeder: true,
  filesFolder: '/tmp/elsewhere',
  fetchStallMs: 100,
  swarmNeighbours: 66,
};
const networking = {
  networkAddress: '10.0.0.7',
  networkPort: 4005,
  trackerNetworkPort: 4006,
  neighbours: 5,
  recordReplicas: 4,
};

describe('what is written for a program is what it reads', () => {
  test('server', () => {
    const values = {
      ...everyNode,
      access,
      requestCostMs: 0.25,
      databaseUrl: 'postgres://u:p%40ss@database:5432/d',
      databasePool: 8,
      files: { 'a.bin': 0, 'b.bin': 2 ** 36 },
      keepAliveMs: 1000,
      maxConnections: 100,
      switches: true,
    };
    expect(serverEnvironment.read(serverEnvironment.write(values))).toEqual(values);
  });

  test('client', () => {
    const values = { ...everyNode, access, asks: 'http://balancer:8080', helps: true, ...fileSharing };
    expect(clientEnvironment.read(clientEnvironment.write(values))).toEqual(values);
  });

  test('peer', () => {
    const values = {
      ...everyNode,
      access,
      services: ['files', 'records'] as const,
      ...fileSharing,
      ...networking,
    };
    expect(peerEnvironment.read(peerEnvironment.write(values))).toEqual(values);
  });

  test('switching', () => {
    const values = { ...everyNode, asks: 'http://balancer:8080', ...networking, tracker: 'directory' };
    expect(switchingEnvironment.read(switchingEnvironment.write(values))).toEqual(values);
  });

  test('tracker', () => {
    const values = {
      ...everyNode,
      services: ['events'] as const,
      files: { 'a.bin': 5 },
      tracker: 'other',
      ...networking,
    };
    expect(trackerEnvironment.read(trackerEnvironment.write(values))).toEqual(values);
  });

  test('agent, reaper, door, calibration', () => {
    const agent = { port: 9, socket: '/s', readerHost: 'reader', cgroupRoot: '/c' };
    expect(agentEnvironment.read(agentEnvironment.write(agent))).toEqual(agent);
    const reaper = {
      socket: '/s',
      label: 'topolab.run=r1',
      hosts: [{ name: 'box', socket: '/e' }],
      spansHosts: true,
      silenceMs: 100,
      endedMs: 0,
    };
    expect(reaperEnvironment.read(reaperEnvironment.write(reaper))).toEqual(reaper);
    const door = { port: 90, names: ['prometheus', 'door'], to: 'reader:9702' };
    expect(doorEnvironment.read(doorEnvironment.write(door))).toEqual(door);
    const calibration = { port: 80, serviceMs: 0.5 };
    expect(calibrationEnvironment.read(calibrationEnvironment.write(calibration))).toEqual(calibration);
  });
});

test('the reference lists every variable of nodes that users ask', () => {
  const reference = readFileSync(
    new URL('../../../docs/reference/user-interface.md', import.meta.url),
    'utf8',
  );
  const environments = [
    serverEnvironment,
    clientEnvironment,
    peerEnvironment,
    switchingEnvironment,
    trackerEnvironment,
  ];
  const variables = environments.flatMap(({ variables }) => Object.values(variables));
  const unlisted = variables.filter(({ name }) => !reference.includes(`| \`${name}\` |`));
  expect(unlisted.map(({ name }) => name)).toEqual([]);
});

test.each([
  [undefined, 'REAPER_HOSTS is missing'],
  ['/var/run/docker.sock', "REAPER_HOSTS is '/var/run/docker.sock'"],
  ['{"box": "engine.sock"}', 'write JSON like {"host": "/var/run/docker.sock"}'],
  ['{}', 'name to socket'],
])('a reaper that is told of hosts %j does not start', (hosts, message) => {
  const env = { REAPER_LABEL: 'topolab.run=r1', ...(hosts === undefined ? {} : { REAPER_HOSTS: hosts }) };
  expect(() => reaperEnvironment.read(env)).toThrow(message);
});

describe('an environment', () => {
  const tested = environment({
    cost: number('COST', { default: 1.5, min: 0, max: 10 }),
    label: requiredText('LABEL', 'name=value'),
    store: text('STORE'),
    isSeeder: flag('SEEDER'),
    services: someOf('SERVICES', ['files', 'events'], ['files']),
  });

  test('is written as texts; what is not given, and what says no, is left out', () => {
    expect(tested.write({ cost: 3, label: 'a=b', isSeeder: false, services: ['files', 'events'] })).toEqual({
      COST: '3',
      LABEL: 'a=b',
      SERVICES: 'files,events',
    });
    expect(tested.write({})).toEqual({});
  });

  test('has defaults for what is unset or empty, and ignores variables that it does not know', () => {
    expect(tested.read({ LABEL: 'a=b', STORE: '', COST: ' ', PATH: '/bin', LABLE: 'c' })).toEqual({
      cost: 1.5,
      label: 'a=b',
      store: undefined,
      isSeeder: false,
      services: ['files'],
    });
  });

  test('tells all that is wrong at once, by the names of variables, with exit code 2', () => {
    const read = (): unknown => tested.read({ COST: '11', SERVICES: 'files,mail' });
    expect(read).toThrow(
      "This node's environment is wrong: COST is '11': write a number from 0 to 10; LABEL is missing: write name=value; SERVICES names 'mail': write some of files,events.",
    );
    expect(read).toThrow(expect.objectContaining({ code: 'bad-env', exitCode: 2 }));
  });

  test('is not written where the program would refuse it', () => {
    expect(() => tested.write({ cost: 10.5 })).toThrow("COST is '10.5': write a number from 0 to 10");
    expect(() => clientEnvironment.write({ asks: 'balancer:8080' })).toThrow("ASKS is 'balancer:8080'");
    expect(() => peerEnvironment.write({ files: { 'a/b': 5 } })).toThrow("'a/b' can't be the name of a file");
  });
});
