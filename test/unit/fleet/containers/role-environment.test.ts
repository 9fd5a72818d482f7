// What the container of each role gets is what the program in it reads.
import { describe, expect, it } from 'vitest';
import { clientEnvironment } from '../../../../node-image/contract/client-environment.ts';
import { peerEnvironment } from '../../../../node-image/contract/peer-environment.ts';
import { serverEnvironment } from '../../../../node-image/contract/server-environment.ts';
import { trackerEnvironment } from '../../../../node-image/contract/tracker-environment.ts';
import { nodeSpec } from '../../../../orchestrator/fleet/containers/node-spec.ts';
import { noSecrets } from '../../../../orchestrator/secrets/take-secrets.ts';
import type { ScenarioInput } from '../../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../../run/make-run.ts';

function specOf(node: string, groups: ScenarioInput['groups']) {
  const scenario = scenarioOf({ groups });
  const group = scenario.groups.find(({ name }) => node.startsWith(`${name}-`))!;
  return nodeSpec({ group, name: node }, group, {
    run: 'r1',
    scenario,
    networkId: 'net',
    observersId: 'observers',
    imageFor: (image) => image,
    secrets: noSecrets,
    databasePassword: 'made-up',
    copied: new Map(),
  });
}

const files = { 'a.bin': '2KiB' };

describe('the program of', () => {
  it('a server is told its port, its costs, its files, its database, and half of its grace', () => {
    const { env } = specOf('web-2', {
      web: {
        role: 'server',
        replicas: 2,
        port: 3000,
        requestCost: '1m',
        stopGrace: '1h',
        files,
        store: 'database',
      },
      database: { role: 'store', port: 5433 },
    });
    expect(serverEnvironment.read(env)).toMatchObject({
      run: 'r1',
      node: 'web-2',
      port: 3000,
      requestCostMs: 60_000,
      drainMs: 1_800_000,
      files: { 'a.bin': 2048 },
      databaseUrl: 'postgres://topolab:made-up@database:5433/topolab',
    });
  });

  it('a client is told whom it asks, at their port', () => {
    const { env, command } = specOf('users-1', {
      users: { role: 'client', asks: 'web' },
      web: { role: 'server', port: 3000, files },
    });
    expect(command).toEqual(['client']);
    expect(clientEnvironment.read(env)).toMatchObject({
      node: 'users-1',
      asks: 'http://web:3000',
      helps: false,
      files: {},
      tracker: undefined,
    });
  });

  it('a client that helps is told of the files, the tracker and its neighbours too', () => {
    const { env, mounts } = specOf('users-1', {
      users: { role: 'client', replicas: 3, asks: 'front', helps: true },
      front: { role: 'balancer', balances: 'web' },
      web: { role: 'server', files, tracker: 'meet' },
      meet: { role: 'tracker' },
    });
    expect(clientEnvironment.read(env)).toMatchObject({
      asks: 'http://front:8080',
      helps: true,
      files: { 'a.bin': 2048 },
      tracker: 'meet',
      swarmNeighbours: 19,
    });
    expect(mounts).toEqual([{ kind: 'tmpfs', path: '/tmp', sizeBytes: 2048 + 32 * 2 ** 20 }]);
  });

  it('a peer is told what it offers, and whether it holds the files from the start', () => {
    const groups = {
      crowd: { role: 'peer', replicas: 3, seeders: 2, files, services: ['files', 'events'] },
      meet: { role: 'tracker' },
    } as const satisfies ScenarioInput['groups'];
    const told = (node: string) => peerEnvironment.read(specOf(node, groups).env);
    expect(told('crowd-2')).toMatchObject({
      services: ['files', 'events'],
      files: { 'a.bin': 2048 },
      tracker: 'meet',
      seeder: true,
      swarmNeighbours: 19,
    });
    expect(told('crowd-3').seeder).toBe(false);
  });

  it('a tracker is told the files and services of all groups that name it', () => {
    const { env, command } = specOf('meet-1', {
      crowd: { role: 'peer', files: { 'b.bin': '1KiB' }, services: ['files', 'records'] },
      web: { role: 'server', files, tracker: 'meet' },
      meet: { role: 'tracker', stopGrace: '3s' },
    });
    expect(command).toEqual(['tracker']);
    const told = trackerEnvironment.read(env);
    expect(told).toMatchObject({ files: { 'a.bin': 2048, 'b.bin': 1024 }, drainMs: 1500 });
    expect(told.services.toSorted()).toEqual(['files', 'records']);
  });
});

describe('an image of the user’s own', () => {
  it('in a client’s place is told whom to ask, and nothing of our program', () => {
    const { env, command } = specOf('users-1', {
      users: { role: 'client', asks: 'web', image: 'example/client:1' },
      web: { role: 'server' },
    });
    expect(command).toBeUndefined();
    expect(env).toEqual({ ASKS: 'http://web:8080', TOPOLAB_RUN: 'r1', NODE_NAME: 'users-1' });
  });

  it('in a peer’s place is told how to find the others', () => {
    const { env } = specOf('crowd-1', {
      crowd: { role: 'peer', image: 'example/peer:1', files },
      meet: { role: 'tracker' },
    });
    expect(env).toMatchObject({ DISCOVERY: 'directory', TRACKER: 'meet', SERVICES: 'files', SEEDER: '1' });
    expect(env).not.toHaveProperty('PORT');
  });
});
