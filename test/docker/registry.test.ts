// Images of a private registry, with Debian's registry in a container: whom it lets in, what is said to others, what is recorded, and that
// the password is nowhere.
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { BASE_IMAGE, NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { buildContext } from '../../orchestrator/images/build-context.ts';
import { proxyBuildArgs } from '../../orchestrator/images/host-settings.ts';
import { type Ended, fixture, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

const password = `canary-${randomBytes(12).toString('hex')}`;
const basic = Buffer.from(`ci:${password}`).toString('base64');
/** Stays for the next time. Another Dockerfile wants another tag. */
const registryImage = 'topolab-test-registry:1';
const docker = new Docker();
const config = temporaryFolder();
let engine: Engine;
let registry: RunningContainer;
/** `127.0.0.1:PORT`, which every engine takes without TLS. */
let address: string;
let image: string;
let digest: string;

const registryDockerfile = `FROM ${BASE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends docker-registry apache2-utils
ENTRYPOINT ["sh", "-c", "htpasswd -Bbn ci \\"$PASSWORD\\" > /tmp/users && exec docker-registry serve /etc/docker/registry/config.yml"]`;

const shopDockerfile = `FROM ${NODE_BASE_IMAGE}
CMD ["node", "-e", "require('http').createServer((_, answer) => answer.end('ok')).listen(8000); process.on('SIGTERM', () => process.exit())"]`;

async function build(ref: string, dockerfile: string): Promise<void> {
  await engine.images.build(ref, buildContext([{ name: 'Dockerfile', content: dockerfile }]), {
    buildArgs: proxyBuildArgs(),
    onProgress: () => {},
  });
}

async function push(): Promise<void> {
  const authconfig = { serveraddress: address, username: 'ci', password };
  const output: Readable = (await docker.getImage(image).push({ authconfig })) as Readable;
  const said = (await output.toArray()).join('');
  expect(said).not.toContain('"error"');
  digest = /sha256:[0-9a-f]{64}/.exec(said)?.[0] ?? '';
}

beforeAll(async () => {
  engine = await connectDocker();
  if (!(await engine.images.has(registryImage))) await build(registryImage, registryDockerfile);
  registry = await engine.launch({
    name: 'topolab-test-registry',
    image: registryImage,
    labels: { 'topolab.run': 'registry-test' },
    env: {
      PASSWORD: password,
      REGISTRY_AUTH: 'htpasswd',
      REGISTRY_AUTH_HTPASSWD_REALM: 'test',
      REGISTRY_AUTH_HTPASSWD_PATH: '/tmp/users',
      REGISTRY_HTTP_ADDR: ':5000',
      REGISTRY_STORAGE: 'filesystem',
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/tmp/store',
    },
    cpus: null,
    memoryBytes: null,
    publish: [{ containerPort: 5000, hostPort: 0 }],
  });
  address = `127.0.0.1:${registry.ports?.[5000] ?? ''}`;
  image = `${address}/shop:1`;
  await build(image, shopDockerfile);
  await push();
  await docker.getImage(image).remove();
}, 300_000);

afterAll(async () => {
  await engine.remove(registry.id);
  await docker
    .getImage(image)
    .remove()
    .catch(() => {});
  await engine[Symbol.asyncDispose]();
  expect(await leftOf('registry')).toEqual([]);
});

async function runWith(settings: object, runs = temporaryFolder()): Promise<Ended> {
  writeFileSync(join(config, 'config.json'), JSON.stringify(settings));
  const path = `${config}:${process.env['PATH']}`;
  const args = ['run', fixture('registry.yaml'), '--set', `image=${image}`, '--runs', runs];
  return await topolab(args, { DOCKER_CONFIG: config, PATH: path });
}

function expectHidden(text: string): void {
  expect(text.includes(password) || text.includes(basic)).toBe(false);
}

test.each([
  ['nobody', {}, /asked without credentials, for .*config\.json has none for 127\.0\.0\.1:\d+/],
  [
    'somebody with another password',
    () => ({ auths: { [address]: { auth: Buffer.from('ci:wrong').toString('base64') } } }),
    /asked as "ci", by .*config\.json/,
  ],
  [
    'somebody whose helper is not installed',
    { credsStore: 'not-installed' },
    /asked without credentials, for there is no program docker-credential-not-installed/,
  ],
])('the registry lets %s pull nothing, and it is said as whom it was asked', async (_, settings, asked) => {
  const { exitCode, stdout, stderr } = await runWith(typeof settings === 'function' ? settings() : settings);
  expect(exitCode, stdout + stderr).toBe(1);
  expect(stderr).toMatch(/does not let this user pull it|or this user may not pull it/);
  expect(stderr).toMatch(asked);
  expect(stderr).toContain(`docker login ${address}`);
});

test('with the credentials of a helper the image is pulled and named by its digest, and the password is nowhere', async () => {
  const helper = join(config, 'docker-credential-test');
  writeFileSync(helper, `#!/bin/sh\necho '{"ServerURL":"","Username":"ci","Secret":"${password}"}'\n`);
  chmodSync(helper, 0o755);
  const runs = temporaryFolder();
  const { exitCode, stdout, stderr } = await runWith({ credHelpers: { [address]: 'test' } }, runs);
  expect(exitCode, stdout + stderr).toBeOneOf([0, 4]);
  const run = onlyRun(runs);
  const report = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as {
    images: Record<string, { repoDigests: string[]; platform: string }>;
  };
  expect(report.images[image]).toMatchObject({
    repoDigests: [`${address}/shop@${digest}`],
    platform: expect.stringMatching(/^linux\//),
  });
  expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain(digest);
  expectHidden(stdout + stderr);
  const files = readdirSync(run, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  expect(files.length).toBeGreaterThan(5);
  for (const { parentPath, name } of files) expectHidden(readFileSync(join(parentPath, name), 'latin1'));
});

test('with those of the file, which has it by then, a registry that is gone is told in place of an older image', async () => {
  await engine.stop(registry.id, 0);
  const { exitCode, stderr } = await runWith({ auths: { [address]: { auth: basic } } });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('`pull: always` takes no other');
  expectHidden(stderr);
});
