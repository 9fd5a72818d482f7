import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeSpec } from '../../../orchestrator/fleet/containers/node-spec.ts';
import { resolveScenario } from '../../../orchestrator/scenario/resolve-scenario.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import { takeSecrets } from '../../../orchestrator/secrets/take-secrets.ts';

const baseDir = mkdtempSync(join(tmpdir(), 'topolab-secrets-'));

function scenarioWith(secrets: unknown, role: object = { role: 'server', image: 'shop:1' }): Scenario {
  const resolved = resolveScenario(
    { name: 'tested', groups: { web: { ...role, secrets } }, phases: [{ name: 'run', duration: '1s' }] },
    { baseDir, fileProblem: () => undefined },
  );
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.scenario;
}

test('a secret reaches its container as a variable or as a file, and never the scenario', async () => {
  writeFileSync(join(baseDir, 'key.txt'), 'from a file\n');
  const scenario = scenarioWith({
    TOKEN: { env: 'SHOP_TOKEN' },
    KEY: { file: 'key.txt', path: '/run/secrets/key' },
  });
  expect(JSON.stringify(scenario)).not.toContain('abc123');
  const secrets = await takeSecrets(scenario, { SHOP_TOKEN: 'abc123' });
  const [group] = scenario.groups;
  const spec = nodeSpec(
    { group: group!, name: 'web-1' },
    { cpus: null, memoryBytes: null },
    {
      run: 'r1',
      scenario,
      networkId: 'n',
      observersId: 'o',
      imageFor: (image) => image,
      secrets,
      databasePassword: 'made-up',
      copied: new Map(),
    },
  );
  expect(spec.env).toMatchObject({ TOKEN: 'abc123' });
  expect(spec.env).not.toHaveProperty('KEY');
  expect(spec.files).toEqual([{ path: '/run/secrets/key', content: 'from a file', mode: 0o444 }]);
  expect(secrets.values).toEqual(['abc123', 'from a file']);
});

test('a secret may be one of the variables in a file, as a shell or compose reads it', async () => {
  writeFileSync(join(baseDir, 'shop.env'), '# of the shop\nexport TOKEN="a b"\nOTHER=c\n');
  const within = (variable: string) => scenarioWith({ A: { file: 'shop.env', variable } });
  expect((await takeSecrets(within('TOKEN'), {})).values).toEqual(['a b']);
  await expect(takeSecrets(within('NONE'), {})).rejects.toThrow(/web\.secrets\.A: .*shop\.env has no NONE/);
  expect(() => scenarioWith({ A: { env: 'TOKEN', variable: 'TOKEN' } })).toThrow('belongs to `file`');
});

test('all that are missing are named at once, before anything is launched', async () => {
  const scenario = scenarioWith({ A: { env: 'NOT_THERE' }, B: { env: 'EMPTY' }, C: { file: 'no-such' } });
  await expect(takeSecrets(scenario, { EMPTY: '' })).rejects.toMatchObject({
    code: 'secret-missing',
    exitCode: 2,
    message: expect.stringMatching(
      /web\.secrets\.A.*NOT_THERE[^]*web\.secrets\.B: it is empty[^]*web\.secrets\.C/,
    ),
  });
});

test("a stranger's scenario takes no file from elsewhere, by a path or by a link", async () => {
  mkdirSync(join(baseDir, 'links'));
  symlinkSync('/etc/hostname', join(baseDir, 'links', 'innocent.txt'));
  for (const file of ['/etc/hostname', '../../etc/hostname', 'links/innocent.txt']) {
    await expect(takeSecrets(scenarioWith({ A: { file } }), {})).rejects.toMatchObject({
      code: 'secret-missing',
    });
  }
});

test('a secret that is longer than a variable can be is refused', async () => {
  const scenario = scenarioWith({ A: { env: 'LONG' } });
  await expect(takeSecrets(scenario, { LONG: 'x'.repeat(70_000) })).rejects.toThrow('64 KiB');
});

test.each([
  ['both places', { A: { env: 'A', file: 'a' } }, {}],
  ['no place', { A: {} }, {}],
  ['a variable that env has too', { A: { env: 'A' } }, { env: { A: '1' } }],
  ['a file in one of our own programs', { A: { env: 'A', path: '/a' } }, { image: undefined }],
])('refused: %s', (_what, secrets, more) => {
  const image = 'image' in more ? {} : { image: 'shop:1' };
  expect(() => scenarioWith(secrets, { role: 'server', ...image, ...('env' in more ? more : {}) })).toThrow(
    /secrets/,
  );
});

test('the password of our own database is that of the run, and the servers know it', () => {
  const resolved = resolveScenario(
    {
      name: 'tested',
      groups: { web: { role: 'server', store: 'db' }, db: { role: 'store' } },
      phases: [{ name: 'run', duration: '1s' }],
    },
    { baseDir, fileProblem: () => undefined },
  );
  if (!resolved.ok) throw new Error('not resolved');
  const { scenario } = resolved;
  expect(JSON.stringify(scenario)).not.toContain('PASSWORD');
  const envOf = (name: string, databasePassword: string): Readonly<Record<string, string>> =>
    nodeSpec(
      { group: scenario.groups.find((each) => each.name === name)!, name: `${name}-1` },
      { cpus: null, memoryBytes: null },
      {
        run: 'r1',
        scenario,
        networkId: 'n',
        observersId: 'o',
        imageFor: (image) => image,
        secrets: { of: () => ({ env: {}, files: [] }), values: [] },
        databasePassword,
        copied: new Map(),
      },
    ).env;
  expect(envOf('db', 'p@ss')['POSTGRES_PASSWORD']).toBe('p@ss');
  expect(new URL(envOf('web', 'p@ss')['DATABASE_URL'] ?? '').password).toBe('p%40ss');
});

test('more secrets in variables than a program can be handed are refused', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `KEY_${index}`);
  const scenario = scenarioWith(Object.fromEntries(names.map((name) => [name, { env: name }])));
  const env = Object.fromEntries(names.map((name) => [name, 'x'.repeat(60 * 1024)]));
  await expect(takeSecrets(scenario, env)).rejects.toMatchObject({
    code: 'secret-missing',
    exitCode: 2,
    message: expect.stringContaining('web.secrets: 540 KiB in all, and a program can be handed 512 KiB'),
  });
});
