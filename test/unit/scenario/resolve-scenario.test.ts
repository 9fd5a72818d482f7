import { describe, expect, test } from 'vitest';
import { formatPath } from '../../../orchestrator/scenario/text/problem.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import type { Group } from '../../../orchestrator/scenario/groups/group.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';

const PHASES = [{ name: 'run', duration: '60s' }];

function resolved(parts: Omit<ScenarioInput, 'name'>): Scenario {
  const input = { name: 'test', phases: PHASES, ...parts };
  const result = resolveScenario(input, { baseDir: '/scenarios', fileProblem: () => undefined });
  if (result.ok) return result.scenario;
  throw new Error(
    result.problems.map((problem) => `${formatPath(problem.path)}: ${problem.message}`).join('\n'),
  );
}

/** `path: message` of each problem. Takes anything, as people may write anything. */
function problemsOf(parts: object): string[] {
  const input = { name: 'test', phases: PHASES, ...parts };
  const result = resolveScenario(input, { baseDir: '/scenarios', fileProblem: () => undefined });
  return result.ok ? [] : result.problems.map((problem) => `${formatPath(problem.path)}: ${problem.message}`);
}

function groupOf(group: NonNullable<ScenarioInput['groups']>[string]): Group {
  const servers = { role: 'server' } as const;
  const found = resolved({ groups: { servers, tested: group } }).groups.find(
    (each) => each.name === 'tested',
  );
  if (found === undefined) throw new Error('the group is gone');
  return found;
}

describe('defaults of a group', () => {
  test.each<[string, NonNullable<ScenarioInput['groups']>[string], Partial<Group>]>([
    [
      'a server of our own',
      { role: 'server' },
      {
        image: 'topolab/node',
        foreignImage: false,
        replicas: 1,
        cpus: null,
        memoryBytes: 128 * 2 ** 20,
        port: 8080,
        readiness: { probe: { kind: 'http', port: 8080, path: '/ready' }, timeoutMs: 60_000 },
        metrics: { port: 8080, path: '/metrics' },
        stopGraceMs: 10_000,
      },
    ],
    [
      'a server of somebody else',
      { role: 'server', image: 'shop:1', port: 9000 },
      {
        foreignImage: true,
        memoryBytes: null,
        readiness: { probe: { kind: 'tcp', port: 9000 }, timeoutMs: 60_000 },
        metrics: null,
      },
    ],
    [
      'a balancer',
      { role: 'balancer', balances: 'servers' },
      {
        image: 'haproxy:3.0',
        port: 8080,
        readiness: { probe: { kind: 'http', port: 8404, path: '/metrics' }, timeoutMs: 60_000 },
        metrics: { port: 8404, path: '/metrics' },
      },
    ],
    [
      'a store',
      { role: 'store', env: { POSTGRES_PASSWORD: 'secret' } },
      {
        image: 'postgres:17',
        port: 5432,
        readiness: { probe: { kind: 'tcp', port: 5432 }, timeoutMs: 60_000 },
        metrics: null,
        env: { POSTGRES_USER: 'topolab', POSTGRES_PASSWORD: 'secret', POSTGRES_DB: 'topolab' },
      },
    ],
    ['a store of somebody else', { role: 'store', image: 'mysql:9', env: { A: 'b' } }, { env: { A: 'b' } }],
  ])('%s', (_, group, expected) => {
    expect(groupOf(group)).toMatchObject(expected);
  });

  test('metrics can be switched off, and limits lifted', () => {
    const group = groupOf({ role: 'server', metrics: false, memory: 'unlimited' });
    expect(group).toMatchObject({ metrics: null, memoryBytes: null });
  });

  test.each<[NonNullable<NonNullable<ScenarioInput['groups']>[string]['ready']>, object]>([
    [{ http: '/up' }, { kind: 'http', port: 8080, path: '/up' }],
    [
      { http: '/up', port: 81 },
      { kind: 'http', port: 81, path: '/up' },
    ],
    [{ tcp: 99 }, { kind: 'tcp', port: 99 }],
    [{ log: 'ready$' }, { kind: 'log', pattern: 'ready$' }],
    [{ health: true }, { kind: 'health' }],
  ])('readiness %j is the probe %j', (ready, probe) => {
    expect(groupOf({ role: 'server', ready }).readiness.probe).toEqual(probe);
  });
});

