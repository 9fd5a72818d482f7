import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { RunFolder } from '../../../orchestrator/record/folder/run-folder.ts';
import type { RunOptions } from '../../../orchestrator/run/options/run-options.ts';
import { runScenario } from '../../../orchestrator/run/run-scenario.ts';
import { hidingFor } from '../../../orchestrator/secrets/hiding-for.ts';
import { noSecrets } from '../../../orchestrator/secrets/take-secrets.ts';
import { HIDDEN, namesSecret, withoutSecret } from '../../../orchestrator/secrets/text/secret-names.ts';
import { hiddenPlaces, secretsOf, withoutSecrets } from '../../../orchestrator/secrets/without-secrets.ts';
import { runStudy, type StudyOptions } from '../../../orchestrator/study/run-study.ts';
import { makeScenario } from '../../fixtures/make-saved-run.ts';

describe('names of variables', () => {
  const secret = [
    'PASSWORD POSTGRES_PASSWORD DB_PASS dbPassword REDIS_PWD API_TOKEN accessToken SECRET CLIENT_SECRET_2 API_KEY apiKey SSH_KEY PIN',
    'AWS_SECRET_ACCESS_KEY CREDENTIALS GOOGLE_APPLICATION_CREDENTIALS SENTRY_DSN BASIC_AUTH PASSPHRASE MYSQL_ROOT_PASSWORD DBPASSWORD',
  ].flatMap((line) => line.split(' '));
  test.each(secret)('%s is a secret', (name) => expect(namesSecret(name)).toBe(true));

  const none =
    'LOG_LEVEL PORT KEYBOARD MONKEY AUTHOR PASSENGERS COMPASS_URL WORKERS PING_MS KEYSPACE BYPASS_CACHE SPINNER';
  test.each(none.split(' '))('%s is none', (name) => expect(namesSecret(name)).toBe(false));
});

test.each([
  ['postgres://shop:hunter2@db:5432/shop', `postgres://shop:${HIDDEN}@db:5432/shop`],
  ['amqp://u:p@ss/w:rd@mq', `amqp://u:${HIDDEN}@mq`],
  ['host=db user=shop password=hunter2 dbname=x', `host=db user=shop password=${HIDDEN} dbname=x`],
  ['Server=db;Pwd=hunter2;Encrypt=no', `Server=db;Pwd=${HIDDEN};Encrypt=no`],
  ['http://db:5432/a@b', 'http://db:5432/a@b'],
  ['redis://cache:6379/0', 'redis://cache:6379/0'],
])('of a value only the secret part is hidden: %s', (written, kept) => {
  // A port followed by a path with an @ may be hidden too: rather one too many.
  const hidden = withoutSecret('TARGET', written);
  if (written.includes('/a@b')) expect(hidden.startsWith('http://db:')).toBe(true);
  else expect(hidden).toBe(kept);
});

