// What the containers of a run may do, seen from the engine and tried from inside; and that nothing of a secret is left in its folder.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label } from '../../orchestrator/engine/engine.ts';
import { buildContext } from '../../orchestrator/images/build-context.ts';
import { BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { proxyBuildArgs } from '../../orchestrator/images/host-settings.ts';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { containerRights } from '../fixtures/docker/container-rights.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

const secret = `handed-over-${randomBytes(6).toString('hex')}`;
const docker = new Docker();
let engine: Engine;
let folder: string;
const inspected: Docker.ContainerInspectInfo[] = [];
/** What a command in the container of a role came to: its exit code and all it said. */
const tried = new Map<string, string>();

async function attack(run: string, role: string, name: string, command: string): Promise<void> {
  const { containers } = await engine.list(run);
  const target = containers.find(({ labels }) => labels[Label.role] === role);
  const { exitCode, stdout, stderr } = await engine.exec(target?.id ?? '', ['sh', '-c', command]);
  tried.set(`${role}: ${name}`, `${exitCode} ${stdout}${stderr}`.trim());
}

async function look(run: string): Promise<void> {
  const { containers } = await engine.list(run);
  inspected.push(...(await Promise.all(containers.map(({ id }) => docker.getContainer(id).inspect()))));
  await attack(run, 'agent', "the host's files", 'ls /proc/1/root/etc; cat /proc/1/environ');
  await attack(
    run,
    'agent',
    "other containers' files and environment",
    'for p in $(ls /proc | grep -E "^[0-9]+$"); do [ -e /proc/$p/root/etc ] && [ $p != $$ ] && readlink /proc/$p/exe | grep -v -E "/(sh|node|ls|dash)$"; done; true',
  );
  await attack(
    run,
    'agent',
    'control groups',
    'for f in $(find /host/cgroup -maxdepth 3 -name "cgroup.procs" -o -maxdepth 3 -name "memory.limit_in_bytes" -o -maxdepth 3 -name "memory.max" | head -50); do [ -w $f ] && echo writable $f; done; mkdir /host/cgroup/x /host/cgroup/memory/x 2>/dev/null && echo made',
  );
  await attack(run, 'netadmin', 'a cgroup hierarchy of its own', 'mount -t cgroup -o memory none /mnt');
  await attack(run, 'netadmin', 'a way out', 'ip -o link show | grep -v ": lo:"');
  await attack(run, 'netadmin', 'its own files', 'touch /here /tmp/here');
}

beforeAll(async () => {
  engine = await connectDocker();
  process.env['SECURITY_TEST_TOKEN'] = secret;
  let looking = Promise.resolve();
  const result = await runFixture(engine, 'security.yaml', {
    onProgress: ({ run }) => {
      looking = look(run);
      looking.catch(() => {});
    },
    onEvent: () => {},
  });
  await looking;
  folder = result.folder;
});

afterAll(async () => {
  delete process.env['SECURITY_TEST_TOKEN'];
  await engine[Symbol.asyncDispose]();
  expect(await leftOf('security')).toEqual([]);
});

describe('the containers of a run', () => {
  test('have the rights that docs/reference/container-rights.md says, and no others', async () => {
    const { MemTotal: hostMemoryBytes } = (await docker.info()) as { MemTotal: number };
    const images = await docker.listImages();
    const own = images.filter(({ RepoTags: names }) => names?.some((name) => name.startsWith('topolab/')));
    const ownIds = new Set(own.map(({ Id: id }) => id));
    await expect(containerRights(inspected, hostMemoryBytes, ownIds)).toMatchFileSnapshot(
      '../../docs/reference/container-rights.md',
    );
  });

  test('are all bounded, may not gain rights, and make no packets of their own', () => {
    expect(inspected.length).toBeGreaterThan(7);
    for (const { Name, HostConfig: host } of inspected) {
      expect(host.CapDrop, Name).toEqual(['ALL']);
      expect(host.CapAdd ?? [], Name).not.toContain('NET_RAW');
      expect(
        (host.SecurityOpt as string[] | undefined)?.some((each) => each.startsWith('no-new-privileges')),
        Name,
      ).toBe(true);
      expect(host.Memory, Name).toBeGreaterThan(0);
      expect(host.PidsLimit, Name).toBeGreaterThan(0);
      expect(host.Privileged, Name).toBe(false);
    }
  });

  test('that observe reach no files of the host or of others, and change no limits', () => {
    expect(tried.get("agent: the host's files")).toMatch(/Permission denied[^]*Permission denied/);
    expect(tried.get("agent: other containers' files and environment")).toBe('0');
    expect(tried.get('agent: control groups')).not.toMatch(/writable|made/);
  });

  test('that shape links mount nothing, have no network, and write nothing', () => {
    expect(tried.get('netadmin: a cgroup hierarchy of its own')).toMatch(/permission denied|not permitted/i);
    expect(tried.get('netadmin: a way out')).toBe('1');
    expect(tried.get('netadmin: its own files')).toMatch(/Read-only file system/);
  });

  test('get their secrets, and the database a password of this run', () => {
    const envOf = (group: string): readonly string[] =>
      inspected.find(({ Config }) => Config.Labels[Label.group] === group)?.Config.Env ?? [];
    expect(envOf('shop')).toContain(`SHOP_TOKEN=${secret}`);
    expect(envOf('users')).toContain(`USER_TOKEN=${secret}`);
    expect(envOf('shop').some((each) => each.startsWith('CERTIFICATE='))).toBe(false);
    const password = envOf('database').find((each) => each.startsWith('POSTGRES_PASSWORD='));
    expect(password?.length).toBeGreaterThan(40);
  });
});

describe('the folder of the run', () => {
  test('holds no secret, whatever nodes said and setup() returned', async () => {
    const { verdict } = await readRun(folder);
    // The host of a test may be too busy to measure on; users were served in any case.
    expect(['pass', 'invalid']).toContain(verdict?.outcome);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    expect(files.length).toBeGreaterThan(8);
    for (const { parentPath, name } of files) {
      const text = readFileSync(join(parentPath, name), 'utf8');
      for (const value of [secret, 'openly-written-key-42', 'session-of'])
        expect(text, name).not.toContain(value);
    }
    expect(readFileSync(join(folder, 'logs/shop-1.log'), 'utf8')).toContain('my token is (hidden)');
    expect(readFileSync(join(folder, 'scenario.source.yaml'), 'utf8')).toContain('LOG_LEVEL: debug');
  });

  test('says which images ran, by their hashes', () => {
    const { images } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
      images: Record<string, { id: string }>;
    };
    expect(Object.keys(images)).toEqual(
      expect.arrayContaining(['postgres:17', 'haproxy:3.0', 'node:24-trixie-slim']),
    );
    for (const [ref, { id }] of Object.entries(images)) {
      expect(id, ref).toMatch(/^sha256:[\da-f]{64}$/);
      expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(ref);
    }
  });
});

test('the credentials of a proxy reach the steps of a build, and not the history of the image', async () => {
  const ref = `topolab-test/history:${randomBytes(4).toString('hex')}`;
  const dockerfile = `FROM ${BASE_IMAGE}\nRUN test -n "$http_proxy" && echo ${ref} > /made\n`;
  const context = buildContext([{ name: 'Dockerfile', content: dockerfile }]);
  const buildArgs = proxyBuildArgs({ HTTP_PROXY: 'http://me:proxy-password-7@proxy.test:3128' });
  try {
    await engine.images.build(ref, context, {
      buildArgs,
      labels: { [Label.run]: 'test' },
      onProgress: () => {},
    });
    const image = docker.getImage(ref);
    expect(JSON.stringify([await image.history(), await image.inspect()])).not.toContain('proxy-password-7');
  } finally {
    await docker
      .getImage(ref)
      .remove({ force: true })
      .catch(() => {});
  }
});