test('groups stand in launch order: stores, servers, balancers', () => {
  const scenario = resolved({
    groups: {
      front: { role: 'balancer', balances: 'b' },
      b: { role: 'server', store: 'data' },
      a: { role: 'server' },
      data: { role: 'store' },
    },
  });
  expect(scenario.groups.map((group) => group.name)).toEqual(['data', 'b', 'a', 'front']);
});

describe('the length of a run', () => {
  const users = (seconds: number) => ({
    model: 'open' as const,
    script: 'users.ts',
    target: 'servers',
    stages: [{ duration: `${seconds}s`, rate: '10/s' }],
  });
  const groups = { servers: { role: 'server' as const } };
  const script = { model: 'script', script: 'users.ts', target: 'servers' };

  test('without phases is that of the longest load', () => {
    const input = { name: 'test', groups, load: { a: users(10), b: users(30) } };
    const result = resolveScenario(input, { baseDir: '/', fileProblem: () => undefined });
    expect(result).toMatchObject({
      ok: true,
      scenario: { durationMs: 30_000, phases: [{ name: 'run', endMs: 30_000 }] },
    });
  });

  test('is the sum of the phases, which may go on after the load', () => {
    expect(resolved({ groups, load: { a: users(10) } }).durationMs).toBe(60_000);
  });

  test('must not cut a load short', () => {
    expect(problemsOf({ groups, load: { a: users(90) } })).toEqual([
      'phases: last 1m in all, but load "a" lasts 1m30s; make the phases 30s longer, or the load shorter',
    ]);
  });

  test('is asked for where only the script knows', () => {
    expect(problemsOf({ groups, phases: undefined, load: { a: script } })).toEqual([
      expect.stringMatching(/^phases: is missing/),
    ]);
  });

  test('is not judged while a stage is wrong', () => {
    const load = { a: { ...users(10), stages: [{ duration: 10, rate: '10/s' }] } };
    const timeline = [{ at: '5s', scale: { group: 'servers', to: 2 } }];
    expect(problemsOf({ groups, phases: undefined, load, timeline })).toHaveLength(1);
  });
});

describe('scaling out of bounds', () => {
  const groups = { servers: { role: 'server', replicas: 3 } };

  test.each([
    [-2, '40s', '"servers" with -1 nodes at 40s; the least is 0'],
    [4000, '1m', '"servers" with 12003 nodes at 1m; the most is 10000'],
  ])('by %s is reported once, with the time it happens', (by, _time, message) => {
    const every = '20s';
    const phases = [{ name: 'run', duration: '2m' }];
    const problems = problemsOf({ groups, phases, timeline: [{ every, scale: { group: 'servers', by } }] });
    expect(problems).toEqual([`timeline[0].scale: would leave ${message}`]);
  });

  test('counts entries together, in order of time', () => {
    const timeline = [
      { at: '30s', scale: { group: 'servers', by: -3 } },
      { at: '20s', scale: { group: 'servers', to: 2 } },
    ];
    expect(problemsOf({ groups, timeline })).toEqual([
      'timeline[0].scale: would leave "servers" with -1 nodes at 30s; the least is 0',
    ]);
  });
});

test('objectives are named for what they measure', () => {
  const load = {
    users: {
      model: 'open' as const,
      script: 'u.ts',
      target: 'servers',
      stages: [{ duration: '60s', rate: '1/s' }],
    },
  };
  const { objectives } = resolved({
    groups: { servers: { role: 'server' } },
    load,
    objectives: [
      { latency: { percentile: 99.9, atMost: '0.5ms' }, load: 'users', phase: 'run' },
      { errors: { below: 0.01 } },
      { promql: 'up', above: 0 },
      { recovered: { within: '10s' }, phase: 'run' },
    ],
  });
  expect(objectives).toMatchObject([
    { name: 'p99.9 latency of users in run', comparison: 'atMost', bound: 0.5 },
    { name: 'error share', comparison: 'below', bound: 0.01 },
    { name: 'up', comparison: 'above', bound: 0 },
    { name: 'recovery time in run', measure: { kind: 'recovered' }, comparison: 'atMost', bound: 10_000 },
  ]);
});

