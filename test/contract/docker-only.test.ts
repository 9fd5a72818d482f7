// What only the Docker engine can show: how it connects, builds images, sets limits and outlives a dropped stream.
import { deepEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { findEndpoint } from '../../orchestrator/engine/docker/find-endpoint.ts';
import { type Engine, Label } from '../../orchestrator/engine/engine.ts';
import { pause } from '../../orchestrator/pause.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { processOf } from '../docker/process-of.ts';
import { commands, image, specsOf } from './engine-contract.ts';

const run = `docker-only-${randomBytes(4).toString('hex')}`;
const folder = mkdtempSync(join(tmpdir(), 'topolab-docker-only-'));
const mebibyte = 1 << 20;
/** Until an event has come, on a machine that is busy. */
const eventWithinMs = 30_000;
const specOf = specsOf(run);
let engine: Engine;

async function shell(id: string, script: string): Promise<string> {
  return (await engine.exec(id, ['bash', '-c', script])).stdout.trim();
}

beforeAll(async () => {
  engine = await connectDocker();
});
afterEach(async () => {
  await removeLeftovers(engine, run);
});
afterAll(async () => {
  deepEqual(await engine.list(run), { containers: [], networks: [], volumes: [] });
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('connecting', () => {
  it('tells what answers', () => {
    expect(engine.description).toMatchObject({ kind: 'docker', cpus: expect.any(Number) });
    expect(engine.description.memoryBytes).toBeGreaterThan(256 * mebibyte);
    expect(engine.reach.hostName).toMatch(/^\S+$/);
  });

  it.each([
    ['no socket', () => 'unix:///nowhere/docker.sock'],
    ['nobody listening', () => 'tcp://127.0.0.1:1'],
    ['a file that is no socket', () => `unix://${writeNothing()}`],
  ])('says that Docker is not running: %s', async (_what, host) => {
    await expect(connectDocker({ DOCKER_HOST: host() })).rejects.toMatchObject({
      code: 'docker-not-running',
      exitCode: 1,
      hint: 'DOCKER_HOST names this engine: start it, or correct or unset DOCKER_HOST.',
    });
  });

  it('goes through ssh as the docker command does', async () => {
    // An ssh that runs the remote command here stands in for the other machine.
    const ssh = join(folder, 'ssh');
    writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec $last\n');
    chmodSync(ssh, 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using far = await connectDocker({ DOCKER_HOST: 'ssh://me@far' });
    const { id } = await far.launch(specOf());
    expect(await far.exec(id, commands.report)).toEqual({ exitCode: 4, stdout: 'out\n', stderr: 'err\n' });
    const stream = await far.openStream(id, commands.echo);
    stream.end('over ssh');
    expect(Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>)).toString()).toBe('over ssh');
  });
});

describe('launching', () => {
  it('names the node and the cause where its command is not there, and removes the container', async () => {
    const spec = specOf({ command: ['no-such-command'] });
    await expect(engine.launch(spec)).rejects.toMatchObject({
      code: 'container-not-started',
      message: expect.stringMatching(/^node\d+ .*no-such-command/),
    });
    expect((await engine.list(run)).containers).toEqual([]);
  });

  it('runs a hardened container that can write to /tmp only', async () => {
    const { id } = await engine.launch(specOf({ hardened: true }));
    expect(await shell(id, 'id -u; touch /here 2>&1 | grep -o Read-only; touch /tmp/x && echo wrote')).toBe(
      '65532\nRead-only\nwrote',
    );
    expect(await shell(id, 'grep CapEff /proc/self/status')).toMatch(/0000000000000000$/);
  });

  it('lets a container see the processes of the host where asked', async () => {
    const { id } = await engine.launch(specOf({ hostPid: true }));
    const pid = await processOf(id);
    expect(await shell(id, `tr '\\0' ' ' < /proc/${pid}/cmdline`)).toBe('sleep 600');
  });

  it('places files in folders that others than root may enter, and leaves those there are alone', async () => {
    const files = [
      { path: '/opt/new/deep/a', content: 'a' },
      { path: '/tmp/b', content: 'b' },
    ];
    const { id } = await engine.launch(specOf({ files, user: '65532' }));
    expect(await shell(id, 'cat /opt/new/deep/a; stat -c %a /opt/new /tmp /opt/new/deep/a')).toBe(
      'a755\n1777\n644',
    );
  });

  it('hides what the image has where it gets a folder of its own, but for a part of it', async () => {
    const owner = { user: 65_532, group: 65_532 };
    const { id } = await engine.launch(
      specOf({
        user: '65532:65532',
        mounts: [
          { kind: 'folder', path: '/var/lib', owner },
          { kind: 'image-folder', path: '/var/lib/dpkg' },
        ],
        files: [{ path: '/var/lib/own/a', content: 'a', owner }],
      }),
    );
    const look = 'touch /var/lib/own/b && ls /var/lib /var/lib/own && ls /var/lib/dpkg/status';
    expect(await shell(id, look)).toBe('/var/lib:\ndpkg\nown\n\n/var/lib/own:\na\nb\n/var/lib/dpkg/status');
  });

  it('answers to its aliases on the network', async () => {
    const { id } = await engine.createNetwork({ name: `topolab-${run}-net`, labels: { [Label.run]: run } });
    const node = await engine.launch(specOf({ network: { id, aliases: ['web'] } }));
    const other = await engine.launch(specOf({ network: { id, aliases: [] } }));
    expect(await shell(other.id, 'getent hosts web')).toContain(node.address);
  });
});

describe('a running container', () => {
  it('feels new limits at once', async () => {
    const { id } = await engine.launch(specOf({ cpus: 0.2, memoryBytes: 64 * mebibyte }));
    const limits = (): Promise<string> =>
      shell(
        id,
        'cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes',
      );
    expect(await limits()).toMatch(/^20000\b/);
    await engine.resize(id, { cpus: 0.8, memoryBytes: 256 * mebibyte });
    expect(await limits()).toMatch(/^80000\b/);
    expect(await limits()).toContain(String(256 * mebibyte));
    await engine.resize(id, { cpus: null, memoryBytes: null });
    expect(await limits()).toMatch(new RegExp(`^${engine.description.cpus * 100_000}\\b`));
  });

  it('says what is wrong with limits that cannot be', async () => {
    const { id } = await engine.launch(specOf());
    await expect(engine.resize(id, { cpus: 10_000, memoryBytes: null })).rejects.toMatchObject({
      code: 'not-resized',
    });
  });

  it('is told to be out of memory', async () => {
    const aborter = new AbortController();
    onTestFinished(() => aborter.abort());
    const kinds: string[] = [];
    await engine.watch({ [Label.run]: run }, ({ kind }) => kinds.push(kind), aborter.signal);
    const command = ['bash', '-c', 'x=a; while :; do x=$x$x; done'];
    const { id } = await engine.launch(specOf({ command, memoryBytes: 32 * mebibyte }));
    expect(await engine.wait(id)).toBe(137);
    // Docker does not promise which of the last two comes first.
    await expect
      .poll(() => new Set(kinds), { timeout: eventWithinMs })
      .toEqual(new Set(['started', 'out-of-memory', 'exited']));
    expect(await engine.inspect(id)).toMatchObject({ running: false, exitCode: 137, outOfMemory: true });
  });
});

describe('watching', () => {
  it('misses nothing and tells nothing twice where the stream drops', async () => {
    const relay = await openRelay(join(folder, 'relay.sock'));
    onTestFinished(() => relay.close());
    await using watching = await connectDocker({ DOCKER_HOST: `unix://${relay.path}` });
    const aborter = new AbortController();
    onTestFinished(() => aborter.abort());
    const seen: string[] = [];
    await watching.watch(
      { [Label.run]: run },
      (e) => seen.push(`${e.kind} ${e.containerId}`),
      aborter.signal,
    );
    const first = await engine.launch(specOf());
    await expect.poll(() => seen.length, { timeout: eventWithinMs }).toBe(1);
    relay.drop();
    const second = await engine.launch(specOf());
    await expect
      .poll(() => seen, { timeout: eventWithinMs })
      .toEqual([`started ${first.id}`, `started ${second.id}`]);
  });
});

describe('images', () => {
  const ref = `topolab-${run}:1`;
  const build = (dockerfile: string, onProgress: (line: string) => void = () => undefined): Promise<void> => {
    const context = pack();
    context.entry({ name: 'Dockerfile' }, dockerfile);
    context.finalize();
    return engine.images.build(ref, Readable.from(context), {
      labels: { 'topolab.test': 'yes' },
      buildArgs: { WORD: 'hello' },
      onProgress,
    });
  };

  it('are built with labels, arguments and progress', async () => {
    onTestFinished(() => removeImage(ref));
    const lines: string[] = [];
    expect(await engine.images.has(ref)).toBe(false);
    await build(`FROM ${image}\nARG WORD\nRUN echo $WORD > /word\n`, (line) => lines.push(line));
    expect(lines[0]).toMatch(/^Step 1\/\d/);
    expect(await engine.images.labels(ref)).toMatchObject({ 'topolab.test': 'yes' });
    const { id } = await engine.launch(specOf({ image: ref }));
    expect((await engine.readFile(id, '/word'))?.toString()).toBe('hello\n');
  });

  it('that are held are launched although their name has come to stand for others, and missed once they are gone', async () => {
    onTestFinished(() => removeImage(ref));
    await build(`FROM ${image}\nRUN echo first > /word\n`);
    const { id: first = '' } = (await engine.images.identity(ref)) ?? {};
    expect(await engine.images.hold(ref, first)).toBe(true);
    await build(`FROM ${image}\nRUN echo second > /word\n`);
    const { id } = await engine.launch(specOf({ image: ref }));
    expect((await engine.readFile(id, '/word'))?.toString()).toBe('first\n');
    await engine.remove(id);
    await removeImage(first);
    await expect(engine.launch(specOf({ image: ref }))).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(
        `what ${ref} named when this command began, ${first}, is no longer here`,
      ),
    });
    // No other test is to miss it.
    expect(await engine.images.hold(ref, first)).toBe(false);
  });

  it('say how their containers are to be stopped', async () => {
    onTestFinished(() => removeImage(ref));
    await build(`FROM ${image}\nSTOPSIGNAL SIGUSR1\n`);
    const command = [
      'bash',
      '-c',
      'trap "exit 5" USR1; trap "exit 6" TERM; echo ready; while :; do sleep 0.1; done',
    ];
    const { id } = await engine.launch(specOf({ image: ref, command }));
    while (!(await engine.logs(id)).includes('ready')) await pause(50);
    await engine.stop(id, 30_000);
    expect(await engine.inspect(id)).toMatchObject({ running: false, exitCode: 5 });
  });

  it('that cannot be built give the last lines of the build', async () => {
    await expect(build(`FROM ${image}\nRUN echo before; exit 9\n`)).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/non-zero code: 9[^]*before/),
    });
    expect(await engine.images.has(ref)).toBe(false);
  });

  it('are imported from a root file system', async () => {
    const imported = `topolab-${run}-imported:1`;
    onTestFinished(() => removeImage(imported));
    const tar = pack();
    tar.entry({ name: 'hello' }, 'hello');
    tar.finalize();
    await engine.images.importRootFs(imported, Readable.from(tar), { [Label.substitute]: 'a "test"' });
    expect(await engine.images.labels(imported)).toEqual({ [Label.substitute]: 'a "test"' });
  });

  it('that no registry has cannot be pulled', async () => {
    const absent = '127.0.0.1:1/topolab/absent:0';
    await expect(engine.images.pull(absent, { onProgress: () => undefined })).rejects.toMatchObject({
      code: 'image-not-pulled',
      message: expect.stringContaining(absent),
    });
    expect(await engine.images.has(absent)).toBe(false);
    expect(await engine.images.labels(absent)).toBeUndefined();
  });
});

function writeNothing(): string {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  return path;
}

/** The engine has no use for removing images, so the test asks the daemon itself. */
async function removeImage(ref: string): Promise<void> {
  const asked = request({ socketPath: daemonSocket(), method: 'DELETE', path: `/images/${ref}` }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(200);
}

function daemonSocket(): string {
  const endpoint = findEndpoint(process.env);
  if (endpoint.kind !== 'socket') throw new Error('this test wants a local daemon');
  return endpoint.path;
}

interface Relay {
  readonly path: string;
  /** Cuts every connection. */
  drop(): void;
  close(): void;
}

/** A socket before the daemon's, whose connections can be cut. */
async function openRelay(path: string): Promise<Relay> {
  const daemon = daemonSocket();
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = createConnection(daemon);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    path,
    drop,
    close: () => {
      drop();
      server.close();
    },
  };
}