describe('a run', () => {
  const base = makeScenario();
  const password = 'correct-horse-9';
  const scenario = {
    ...base,
    parameters: { apiToken: 'tok-12345678', nodes: 4 },
    groups: base.groups.map((group) => ({
      ...group,
      env: { DB_PASSWORD: password, SHORT_KEY: 'k1', URL: 'postgres://a:url-pass-77@db/x', LEVEL: 'debug' },
    })),
    loads: base.loads.map((load) => ({ ...load, env: { USER_TOKEN: 'jwt.abc.def' } })),
  };

  test('keeps no secret of its scenario', () => {
    const kept = JSON.stringify(withoutSecrets(scenario));
    for (const secret of [password, '"k1"', 'url-pass-77', 'jwt.abc.def', 'tok-12345678'])
      expect(kept).not.toContain(secret);
    expect(kept).toContain('debug');
    expect(hiddenPlaces(withoutSecrets(scenario))).toContain(`env DB_PASSWORD of ${base.groups[0]?.name}`);
    expect(hiddenPlaces(base)).toEqual([]);
    const command = ['serve', '--dsn=postgres://a:url-pass-77@db/x'];
    const commanded = { ...base, groups: base.groups.map((group) => ({ ...group, command })) };
    expect(hiddenPlaces(withoutSecrets(commanded))).toContain(`command of ${base.groups[0]?.name}`);
  });

  test('of what may be kept of it is refused', async () => {
    const kept = withoutSecrets(scenario);
    const options = { scenario: kept } as RunOptions;
    const refusal = `secrets were not saved (env DB_PASSWORD of ${base.groups[0]?.name}`;
    await expect(runScenario(options)).rejects.toThrow(refusal);
    await expect(runStudy({ ...options, question: {} } as unknown as StudyOptions)).rejects.toThrow(refusal);
  });

  test('keeps no secret that a parameter hands on under another name', () => {
    const [group, load] = [base.groups[0]!, base.loads[0]!];
    const kept = withoutSecrets({
      ...base,
      parameters: { 'api-token': 'tok-12345678' },
      groups: [
        { ...group, env: { HEADER: 'Bearer tok-12345678' }, command: ['serve', '-t', 'tok-12345678'] },
      ],
      loads: [{ ...load, env: { HEADER: 'tok-12345678' } }],
    });
    expect(JSON.stringify(kept)).not.toContain('tok-12345678');
    expect(hiddenPlaces(kept)).toEqual([
      `env HEADER of ${group.name}`,
      `env HEADER of ${load.name}`,
      `command of ${group.name}`,
    ]);
  });

  test('keeps no secret among the arguments with which an image is built, and says so', () => {
    const group = base.groups[0]!;
    const args = { NPM_TOKEN: 'npm-55555', TARGET: 'of tok-12345678', LEVEL: 'debug' };
    const built = {
      ...base,
      parameters: { 'api-token': 'tok-12345678' },
      groups: [
        {
          ...group,
          build: {
            context: '/x',
            within: '/x',
            dockerfile: { text: 'RUN get http://a:url-pass-77@db/' },
            target: null,
            args,
          },
        },
      ],
    };
    const kept = withoutSecrets(built);
    expect(JSON.stringify(kept)).not.toMatch(/npm-55555|tok-12345678|url-pass-77/);
    expect(secretsOf(built).map(({ value }) => value)).toContain('npm-55555');
    expect(hiddenPlaces(kept)).toEqual([
      `build argument NPM_TOKEN of ${group.name}`,
      `build argument TARGET of ${group.name}`,
      `entrypoint, copied text, health check or Dockerfile of ${group.name}`,
    ]);
  });

  test('keeps no secret that the command of a health check has in it', () => {
    const [group] = [base.groups[0]!];
    const check = { intervalMs: 1000, timeoutMs: 5000, retries: 3, startPeriodMs: 0 };
    const asked = (command: readonly string[]) => ({
      ...base,
      parameters: { 'db-password': 'tok-12345678' },
      groups: [
        {
          ...group,
          readiness: { timeoutMs: 1, probe: { kind: 'health' as const, check: { ...check, command } } },
        },
      ],
    });
    const kept = withoutSecrets(asked(['psql', 'postgres://a:url-pass-77@db/x', '-p', 'tok-12345678']));
    expect(JSON.stringify(kept)).not.toMatch(/url-pass-77|tok-12345678/);
    expect(hiddenPlaces(kept)).toEqual([
      `entrypoint, copied text, health check or Dockerfile of ${group.name}`,
    ]);
  });

  test('keeps no secret in any file of its folder, whatever a node says', async () => {
    const root = mkdtempSync(join(tmpdir(), 'topolab-hidden-'));
    const handed = 'handed over "at" run time';
    const { hide, hideInSource } = hidingFor(scenario, { ...noSecrets, values: [handed] });
    const folder = await RunFolder.create(root, 'r1', hide);
    await folder.write('scenario.json', withoutSecrets(scenario));
    await folder.writeText(
      'scenario.source.yaml',
      hideInSource(`groups:\n  web: { env: { SHORT_KEY: "k1", DB_PASSWORD: ${password}, LEVEL: debug } }\n`),
    );
    await folder.writeText('logs/web-1.log', `login with ${handed} and ${encodeURIComponent(handed)}: ok\n`);
    folder.event({ type: 'warning', message: `said ${handed}`, atMs: 1, offsetMs: null });
    const files = readdirSync(join(root, 'r1'), { recursive: true, withFileTypes: true });
    for (const file of files.filter((each) => each.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      for (const secret of [handed, 'handed%20over', 'handed over', password, 'url-pass-77', '"k1"'])
        expect(text, file.name).not.toContain(secret);
      if (file.name.endsWith('.json')) expect(() => JSON.parse(text) as unknown).not.toThrow();
    }
    expect(readFileSync(join(root, 'r1', 'scenario.source.yaml'), 'utf8')).toContain('LEVEL: debug');
  });

  test('tells no secret on the terminal, in events or in what ended it', () => {
    const handed = 'handed over at run time';
    const { hideInEvent, hideInError } = hidingFor(scenario, { ...noSecrets, values: [handed] });
    const event = { type: 'warning', message: `said ${handed}`, atMs: 1, offsetMs: null } as const;
    expect(hideInEvent(event)).toEqual({ ...event, message: `said ${HIDDEN}` });
    const error = new TopolabError(`start generator\n  | login ${handed}`, {
      code: 'generator-not-ready',
      exitCode: 2,
    });
    expect(hideInError(error)).toMatchObject({
      code: 'generator-not-ready',
      exitCode: 2,
      message: `start generator\n  | login ${HIDDEN}`,
    });
    const other = new Error('of ours');
    expect(hideInError(other)).toBe(other);
  });

  test('can still be read where a secret is the name of a group', () => {
    const name = base.groups[0]!.name;
    const { hide } = hidingFor(scenario, { ...noSecrets, values: [name] });
    expect(hide(`launch ${name}`)).toBe(`launch ${name}`);
  });
});