test('a group or load whose kind is wrong or misspelt has its other problems told as well', () => {
  const result = resolveScenario(
    {
      name: 't',
      groups: { web: { role: 'sever', cpu: 1, replicas: -1 }, two: { rol: 'server' } },
      load: {
        users: { modle: 'open', target: 'wbe', script: 'x.ts', stages: [{ duration: 60, rate: '20/s' }] },
      },
      phases: [{ name: 'x', duration: '5s' }],
    },
    { baseDir: '/', fileProblem: () => undefined },
  );
  const told = result.ok ? [] : result.problems.map(({ path }) => path.join('.'));
  expect(told.toSorted()).toEqual([
    'groups.two.rol',
    'groups.web.cpu',
    'groups.web.replicas',
    'groups.web.role',
    'load.users.modle',
    'load.users.stages.0.duration',
    'load.users.target',
  ]);
});

test('files are bounded as the programs that hold them bound them', () => {
  const filesOf = (files: object) => problemsOf({ groups: { servers: { role: 'server', files } } });
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, nth) => [`f${nth}`, '1KiB']));
  expect(filesOf({ '..': '1KiB', ['a'.repeat(256)]: '1KiB' })).toEqual([
    expect.stringContaining('is not a file name; write letters, digits, dots, hyphens, 255 at most'),
    expect.stringContaining('is not a file name'),
  ]);
  expect(filesOf({ 'a.bin': '65GiB' })).toEqual([
    'groups.servers.files["a.bin"]: "65GiB" is too large; write 64GiB or less',
  ]);
  expect(filesOf(many)).toEqual(['groups.servers.files: has more than 1000 files; write fewer']);
  expect(filesOf({ ['a'.repeat(255)]: '64GiB', '...': '0B' })).toEqual([]);
});

test('a capacity question sizes no group that has one node', () => {
  const problems = problemsOf({
    groups: { servers: { role: 'server' }, meet: { role: 'tracker' } },
    load: {
      users: {
        script: 'users.ts',
        target: 'servers',
        model: 'open',
        stages: [{ duration: '60s', rate: '10/s' }],
      },
    },
    objectives: [{ errors: { atMost: '1%' } }],
    capacity: { load: 'users', sizes: { group: 'meet', replicas: [1, 2] }, rate: { from: '1/s', to: '9/s' } },
  });
  expect(problems).toEqual([
    'capacity.sizes.group: a tracker has one node; size its `cpus`, or another group',
  ]);
});

test('a capacity question holds no objective on a load that its probes do not offer', () => {
  const users = {
    script: 'users.ts',
    target: 'servers',
    model: 'open',
    stages: [{ duration: '60s', rate: '10/s' }],
  };
  const errors = { atMost: '1%' };
  const problems = problemsOf({
    groups: { servers: { role: 'server' } },
    load: { users, robots: users },
    objectives: [{ errors }, { errors, load: 'users' }, { errors, load: 'robots' }],
    capacity: {
      load: 'users',
      sizes: { group: 'servers', replicas: [1, 2] },
      rate: { from: '1/s', to: '9/s' },
    },
  });
  expect(problems).toEqual([
    'objectives[2].load: does not go with `capacity`: a probe offers load "users" alone; leave it out',
  ]);
});

test('recovery is asked of runs alone, and of all loads together', () => {
  const load = {
    users: {
      script: 'users.ts',
      target: 'servers',
      model: 'open',
      stages: [{ duration: '60s', rate: '10/s' }],
    },
  };
  const groups = { servers: { role: 'server' } };
  const recovered = { within: '10s' };
  expect(problemsOf({ groups, load, objectives: [{ recovered, load: 'users' }] })).toEqual([
    'objectives[0].load: does not go with `recovered`, which is about the users of all loads; leave it out',
  ]);
  const capacity = {
    load: 'users',
    sizes: { group: 'servers', replicas: [1, 2] },
    rate: { from: '1/s', to: '9/s' },
  };
  const objectives = [{ errors: { atMost: '1%' } }, { recovered }];
  expect(problemsOf({ groups, load, objectives, capacity })).toEqual([
    'objectives[1].recovered: does not go with `capacity`: nothing is hurt in a probe; ask for it in a scenario of its own',
  ]);
  expect(problemsOf({ groups, load, objectives: [{ recovered: {} }] })).toEqual([
    expect.stringContaining('objectives[0].recovered'),
  ]);
});
