import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { askHelper } from '../../../orchestrator/images/credentials/ask-helper.ts';
import {
  type Credentials,
  dockerCredentials,
} from '../../../orchestrator/images/credentials/registry-credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'topolab-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = join(folder, 'config.json');
const CANARY = 'canary-8f2c';
const registry = 'registry.test:5000';
const env = { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env['PATH']}` };
const auth = Buffer.from(`ci:${CANARY}`).toString('base64');

/** A helper that does what the script says with the registry on its standard input. */
function helper(name: string, script: string): void {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
helper(
  'knows',
  `read -r r; echo "{\\"ServerURL\\":\\"$r\\",\\"Username\\":\\"at-$r\\",\\"Secret\\":\\"${CANARY}\\"}"`,
);
helper('token', `echo '{"Username":"<token>","Secret":"${CANARY}"}'`);
helper('empty', `echo 'credentials not found in native keychain'; exit 1`);
helper('locked', `echo 'the keychain is locked'; exit 2`);
helper('leaks', `echo '{"Secret":"${CANARY}"}'; exit 3`);
helper('babbles', `echo 'password=${CANARY}'`);
helper('hangs', 'sleep 60 & wait');
helper('deaf', `exec 0<&-; echo '{"Username":"ci","Secret":"${CANARY}"}'`);

async function credentialsBy(config: unknown, of = registry, more: object = {}): Promise<Credentials> {
  writeFileSync(place, typeof config === 'string' ? config : JSON.stringify(config));
  return await dockerCredentials({ ...env, ...more }).for(of);
}

const ci = { serveraddress: registry, username: 'ci', password: CANARY };

describe('credentials are those of the docker command', () => {
  test.each<[string, unknown, Credentials['auth']]>([
    ['by the name of the registry', { auths: { [registry]: { auth } } }, ci],
    ['by its address', { auths: { [`https://${registry}/v2/`]: { auth } } }, ci],
    ['as user and password', { auths: { [registry]: { username: 'ci', password: CANARY } } }, ci],
    [
      'a token',
      { auths: { [registry]: { identitytoken: CANARY } } },
      { serveraddress: registry, identitytoken: CANARY },
    ],
    ['of a helper of all', { credsStore: 'knows' }, { ...ci, username: `at-${registry}` }],
    [
      'of a helper of one registry, before that of all',
      { credsStore: 'empty', credHelpers: { [registry]: 'knows' }, auths: { [registry]: {} } },
      { ...ci, username: `at-${registry}` },
    ],
    ['a token of a helper', { credsStore: 'token' }, { serveraddress: registry, identitytoken: CANARY }],
    ['of a helper that reads nothing', { credsStore: 'deaf' }, ci],
    ['none for another registry', { auths: { 'other.test': { auth } } }, undefined],
    ['none where a helper keeps none', { credsStore: 'empty', auths: { [registry]: {} } }, undefined],
    ['none in an empty file', '', undefined],
  ])('%s', async (_, config, expected) => {
    const { auth: found, words } = await credentialsBy(config);
    expect(found).toEqual(expected);
    expect(words).not.toContain(CANARY);
  });

  it('finds those of Docker Hub under the address that it has always had', async () => {
    const address = 'https://index.docker.io/v1/';
    const { auth: found } = await credentialsBy({ auths: { [address]: { auth } } }, 'docker.io');
    expect(found).toEqual({ ...ci, serveraddress: address });
  });

  it('takes those of the variable before those of the file, and of the file where the variable has none', async () => {
    const file = { auths: { [registry]: { auth }, 'other.test': { auth } } };
    const other = Buffer.from('bot:of-the-variable').toString('base64');
    const DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { [registry]: { auth: other } } });
    expect((await credentialsBy(file, registry, { DOCKER_AUTH_CONFIG })).words).toBe(
      'as "bot", by DOCKER_AUTH_CONFIG',
    );
    expect((await credentialsBy(file, 'other.test', { DOCKER_AUTH_CONFIG })).words).toBe(
      `as "ci", by ${place}`,
    );
  });
});

test.each([
  ['a file that is no JSON', `{ "auths": "${CANARY}`, `${place} is not JSON`],
  ['a file of another form', { auths: [CANARY] }, /config\.json is not as Docker writes it: auths: /],
  [
    'no user and password',
    { auths: { [registry]: { auth: Buffer.from(CANARY).toString('base64') } } },
    /`auth` of registry\.test:5000 in .*config\.json is no user and password/,
  ],
  ['a helper that is not there', { credsStore: 'absent' }, 'there is no program docker-credential-absent'],
  ['a helper that is a path', { credsStore: '../../evil' }, '"../../evil" is no name of a credential helper'],
  [
    'a helper that fails',
    { credsStore: 'locked' },
    'docker-credential-locked ended with exit code 2: the keychain is locked',
  ],
  [
    'a helper that fails with an answer',
    { credsStore: 'leaks' },
    'docker-credential-leaks ended with exit code 3',
  ],
  [
    'a helper that answers something else',
    { credsStore: 'babbles' },
    'docker-credential-babbles answered something else',
  ],
])(
  'what keeps credentials from being read is said, without a secret, and the pull goes on: %s',
  async (_, config, said) => {
    const { auth: found, words } = await credentialsBy(config);
    expect(found).toBeUndefined();
    expect(words).toMatch(said instanceof RegExp ? said : new RegExp(RegExp.escape(said)));
    expect(words).not.toContain(CANARY);
  },
);

test('a helper that hangs is ended, and what it has started does not hold up the answer', async () => {
  await expect(askHelper('hangs', registry, env, 200)).rejects.toThrow(
    'docker-credential-hangs did not answer within 0.2 s',
  );
});

test('each registry is looked for once', async () => {
  const credentials = dockerCredentials(env);
  writeFileSync(place, JSON.stringify({ auths: { [registry]: { auth } } }));
  const first = await credentials.for(registry);
  writeFileSync(place, '{}');
  expect(await credentials.for(registry)).toBe(first);
});
