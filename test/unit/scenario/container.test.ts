// Services, and what people write of containers beside their program: what it means, and what is wrong with it.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { MOST_COPIED_BYTES } from '../../../orchestrator/scenario/text/file-bounds.ts';
import { listFiles } from '../../../orchestrator/scenario/text/list-files.ts';
import { scenarioOf } from '../run/make-run.ts';

type Groups = ScenarioInput['groups'];
type Written = Record<string, unknown>;

const image = 'shop:1';
const service = (more: Written = {}) => ({ role: 'service', image, ...more });
const load = (target: string) => ({
  model: 'open',
  script: 's.ts',
  target,
  stages: [{ duration: '10s', rate: '1/s' }],
});

function problemsOf(groups: Written, more: Written = {}): string[] {
  const input = { name: 'tested', groups, phases: [{ name: 'run', duration: '60s' }], ...more };
  const result = resolveScenario(input, {
    baseDir: '/scenarios',
    fileProblem: () => undefined,
    listFiles: (path) =>
      path.includes('missing')
        ? { ok: false, problem: 'there is no file "missing"' }
        : {
            ok: true,
            files: path.endsWith('file') ? [{ path: '', real: path, bytes: 1, isProgram: false }] : [],
            bytes: path.includes('large') ? MOST_COPIED_BYTES : 1,
          },
  });
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const groupOf = (written: Written) =>
  scenarioOf({ groups: { a: written } as unknown as Groups }).groups.find(({ name }) => name === 'a');

describe('a service', () => {
  it.each<[string, Written, unknown]>([
    ['with a port is ready when that takes connections', { port: 6379 }, { kind: 'tcp', port: 6379 }],
    ['without one is ready when it has run for a second', {}, { kind: 'running', forMs: 1000 }],
    ['may have to end first', { ready: { completed: true } }, { kind: 'completed' }],
    ['may have to run for longer', { ready: { running: '5s' } }, { kind: 'running', forMs: 5000 }],
    ["may wait for its image's own health check", { ready: { health: true } }, { kind: 'health' }],
    [
      'may have another health check',
      { ready: { health: { command: ['redis-cli', 'ping'], interval: '500ms' } } },
      {
        kind: 'health',
        check: {
          command: ['redis-cli', 'ping'],
          intervalMs: 500,
          timeoutMs: 5000,
          retries: 3,
          startPeriodMs: 0,
        },
      },
    ],
  ])('%s', (_, written, probe) => {
    expect(groupOf(service(written))?.readiness.probe).toEqual(probe);
  });

  it('is given what is written of its containers', () => {
    const written = {
      entrypoint: [],
      user: '999:999',
      workdir: '/srv/',
      copy: { '/etc/app//app.conf': { text: 'a', mode: '0600', owner: '999:998' } },
      volumes: { '/data': 'data', '/seen': { volume: 'data', readOnly: true } },
      tmpfs: { '/run': '16MiB' },
      shm: '128MiB',
      ulimits: { nofile: 65_536, memlock: -1, nproc: { soft: 10, hard: -1 } },
      stopSignal: 'SIGQUIT',
      aliases: ['db.internal', 'my_db'],
    };
    expect(groupOf(service(written))?.container).toEqual({
      entrypoint: [],
      user: '999:999',
      workdir: '/srv',
      copies: [
        {
          kind: 'text',
          text: 'a',
          path: '/etc/app/app.conf',
          mode: 0o600,
          owner: { user: 999, group: 998 },
        },
      ],
      volumes: [
        { path: '/data', volume: 'data', readOnly: false },
        { path: '/seen', volume: 'data', readOnly: true },
      ],
      tmpfs: [{ path: '/run', sizeBytes: 16 * 2 ** 20 }],
      shmBytes: 128 * 2 ** 20,
      ulimits: {
        nofile: { soft: 65_536, hard: 65_536 },
        memlock: { soft: -1, hard: -1 },
        nproc: { soft: 10, hard: -1 },
      },
      stopSignal: 'SIGQUIT',
      aliases: ['db.internal', 'my_db'],
    });
  });
});

it('a copied folder may take the place of what the image has there, but for parts of it', () => {
  const copyOf = (written: Written) => {
    const groups = { a: service({ copy: { '/srv': written } }) };
    const result = resolveScenario(
      { name: 'tested', groups, phases: [{ name: 'run', duration: '60s' }] },
      { baseDir: '/', fileProblem: () => undefined, listFiles: () => ({ ok: true, files: [], bytes: 0 }) },
    );
    return result.ok ? result.scenario.groups[0]?.container.copies[0] : undefined;
  };
  expect(copyOf({ from: 'site', alone: true, keep: ['node_modules'] })).toMatchObject({
    path: '/srv',
    alone: { kept: ['node_modules'] },
  });
  expect(copyOf({ from: 'site' })).not.toHaveProperty('alone');
});

describe('groups are launched', () => {
  const order = (groups: Written) =>
    scenarioOf({ groups: groups as unknown as Groups })
      .groups.map(({ name }) => name)
      .join(' ');

  it.each<[string, Written, string]>([
    [
      'stores first, then services as they are written, then servers',
      { web: { role: 'server' }, cache: service(), queue: service(), db: { role: 'store' } },
      'db cache queue web',
    ],
    [
      'after those that they name, whatever their role',
      { front: service({ after: 'web' }), web: { role: 'server', after: ['seed'] }, seed: service() },
      'seed web front',
    ],
    [
      'after those behind those that they name',
      { a: service({ after: 'b' }), b: service({ after: 'c' }), c: service(), d: service() },
      'c b a d',
    ],
  ])('%s', (_, groups, expected) => {
    expect(order(groups)).toBe(expected);
  });
});

describe('what is wrong is said', () => {
  it.each<[string, Written, string]>([
    ['no image', { a: { role: 'service' } }, 'groups.a: has neither `image` nor `build`; write one of them'],
    [
      'a circle',
      { a: service({ after: 'b' }), b: service({ after: 'a' }) },
      'groups.a.after: is a circle in which nobody can begin: a after b after a; leave one of them out',
    ],
    [
      'nobody to wait for',
      { a: service({ after: 'bb' }), bbb: service() },
      'groups.a.after: there is no group "bb"; did you mean "bbb"?',
    ],
    [
      'a path to ask without a port',
      { a: service({ ready: { http: '/x' } }) },
      'groups.a.ready.http: needs a port, and the group has none; write `port` in one of them',
    ],
    [
      "containers of Topolab's own program",
      { a: { role: 'server', user: '1' } },
      'groups.a.user: is only for images of your own; leave it out, or write an `image`',
    ],
    [
      'a file on a file system that is empty at the start',
      { a: service({ tmpfs: { '/run': '1MiB' }, copy: { '/run/a': 'a' } }) },
      'groups.a.copy./run/a: is on `tmpfs`, which is empty at the start; write a path outside /run',
    ],
    [
      'a file on a volume that can only be read',
      { a: service({ volumes: { '/v': { volume: 'v', readOnly: true } }, copy: { '/v/a': 'a' } }) },
      'groups.a.copy./v/a: is on a volume that its nodes can only read; leave out `readOnly`, or write another path',
    ],
    [
      'two file systems at one place',
      { a: service({ volumes: { '/v': 'v' }, tmpfs: { '/v': '1MiB' } }) },
      'groups.a.volumes./v: is where `tmpfs` is already; write one of them',
    ],
    [
      'a folder in place of what the image has, and something else there',
      { a: service({ volumes: { '/v': 'v' }, copy: { '/v': { from: 'a', alone: true } } }) },
      'groups.a.volumes./v: is where `copy` is already; write one of them',
    ],
    [
      'a text in place of a folder',
      { a: service({ copy: { '/v': { text: 'a', alone: true } } }) },
      'groups.a.copy./v.alone: is about a folder; write `from`, or leave it out',
    ],
    [
      'a file in place of a folder',
      { a: service({ copy: { '/v': { from: 'file', alone: true } } }) },
      'groups.a.copy./v.alone: is about a folder, and this is a file; leave it out',
    ],
    [
      'what stays where nothing is taken away',
      { a: service({ copy: { '/v': { from: 'a', keep: ['b'] } } }) },
      'groups.a.copy./v.keep: is about what `alone` takes away; write alone: true, or leave it out',
    ],
    [
      'what stays outside of the folder',
      { a: service({ copy: { '/v': { from: 'a', alone: true, keep: ['../b'] } } }) },
      'groups.a.copy./v.keep.0: "../b" is no path below the folder; write for example node_modules',
    ],
    [
      'no file',
      { a: service({ copy: { '/a': 'missing' } }) },
      'groups.a.copy./a: there is no file "missing"',
    ],
    [
      'too much in all',
      { a: service({ copy: { '/a': 'large', '/b': 'small' } }) },
      'groups.a.copy: comes to more than 64MiB; put some of it into an image',
    ],
    [
      'a mode that YAML has read as a number',
      { a: service({ copy: { '/a': { from: 'a', mode: 644 } } }) },
      'groups.a.copy./a.mode: 644 is no text; write the mode in quotes, for example "0644"',
    ],
    [
      'both a file and a text',
      { a: service({ copy: { '/a': { from: 'a', text: 'b' } } }) },
      'groups.a.copy./a: has both `from` and `text`; write one of them',
    ],
    [
      'a limit that Linux does not know',
      { a: service({ ulimits: { nofiles: 1 } }) },
      'groups.a.ulimits.nofiles: is not known here; did you mean "nofile"?',
    ],
    [
      'a store whose start its backup needs',
      { a: { role: 'store', backup: { method: 'pgbackrest' }, entrypoint: ['x'] } },
      'groups.a.entrypoint: replaces the start that `backup` needs; leave out one of them',
    ],
  ])('%s', (_, groups, expected) => {
    expect(problemsOf(groups)).toEqual([expected]);
  });

  const seed = service({ port: 80, ready: { completed: true } });
  const over = 'the nodes of "seed" have ended before the load begins; write another group';

  it.each<[string, Written, string]>([
    ['a load', { load: { users: load('seed') } }, 'load.users.target'],
    ['a kill', { timeline: [{ at: '1s', kill: { group: 'seed', rule: 'random' } }] }, 'timeline.0.kill'],
    ['a pause by node', { timeline: [{ at: '1s', pause: { nodes: ['seed-1'] } }] }, 'timeline.0.pause'],
    ['a scaling', { timeline: [{ at: '1s', scale: { group: 'seed', to: 2 } }] }, 'timeline.0.scale'],
  ])('%s of nodes that have ended by then', (_, more, path) => {
    expect(problemsOf({ seed, web: { role: 'server' } }, more)).toEqual([`${path}: ${over}`]);
  });

  it('a fault that refuses connections to nodes that take none', () => {
    expect(problemsOf({ a: service() }, { timeline: [{ at: '1s', refuse: { group: 'a' } }] })).toEqual([
      'timeline.0.refuse: "a" has no `port` that could refuse connections; write `port` here or there',
    ]);
  });

  it('a load on a service without a port', () => {
    expect(problemsOf({ a: service() }, { load: { users: load('a') } })).toEqual([
      'load.users.target: "a" has no `port` to which requests could go; give it one',
    ]);
  });
});

describe('the files of a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'topolab-unit-'));
  mkdirSync(join(folder, 'conf/sub'), { recursive: true });
  writeFileSync(join(folder, 'conf/a.conf'), 'a');
  writeFileSync(join(folder, 'conf/sub/run.sh'), 'run', { mode: 0o755 });
  symlinkSync('/etc', join(folder, 'outside'));
  symlinkSync('.', join(folder, 'circle'));

  it('are those below it, and whether they can be run', () => {
    const listed = listFiles(join(folder, 'conf'), folder);
    expect(listed).toMatchObject({
      bytes: 4,
      files: [
        { path: 'a.conf', bytes: 1, isProgram: false },
        { path: 'sub/run.sh', bytes: 3, isProgram: true },
      ],
    });
  });

  it('are without those that are left out', () => {
    const listed = listFiles(join(folder, 'conf'), folder, ['sub', 'none']);
    expect(listed).toMatchObject({ bytes: 1, files: [{ path: 'a.conf' }] });
  });

  it('is one where a file is named', () => {
    expect(listFiles(join(folder, 'conf/a.conf'), folder)).toMatchObject({ files: [{ path: '' }] });
  });

  it.each([
    ['outside/passwd', `"outside/passwd" can't be read: it lies outside of the scenario's folder`],
    ['../x', 'there is no file "../x"'],
    ['none', 'there is no file "none"'],
    ['circle', "can't be read"],
  ])('are refused in words: %s', (path, problem) => {
    const listed = listFiles(join(folder, path), folder);
    expect(listed.ok ? '' : listed.problem).toContain(problem);
  });
});
