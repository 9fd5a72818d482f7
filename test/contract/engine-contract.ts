// What every engine promises, as one suite. It runs against the fake (in every unit run), against Docker, and against Docker on another host of
// a Swarm, so that neither the fake nor the way there can drift from what Docker does.
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type ContainerEvent,
  type ContainerSpec,
  type Engine,
  Label,
  type RunningContainer,
} from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { messageOf, TopolabError } from '../../orchestrator/errors.ts';

/** The commands that the suite runs; an engine without real processes imitates them. */
export const commands = {
  /** Does nothing, and as process 1 ignores SIGTERM. */
  idle: ['sleep', '600'],
  /** Says `ready`, then ends with 7 on SIGTERM. */
  polite: ['bash', '-c', 'trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done'],
  /** Ends at once with 3. */
  failing: ['bash', '-c', 'exit 3'],
  /** Says three lines with characters of several bytes, the last without a line end, then ends with 0. */
  talking: ['bash', '-c', 'echo one; sleep 0.1; echo "zwei größer"; sleep 0.1; printf "drei ✓"'],
  /** Asks, without ending the line, and waits. */
  asking: ['bash', '-c', 'printf "größer? "; sleep 600'],
  /** For exec: both outputs and an exit code. */
  report: ['bash', '-c', 'echo out; echo err >&2; exit 4'],
  /** For openStream: gives back what it gets. */
  echo: ['cat'],
} as const;

export const image = 'debian:trixie-slim';
export const missingImage = 'topolab-no-such-image:0';

/** Launches at once in one test: more than any engine's bound. */
const manyLaunches = 9;
const mebibyte = 1 << 20;
/** Until an event has come, on a machine that is busy. */
const eventWithinMs = 30_000;

/** Makes specs of idle containers of a run, each with a name of its own. */
export function specsOf(run: string): (more?: Partial<ContainerSpec>) => ContainerSpec {
  let made = 0;
  return (more = {}) => {
    made += 1;
    return {
      name: `topolab-${run}-node${made}`,
      image,
      labels: { [Label.run]: run, [Label.node]: `node${made}` },
      env: {},
      command: commands.idle,
      cpus: null,
      memoryBytes: null,
      ...more,
    };
  };
}

