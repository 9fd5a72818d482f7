import { describe, expect, test } from 'vitest';
import { defineScenario } from '../../../orchestrator/scenario/define-scenario.ts';
import { formatPath } from '../../../orchestrator/scenario/text/problem.ts';
import { type Resolved, resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';

const SHARING: ScenarioInput = {
  name: 'sharing',
  description: '${nodes} nodes fetch ${size}, $${nodes} stays',
  parameters: {
    topology: { of: ['client-server', 'peer-to-peer'], default: 'client-server' },
    nodes: { type: 'integer', min: 2, max: 100, default: 8 },
    size: { type: 'size', min: '1MiB', default: '64MiB' },
    wait: { type: 'duration', max: '1m', default: '10s' },
    uplink: { type: 'rate', default: '8MiB/s' },
    factor: { type: 'number', default: 0.5 },
    greeting: { type: 'text', default: 'hello' },
    cores: { of: [0.5, 1], default: 1 },
  },
  groups: {
    servers: {
      role: 'server',
      env: { GREETING: '${greeting}, ${nodes} times' },
      // Types know only what is written out; YAML has no types.
      ...({ cpus: '${cores}', link: { uplink: '${uplink}' } } as object),
      files: { 'film.bin': '${size}' },
    },
    users: { role: 'client', asks: 'servers', ...({ replicas: '${nodes}' } as object) },
  },
  phases: [{ name: 'run', duration: '${wait}' }],
  variants: {
    topology: {
      'peer-to-peer': {
        groups: { servers: null, users: null, peers: { role: 'peer', replicas: '${nodes}' } },
        network: { internet: false },
      },
    },
  },
};

function resolve(input: unknown, set: Record<string, string> = {}): Resolved {
  return resolveScenario(input, { baseDir: '/', fileProblem: () => undefined, set });
}

function resolved(set: Record<string, string> = {}, input: unknown = SHARING): Scenario {
  const result = resolve(input, set);
  if (result.ok) return result.scenario;
  throw new Error(JSON.stringify(result, null, 2));
}

function problemsOf(input: unknown, set: Record<string, string> = {}): string[] {
  const result = resolve(input, set);
  if (result.ok) return [];
  return [
    ...result.givenProblems,
    ...result.problems.map(({ path, message }) => `${formatPath(path)}: ${message}`),
  ];
}

test('a value goes into text as it is written, and elsewhere as what it is', () => {
  const input = {
    name: 'versions',
    parameters: { version: { of: [1.1, 1.9], default: 1.1 }, cores: { of: [0.5, 1], default: 0.5 } },
    groups: {
      web: { role: 'server', image: 'shop:${version}', cpus: '${cores}', env: { VERSION: '${version}' } },
    },
    phases: [{ name: 'run', duration: '10s' }],
    variants: { version: { '1.10': { groups: { web: { replicas: 3 } } } } },
  };
  const written: Record<string, string> = {
    'parameters.version.of[0]': '1.10',
    'parameters.version.default': '1.10',
    'parameters.cores.of[0]': '0.50',
    'parameters.cores.default': '0.50',
  };
  const result = resolveScenario(input, {
    baseDir: '/',
    fileProblem: () => undefined,
    sourceAt: (path) => written[formatPath(path)],
  });
  expect(result).toMatchObject({
    ok: true,
    scenario: {
      groups: [{ image: 'shop:1.10', cpus: 0.5, env: { VERSION: '1.10' }, replicas: 3 }],
      parameters: { version: '1.10', cores: '0.50' },
    },
  });
});

describe('parameters', () => {
  test('have their defaults, and stand in text or for a whole value of their own type', () => {
    const scenario = resolved();
    expect(scenario.description).toBe('8 nodes fetch 64MiB, ${nodes} stays');
    expect(scenario.durationMs).toBe(10_000);
    expect(scenario.groups.map(({ name, replicas }) => [name, replicas])).toEqual([
      ['servers', 1],
      ['users', 8],
    ]);
    expect(scenario.groups[0]).toMatchObject({
      cpus: 1,
      env: { GREETING: 'hello, 8 times' },
      files: { 'film.bin': { sizeBytes: 64 * 2 ** 20 } },
      link: {
        uplinkBytesPerSecond: 8 * 2 ** 20,
        downlinkBytesPerSecond: null,
        loss: 0,
        delayMs: 0,
        jitterMs: 0,
      },
    });
  });

  test('are there for the report: numbers, or text as written', () => {
    expect(resolved({ nodes: '3', cores: '0.5' }).parameters).toEqual({
      topology: 'client-server',
      nodes: 3,
      size: '64MiB',
      wait: '10s',
      uplink: '8MiB/s',
      factor: 0.5,
      greeting: 'hello',
      cores: 0.5,
    });
  });

  test.each([
    ['nodes', '1', '--set nodes=1: 1 is out of bounds; write 2 to 100'],
    ['nodes', '2.5', '--set nodes=2.5: "2.5" is not a whole number; write 2 to 100'],
    ['nodes', 'x', '--set nodes=x: "x" is not a whole number; write 2 to 100'],
    ['size', '1kB', '--set size=1kB: 1kB is out of bounds; write 1MiB or more'],
    ['size', '5', '--set size=5: "5" is not a size; write 1MiB or more'],
    ['wait', '2m', '--set wait=2m: 2m is out of bounds; write 1m or less'],
    ['uplink', '8', '--set uplink=8: "8" is not a rate; write for example 40/s or 8MiB/s'],
    ['factor', '1e9', '--set factor=1e9: "1e9" is not a number; write for example 0.5'],
    ['cores', '2', '--set cores=2: "2" is not one of the values; write one of 0.5, 1'],
    [
      'topology',
      'peer-to-per',
      '--set topology=peer-to-per: "peer-to-per" is not one of the values; did you mean "peer-to-peer"?',
    ],
    ['node', '2', '--set node=2: there is no parameter "node"; did you mean "nodes"?'],
  ])('%s can not be %s', (name, value, message) => {
    expect(problemsOf(SHARING, { [name]: value })).toEqual([message]);
  });

  test('that a scenario does not have are refused', () => {
    expect(
      problemsOf(
        { name: 'plain', groups: { servers: { role: 'server' } }, phases: SHARING.phases },
        { a: '1' },
      ),
    ).toContain('--set a=1: there is no parameter "a"; the scenario has none');
  });

  test('say where a bad value comes from', () => {
    const input = {
      ...SHARING,
      parameters: { ...SHARING.parameters, nodes: { type: 'integer', default: 8 } },
    };
    expect(problemsOf(input, { nodes: '10001' })).toEqual([
      'groups.users.replicas: 10001 is too large; write 10000 or less (from ${nodes})',
    ]);
    expect(problemsOf(input, { nodes: '10001', topology: 'peer-to-peer' })).toEqual([
      'variants.topology.peer-to-peer.groups.peers.replicas: 10001 is too large; write 10000 or less (from ${nodes})',
    ]);
  });
});

test('a variant is merged in: mappings merge, empty values remove', () => {
  const scenario = resolved({ topology: 'peer-to-peer', nodes: '4' });
  expect(scenario.groups.map(({ name, role, replicas }) => [name, role, replicas])).toEqual([
    ['peers', 'peer', 4],
  ]);
  expect(scenario.network).toEqual({ internet: false, between: [] });
  expect(scenario.phases).toHaveLength(1);
});

describe('a scenario made by code', () => {
  const built = defineScenario({
    parameters: { nodes: { type: 'integer', min: 1, default: 2 }, way: { of: ['a', 'b'], default: 'a' } },
    build: ({ nodes, way }) => ({
      name: `way-${way}`,
      groups: { servers: { role: 'server', replicas: nodes * 2 } },
      phases: [{ name: 'run', duration: '10s' }],
    }),
  });

  test('is built with the values of the run', () => {
    const scenario = resolved({ nodes: '5', way: 'b' }, built);
    expect(scenario).toMatchObject({
      name: 'way-b',
      groups: [{ replicas: 10 }],
      parameters: { nodes: 5, way: 'b' },
    });
  });

  test('has its problems reported', () => {
    expect(problemsOf(built, { nodes: '0' })).toEqual(['--set nodes=0: 0 is out of bounds; write 1 or more']);
    expect(problemsOf(built, { nodes: '6000' })).toEqual([
      'groups.servers.replicas: 12000 is too large; write 10000 or less',
    ]);
    const broken = {
      build: () => {
        throw new Error('no such film');
      },
    };
    expect(problemsOf(broken)[0]).toBe('build: throws: no such film');
  });
});
