import { noSecrets } from '../../../../orchestrator/secrets/take-secrets.ts';
import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../../orchestrator/engine/engine.ts';
import { nodeSpec } from '../../../../orchestrator/fleet/containers/node-spec.ts';
import type { ScenarioInput } from '../../../../orchestrator/scenario/schema.ts';
import { scenarioOf } from '../../run/make-run.ts';

type Groups = ScenarioInput['groups'];

/** The spec of the first node of the first group. */
function specOf(groups: Groups): ContainerSpec {
  const scenario = scenarioOf({ groups });
  const name = Object.keys(groups ?? {})[0];
  const group = scenario.groups.find((each) => each.name === name)!;
  const imageFor = (image: string) => `${image}@here`;
  const limits = { cpus: 0.3, memoryBytes: 2 ** 26 };
  return nodeSpec({ group, name: `${name}-1` }, limits, {
    run: 'r1',
    scenario,
    networkId: 'net',
    observersId: 'observers',
    imageFor,
    secrets: noSecrets,
    databasePassword: 'made-up',
    copied: new Map(),
  });
}

describe('every node', () => {
  const spec = specOf({ web: { role: 'server', env: { MODE: 'fast' }, cpus: 4 } });

  it('carries labels by which it is found, and answers to its own and its group’s name', () => {
    expect(spec.name).toBe('topolab-r1-web-1');
    expect(spec.labels).toMatchObject({
      'topolab.run': 'r1',
      'topolab.scenario': 'tested',
      'topolab.group': 'web',
      'topolab.node': 'web-1',
      'topolab.role': 'server',
    });
    expect(spec.network).toEqual({ id: 'net', aliases: ['web-1', 'web'] });
  });

  it('gets the image as it stands on the engine, and the limits in force, not those of the scenario', () => {
    expect(spec.image).toMatch(/^topolab\/node.*@here$/);
    expect(spec).toMatchObject({ cpus: 0.3, memoryBytes: 2 ** 26 });
  });

  it('knows its run and name, and gets the environment that was asked for', () => {
    expect(spec.env).toMatchObject({ TOPOLAB_RUN: 'r1', NODE_NAME: 'web-1', MODE: 'fast' });
  });
});

describe('a server', () => {
  it('of ours is hardened and told its port, cost, files and half of the grace for draining', () => {
    const spec = specOf({
      web: { role: 'server', requestCost: '3ms', stopGrace: '4s', files: { 'a.bin': '2KiB' } },
    });
    expect(spec.hardened).toBe(true);
    expect(spec.env).toMatchObject({
      PORT: '8080',
      REQUEST_COST_MS: '3',
      FILES: '{"a.bin":2048}',
      DRAIN_MS: '2000',
    });
    expect(spec.env).not.toHaveProperty('DATABASE_URL');
  });

  it('can be given other values than ours by its environment', () => {
    expect(specOf({ web: { role: 'server', env: { DRAIN_MS: '50' } } }).env['DRAIN_MS']).toBe('50');
  });

  it('gets the address of its store, whatever is in names and password', () => {
    const env = { POSTGRES_USER: 'a b', POSTGRES_PASSWORD: 'p@ss/w:rd?#%', POSTGRES_DB: 'd/b' };
    const { env: own } = specOf({
      web: { role: 'server', store: 'database' },
      database: { role: 'store', env },
    });
    const url = new URL(own['DATABASE_URL'] ?? '');
    expect([url.hostname, url.port]).toEqual(['database', '5432']);
    const decoded = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
    expect(decoded).toEqual(Object.values(env));
  });

  it('of the user’s own image is left as it is, but for the address of its store', () => {
    const spec = specOf({
      web: { role: 'server', image: 'nginx:1', port: 80, store: 'database' },
      database: { role: 'store' },
    });
    expect(spec.hardened).toBeUndefined();
    expect(Object.keys(spec.env).toSorted()).toEqual(['DATABASE_URL', 'NODE_NAME', 'TOPOLAB_RUN']);
  });
});

describe('a balancer', () => {
  const servers = { role: 'server' } as const;

  it('of ours gets its configuration as a file', () => {
    const spec = specOf({
      front: { role: 'balancer', balances: 'web', algorithm: 'leastconn' },
      web: servers,
    });
    expect(spec.files?.map(({ path }) => path)).toEqual(['/usr/local/etc/haproxy/haproxy.cfg']);
    const config = String(spec.files?.[0]?.content);
    expect(config).toContain('balance leastconn');
    expect(config).toContain('bind *:80');
  });

  it('of the user’s own image is told what it balances', () => {
    const spec = specOf({
      front: { role: 'balancer', balances: 'web', image: 'envoy:1', port: 80 },
      web: servers,
    });
    expect(spec.files).toBeUndefined();
    expect(spec.env['BALANCES']).toBe('web');
  });
});

describe('a store', () => {
  it('takes as many connections as a hundred servers open', () => {
    expect(specOf({ db: { role: 'store' } }).command).toEqual(['postgres', '-c', 'max_connections=1000']);
  });

  it('keeps a command or an image of the user’s own', () => {
    expect(specOf({ db: { role: 'store', command: ['postgres', '-c', 'fsync=off'] } }).command).toEqual([
      'postgres',
      '-c',
      'fsync=off',
    ]);
    expect(specOf({ db: { role: 'store', image: 'mariadb:11', port: 3306 } }).command).toBeUndefined();
  });
});