/** @param quietMs A stream that takes nothing for so long is held back, and not merely slow. */
export function describeEngine(
  name: string,
  open: () => Promise<Engine>,
  { quietMs }: { readonly quietMs: number },
): void {
  describe(name, () => {
    const run = `contract-${randomBytes(4).toString('hex')}`;
    const specOf = specsOf(run);
    let engine: Engine;
    let made = 0;

    const launch = (more: Partial<ContainerSpec> = {}): Promise<RunningContainer> =>
      engine.launch(specOf(more));
    const network = () => {
      made += 1;
      return engine.createNetwork({ name: `topolab-${run}-net${made}`, labels: { [Label.run]: run } });
    };
    const nothing = { containers: [], networks: [], volumes: [] };

    beforeAll(async () => {
      engine = await open();
    });
    afterEach(async () => {
      await removeLeftovers(engine, run);
    });
    afterAll(async () => {
      expect(await engine.list(run)).toEqual(nothing);
      await engine[Symbol.asyncDispose]();
    });

    describe('launching', () => {
      it('gives the address and the free port that was found', async () => {
        const { id } = await network();
        const node = await launch({
          network: { id, aliases: ['web'] },
          publish: [{ containerPort: 80, hostPort: 0 }],
        });
        expect(node.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        expect(node.prefixLength).toBeGreaterThan(7);
        expect(node.prefixLength).toBeLessThan(31);
        expect(node.ports[80]).toBeGreaterThan(1023);
        expect(await engine.inspect(node.id)).toEqual({
          running: true,
          paused: false,
          address: node.address,
          exitCode: null,
          outOfMemory: false,
          health: 'none',
        });
      });

      it('names the image that is not there', async () => {
        const launching = launch({ image: missingImage });
        await expect(launching).rejects.toMatchObject({
          code: 'image-not-found',
          message: expect.stringContaining(missingImage),
        });
        expect(await engine.list(run)).toEqual(nothing);
      });

      it('launches the image that is held for a name, until one is to be held that is not there', async () => {
        const held = 'topolab-held-image:0';
        const { id = '' } = (await engine.images.identity(image)) ?? {};
        expect(await engine.images.hold(held, id)).toBe(true);
        expect((await launch({ image: held })).address).toBe('');
        expect(await engine.images.hold(held, `sha256:${'0'.repeat(64)}`)).toBe(false);
        await expect(launch({ image: held })).rejects.toMatchObject({ code: 'image-not-found' });
      });

      it('names the port that is taken and leaves no container behind', async () => {
        const first = await launch({ publish: [{ containerPort: 80, hostPort: 0 }] });
        const hostPort = first.ports[80] ?? 0;
        const launching = launch({ publish: [{ containerPort: 80, hostPort }] });
        await expect(launching).rejects.toMatchObject({
          code: 'port-taken',
          message: expect.stringContaining(`port ${hostPort}`),
        });
        expect((await engine.list(run)).containers.map(({ id }) => id)).toEqual([first.id]);
      });

      it('refuses a name that is in use and spares its owner', async () => {
        const spec = specOf();
        const owner = await engine.launch(spec);
        await expect(engine.launch(spec)).rejects.toMatchObject({ code: 'container-not-started' });
        expect((await engine.inspect(owner.id))?.running).toBe(true);
      });

      it('leaves no container behind where it is aborted in the middle', async () => {
        for (const afterMs of [0, 20, 60]) {
          const aborter = new AbortController();
          const outcome = engine.launch(specOf(), aborter.signal).then(() => undefined, messageOf);
          if (afterMs === 0) aborter.abort(new Error('enough'));
          else setTimeout(() => aborter.abort(new Error('enough')), afterMs);
          // An engine without real processes is done sooner than that, and was not cut short then.
          if ((await outcome) !== undefined || afterMs === 0) {
            expect(await outcome).toBe('enough');
            expect((await engine.list(run)).containers).toEqual([]);
          }
          await removeLeftovers(engine, run);
        }
      });

      it('lets those beyond its bound wait their turn', async () => {
        const { id } = await network();
        const nodes = await Promise.all(
          Array.from({ length: manyLaunches }, () => launch({ network: { id, aliases: [] } })),
        );
        expect(new Set(nodes.map((node) => node.id)).size).toBe(manyLaunches);
        expect(new Set(nodes.map((node) => node.address)).size).toBe(manyLaunches);
      });

      it('makes no container for launches that are aborted while they wait', async () => {
        const aborter = new AbortController();
        const launches = Array.from({ length: manyLaunches }, () => engine.launch(specOf(), aborter.signal));
        aborter.abort(new Error('enough'));
        const outcomes = await Promise.allSettled(launches);
        expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
        expect((await engine.list(run)).containers).toEqual([]);
      });

      it('places files before the start, and gives them back', async () => {
        const content = randomBytes(3_000);
        const node = await launch({
          files: [
            { path: '/srv/deep/er/data.bin', content },
            { path: '/tmp/hello.sh', content: 'hello', mode: 0o755 },
          ],
        });
        expect(await engine.readFile(node.id, '/srv/deep/er/data.bin')).toEqual(content);
        expect((await engine.readFile(node.id, '/tmp/hello.sh'))?.toString()).toBe('hello');
        expect(await engine.readFile(node.id, '/tmp/absent')).toBeUndefined();
      });
    });

    describe('a running container', () => {
      it('takes new limits, more and less and none', async () => {
        const node = await launch({ cpus: 0.2, memoryBytes: 64 * mebibyte });
        await engine.resize(node.id, { cpus: 0.8, memoryBytes: 256 * mebibyte });
        await engine.resize(node.id, { cpus: 0.1, memoryBytes: 32 * mebibyte });
        await engine.resize(node.id, { cpus: null, memoryBytes: null });
        expect((await engine.inspect(node.id))?.running).toBe(true);
      });

      it('are listed and removed without internet as with it', async () => {
        const name = `topolab-${run}-lan`;
        const { id } = await engine.createNetwork({ name, labels: { [Label.run]: run }, internet: false });
        const node = await launch({ network: { id, aliases: ['a'] } });
        expect(node.address).not.toBe('');
        expect((await engine.list(run)).networks.map((one) => one.name)).toContain(name);
        await engine.removeNetwork(id);
        expect((await engine.list(run)).networks).toEqual([]);
      });

      it('takes limits where it had none', async () => {
        const node = await launch();
        await engine.resize(node.id, { cpus: 0.5, memoryBytes: 128 * mebibyte });
        expect((await engine.inspect(node.id))?.running).toBe(true);
      });

      it('gets signals, and its exit code is its own', async () => {
        const node = await launch({ command: commands.polite });
        await untilSays(engine, node.id, 'ready');
        await engine.signal(node.id, 'SIGTERM');
        expect(await engine.wait(node.id)).toBe(7);
        expect(await engine.inspect(node.id)).toMatchObject({ running: false, exitCode: 7 });
      });

      it('is stopped by SIGTERM where it listens', async () => {
        const node = await launch({ command: commands.polite });
        await untilSays(engine, node.id, 'ready');
        await engine.stop(node.id, 30_000);
        expect(await engine.inspect(node.id)).toMatchObject({ running: false, exitCode: 7 });
      });

      it('is killed after its grace time where it does not', async () => {
        const node = await launch();
        await engine.stop(node.id, 200);
        expect(await engine.inspect(node.id)).toMatchObject({ running: false, exitCode: 137 });
      });

      it('is paused and resumed, and twice is no error', async () => {
        const node = await launch();
        for (let times = 1; times <= 2; times++) await engine.pause(node.id);
        expect(await engine.inspect(node.id)).toMatchObject({ running: true, paused: true, exitCode: null });
        for (let times = 1; times <= 2; times++) await engine.resume(node.id);
        expect(await engine.inspect(node.id)).toMatchObject({ running: true, paused: false });
      });

      it('ends though it is paused', async () => {
        const [stopped, killed, removed] = await Promise.all([
          launch({ command: commands.polite }),
          launch(),
          launch(),
        ]);
        await untilSays(engine, stopped.id, 'ready');
        for (const { id } of [stopped, killed, removed]) await engine.pause(id);
        await engine.stop(stopped.id, 30_000);
        expect(await engine.inspect(stopped.id)).toMatchObject({
          running: false,
          paused: false,
          exitCode: 7,
        });
        await engine.signal(killed.id, 'SIGKILL');
        expect(await engine.wait(killed.id)).toBe(137);
        await engine.remove(removed.id);
        expect(await engine.inspect(removed.id)).toBeUndefined();
      });

      it('is removed though it runs', async () => {
        const node = await launch();
        await engine.remove(node.id);
        expect(await engine.inspect(node.id)).toBeUndefined();
      });

      it('runs again where it is started after its end, and where it runs that is no error', async () => {
        const { id } = await network();
        const node = await launch({
          network: { id, aliases: [] },
          publish: [{ containerPort: 80, hostPort: 0 }],
        });
        await engine.signal(node.id, 'SIGKILL');
        await engine.wait(node.id);
        for (let times = 1; times <= 2; times++) {
          const { address, addresses, ports, ...again } = await engine.start(node.id);
          expect(again).toEqual({
            id: node.id,
            name: node.name,
            labels: expect.objectContaining(node.labels),
            prefixLength: node.prefixLength,
          });
          expect(addresses).toEqual({ [id]: address });
          expect(ports[80]).toBeGreaterThan(1023);
          expect(await engine.inspect(node.id)).toMatchObject({ running: true, exitCode: null, address });
        }
        await engine.remove(node.id);
        await expect(engine.start(node.id)).rejects.toMatchObject({ code: 'container-gone' });
      });

      it('can be waited for, and the waiting ends on abort', async () => {
        const node = await launch();
        const aborter = new AbortController();
        setTimeout(() => aborter.abort(new Error('enough')), 50);
        await expect(engine.wait(node.id, aborter.signal)).rejects.toThrow('enough');
        expect((await engine.inspect(node.id))?.running).toBe(true);
      });
    });

    describe('output', () => {
      it('is followed from the latest start on', async () => {
        const node = await launch({ command: commands.polite });
        await untilSays(engine, node.id, 'ready');
        await engine.stop(node.id, 5_000);
        await engine.start(node.id);
        const lines: string[] = [];
        for await (const line of engine.followLogs(node.id, new AbortController().signal)) {
          lines.push(line);
          await engine.stop(node.id, 5_000);
        }
        expect(lines).toEqual(['ready']);
      });

      it('is kept after the end, whole and by its last lines', async () => {
        const node = await launch({ command: commands.talking });
        expect(await engine.wait(node.id)).toBe(0);
        expect((await engine.logs(node.id)).trimEnd()).toBe('one\nzwei größer\ndrei ✓');
        expect((await engine.logs(node.id, { tailLines: 2 })).trimEnd()).toBe('zwei größer\ndrei ✓');
      });

      it('is followed line by line to the end', async () => {
        const node = await launch({ command: commands.talking });
        const lines = await Array.fromAsync(engine.followLogs(node.id, new AbortController().signal));
        expect(lines).toEqual(['one', 'zwei größer', 'drei ✓']);
      });

      it('is heard from its first byte on, lines or not, until nobody listens', async () => {
        const aborter = new AbortController();
        let heard = '';
        const { promise, resolve } = Promise.withResolvers<void>();
        const onText = (source: string, text: string): void => {
          heard += `${source}: ${text}`;
          if (heard.includes('? ')) resolve();
        };
        const node = await launch({ command: commands.asking, output: { onText, signal: aborter.signal } });
        await promise;
        expect(heard).toBe('stdout: größer? ');
        aborter.abort();
        expect((await engine.inspect(node.id))?.running).toBe(true);
      });

      it('can be followed, and left, where nothing is ever said', async () => {
        const node = await launch();
        const aborter = new AbortController();
        setTimeout(() => aborter.abort(), 100);
        expect(await Array.fromAsync(engine.followLogs(node.id, aborter.signal))).toEqual([]);
      });

      it('stops being followed on abort', async () => {
        const node = await launch({ command: commands.polite });
        const aborter = new AbortController();
        const lines: string[] = [];
        for await (const line of engine.followLogs(node.id, aborter.signal)) {
          lines.push(line);
          setTimeout(() => aborter.abort(), 50);
        }
        expect(lines).toEqual(['ready']);
      });
    });

    describe('commands inside', () => {
      it('give both outputs and their exit code', async () => {
        const node = await launch();
        expect(await engine.exec(node.id, commands.report)).toEqual({
          exitCode: 4,
          stdout: 'out\n',
          stderr: 'err\n',
        });
      });

      it('carry a MiB of bytes both ways', async () => {
        const node = await launch();
        const sent = randomBytes(mebibyte);
        const stream = await engine.openStream(node.id, commands.echo);
        const received = buffer(stream);
        stream.end(sent);
        expect((await received).equals(sent)).toBe(true);
      });

      it('hold the writer back where nobody reads', async () => {
        const node = await launch();
        const stream = await engine.openStream(node.id, commands.echo);
        const chunk = Buffer.alloc(64 * 1024);
        let written = 0;
        while (written < 64 * mebibyte && (await takes(stream, chunk, quietMs))) written += chunk.length;
        expect(written).toBeLessThan(64 * mebibyte);
        stream.destroy();
      });

      it('close their stream when the container is removed', async () => {
        const node = await launch();
        const stream = await engine.openStream(node.id, commands.echo);
        stream.resume();
        const closed = new Promise((resolve) => stream.once('close', resolve));
        await engine.remove(node.id);
        await closed;
        expect(stream.destroyed).toBe(true);
      });
    });

    describe('watching', () => {
      it('tells starts and exits of the labelled containers only', async () => {
        const aborter = new AbortController();
        onTestFinished(() => aborter.abort());
        const seen: ContainerEvent[] = [];
        const labels = { [Label.run]: run, [Label.group]: 'watched' };
        await engine.watch(labels, (event) => seen.push(event), aborter.signal);
        const other = await launch({ command: commands.failing });
        const node = await launch({ command: commands.failing, labels });
        await Promise.all([engine.wait(other.id), engine.wait(node.id)]);
        await expect.poll(() => seen.length, { timeout: eventWithinMs }).toBe(2);
        expect(seen.map(({ kind, exitCode }) => [kind, exitCode])).toEqual([
          ['started', null],
          ['exited', 3],
        ]);
        expect(seen.every(({ containerId }) => containerId === node.id)).toBe(true);
        expect(seen[0]?.labels).toMatchObject(labels);
        expect(seen[0]?.atMs).toBeGreaterThan(1e12);
      });

      it('tells nothing after the abort', async () => {
        const [left, stays] = [new AbortController(), new AbortController()];
        onTestFinished(() => stays.abort());
        const seen: ContainerEvent[] = [];
        const seenByOther: ContainerEvent[] = [];
        await engine.watch({ [Label.run]: run }, (event) => seen.push(event), left.signal);
        await engine.watch({ [Label.run]: run }, (event) => seenByOther.push(event), stays.signal);
        left.abort();
        await launch({ command: commands.failing });
        await expect.poll(() => seenByOther.length, { timeout: eventWithinMs }).toBe(2);
        expect(seen).toEqual([]);
      });
    });

    describe('a file in a container', () => {
      it('is not read where it is larger than asked for', async () => {
        const { id } = await launch({ files: [{ path: '/tmp/large', content: 'x'.repeat(1001) }] });
        expect(await engine.readFile(id, '/tmp/large', 1001)).toHaveLength(1001);
        await expect(engine.readFile(id, '/tmp/large', 1000)).rejects.toMatchObject({
          code: 'file-too-large',
        });
      });
    });

    describe('what is gone', () => {
      it('is no error to signal, stop, remove or read', async () => {
        const { id } = await launch();
        const { id: networkId } = await network();
        await engine.remove(id);
        await engine.signal(id, 'SIGTERM');
        await engine.pause(id);
        await engine.resume(id);
        await engine.stop(id, 100);
        await engine.remove(id);
        await engine.disconnect(networkId, id);
        expect(await engine.logs(id)).toBe('');
        expect(await engine.inspect(id)).toBeUndefined();
        expect(await engine.readFile(id, '/etc/hostname')).toBeUndefined();
        expect(await Array.fromAsync(engine.followLogs(id, new AbortController().signal))).toEqual([]);
        await engine.removeNetwork(networkId);
        await engine.removeNetwork(networkId);
        await engine.disconnect(networkId, id);
        await engine.removeVolume(`topolab-${run}-absent`);
      });

      it('is told as container-gone where the call needs it running', async () => {
        const removed = await launch();
        await engine.remove(removed.id);
        const stopped = await launch({ command: commands.failing });
        await engine.wait(stopped.id);
        for (const { id } of [removed, stopped]) {
          for (const call of [
            () => engine.resize(id, { cpus: 0.5, memoryBytes: null }),
            () => engine.exec(id, commands.report),
            () => engine.openStream(id, commands.echo),
          ])
            await expect(call()).rejects.toMatchObject({ code: 'container-gone' });
        }
        await expect(engine.wait(removed.id)).rejects.toBeInstanceOf(TopolabError);
      });

      it('can be removed by several at once', async () => {
        const { id } = await launch();
        await Promise.all([engine.remove(id), engine.remove(id), engine.remove(id)]);
        expect(await engine.inspect(id)).toBeUndefined();
      });
    });

    describe('networks and volumes', () => {
      it('are removed with containers still attached', async () => {
        const { id } = await network();
        const node = await launch({ network: { id, aliases: ['a'] } });
        // One that is in no network can't be brought into one.
        const elsewhere = await network();
        const guest = await launch({ network: { id: elsewhere.id, aliases: [] } });
        await engine.connect(id, guest.id, ['guest']);
        await engine.removeNetwork(id);
        expect((await engine.list(run)).networks.map((left) => left.id)).toEqual([elsewhere.id]);
        expect((await engine.inspect(node.id))?.running).toBe(true);
      });

      it('are listed by run until everything is removed, once and again', async () => {
        const { id } = await network();
        await engine.createVolume({ name: `topolab-${run}-data`, labels: { [Label.run]: run } });
        const node = await launch({
          network: { id, aliases: [] },
          mounts: [{ kind: 'volume', volume: `topolab-${run}-data`, path: '/data' }],
        });
        const found = await engine.list(run);
        expect(found.containers.map((one) => one.id)).toEqual([node.id]);
        expect(found.networks.map((one) => one.id)).toEqual([id]);
        expect(found.volumes.map((one) => one.name)).toEqual([`topolab-${run}-data`]);
        expect((await engine.list()).containers.map((one) => one.id)).toContain(node.id);
        expect(await engine.list('another-run')).toEqual(nothing);

        const removed = await removeLeftovers(engine, run);
        expect(removed).toEqual(found);
        expect(await removeLeftovers(engine, run)).toEqual(nothing);
        expect(await engine.list(run)).toEqual(nothing);
      });
    });
  });
}

async function untilSays(engine: Engine, id: string, wanted: string): Promise<void> {
  const aborter = new AbortController();
  for await (const line of engine.followLogs(id, aborter.signal)) {
    if (line === wanted) return;
  }
  throw new Error(`the container ended without saying ${wanted}`);
}

/** Whether the stream takes a chunk, and more after it within `quietMs`. */
async function takes(stream: Duplex, chunk: Buffer, quietMs: number): Promise<boolean> {
  if (stream.write(chunk)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, quietMs, false);
  stream.once('drain', () => resolve(true));
  const took = await promise;
  clearTimeout(timer);
  return took;
}
