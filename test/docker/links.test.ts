// Links as containers see them: rates both ways, loss, changes, and nothing left behind.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label, type Network, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { linkNeeds } from '../../orchestrator/faults/link/link-needs.ts';
import { linkScript } from '../../orchestrator/faults/link/link-script.ts';
import { NeighbourTables } from '../../orchestrator/net-admin/neighbour-tables.ts';
import { NetAdmin } from '../../orchestrator/net-admin/net-admin.ts';
import { NETADMIN_IMAGE, NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { UNSHAPED } from '../../orchestrator/scenario/groups/resolve-link.ts';
import type { Link } from '../../orchestrator/scenario/groups/group.ts';
import { processesOf, processOf } from './process-of.ts';
import { imageOn } from './topolab.ts';
import { until } from './until.ts';

const run = `links-${randomBytes(4).toString('hex')}`;
const probe = readFileSync(new URL('../fixtures/docker/tcp-probe.cjs', import.meta.url));
const MiB = 2 ** 20;
let engine: Engine;
let admin: NetAdmin;
let network: Network;
let far: RunningContainer;
let near: RunningContainer;

/** Not of Topolab's own images: a foreign one, which is not told that its link is shaped. */
function launch(name: string, more = {}): Promise<RunningContainer> {
  return engine.launch({
    name: `topolab-${run}-${name}`,
    image: NODE_BASE_IMAGE,
    labels: { [Label.run]: run, [Label.node]: name },
    env: {},
    command: ['node', '/probe.cjs', 'serve'],
    cpus: null,
    memoryBytes: null,
    network: { id: network.id, aliases: [name] },
    files: [{ path: '/probe.cjs', content: probe }],
    ...more,
  });
}

const shape = (link: Link | null, container = near): Promise<boolean> =>
  admin.inNetwork(
    { node: 'near', container: container.id, address: container.address, script: linkScript(link) },
    'shape the link',
  );

async function ask(...words: string[]): Promise<string> {
  const { stdout, stderr } = await engine.exec(near.id, ['node', '/probe.cjs', ...words]);
  return stdout.trim() || stderr;
}

/** Bytes per second. Its link shapes the node that asks: what it sends is its uplink. */
const rate = async (direction: 'send' | 'receive', seconds = 2): Promise<number> =>
  Number(await ask(direction, far.address, String(seconds)));

/**
 * Measures up to three times until it comes within `off` of the aim, and gives what came closest. A machine that is busy keeps a link from
 * carrying all that it may for a while; one that is shaped wrongly is wrong every time.
 */
async function closest(aim: number, off: number, measure: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3 && Math.abs(best - aim) > off; times += 1) {
    const measured = await measure();
    if (Math.abs(measured - aim) < Math.abs(best - aim)) best = measured;
  }
  return best;
}

/** What a link carries, as a share of what it should. */
const shareOf = (direction: 'send' | 'receive', bytesPerSecond: number, seconds?: number): Promise<number> =>
  closest(1, 0.05, async () => (await rate(direction, seconds)) / bytesPerSecond);

/** A connection that lasts until `end`. `carries` waits until its rate fits, and is false where the connection breaks first. */
async function watch(direction: 'send' | 'receive') {
  const stream = await engine.openStream(near.id, ['node', '/probe.cjs', 'watch', far.address, direction]);
  const closed = once(stream, 'close');
  const rates = createInterface({ input: stream })[Symbol.asyncIterator]();
  return {
    carries: async (fits: (bytesPerSecond: number) => boolean): Promise<boolean> => {
      for (let next = await rates.next(); next.done !== true; next = await rates.next()) {
        if (fits(Number(next.value))) return true;
      }
      return false;
    },
    end: async (): Promise<void> => {
      stream.end();
      await closed;
    },
  };
}

async function inNode(container: RunningContainer, script: string): Promise<string> {
  const pid = await processOf(container.id);
  const argv = ['nsenter', '-t', String(pid), '-n', 'sh', '-c', script];
  return (await engine.exec(admin.container.id, argv)).stdout;
}

const traces = 'tc qdisc show; ip -o link show type ifb; nft list tables 2>/dev/null | grep topolab';

beforeAll(async () => {
  engine = await connectDocker();
  await imageOn(engine, NODE_BASE_IMAGE);
  const helperImage = await imageOn(engine, NETADMIN_IMAGE);
  admin = await NetAdmin.launch(engine, {
    run,
    image: helperImage,
    labels: {},
    processesOf,
  });
  network = await engine.createNetwork({ name: `topolab-${run}`, labels: { [Label.run]: run } });
  far = await launch('far');
  near = await launch('near');
});
afterEach(async () => {
  await shape(null);
});
afterAll(async () => {
  await removeLeftovers(engine, run);
  expect(await engine.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
  await engine[Symbol.asyncDispose]();
});

describe('a shaped link', () => {
  it.each([1, 8, 50])('carries %i MiB/s in both directions, within a twentieth', async (asked) => {
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: asked * MiB, downlinkBytesPerSecond: asked * MiB });
    for (const direction of ['send', 'receive'] as const) {
      const share = await shareOf(direction, asked * MiB);
      expect(share, direction).toBeGreaterThan(0.95);
      expect(share, direction).toBeLessThan(1.05);
    }
  });

  // One after the other: how TCP shares a link between data of one direction and acknowledgements of the other depends on the host's
  // congestion control. With BBR a flow got between a fifth and all of the same link, with CUBIC nine tenths and more.
  it('has different rates up and down', async () => {
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: 2 * MiB, downlinkBytesPerSecond: 16 * MiB });
    expect(await shareOf('send', 2 * MiB, 3)).toBeCloseTo(1, 1);
    expect(await shareOf('receive', 16 * MiB, 3)).toBeCloseTo(1, 1);
  });

  it('loses packets in each direction, and the sender does not see which', async () => {
    await shape({ ...UNSHAPED, loss: 0.1 });
    const count = 8000;
    const worstError = async (): Promise<number> => {
      const arrived = (await ask('lose', far.address, String(count))).split(' ').map(Number);
      expect(arrived).toHaveLength(2);
      return Math.max(...arrived.map((each) => Math.abs(1 - each / count - 0.1)));
    };
    // Six standard deviations of a binomial distribution are 0.02. What a busy receiver has no time to take in is lost as well.
    expect(await closest(0, 0.02, worstError)).toBeLessThanOrEqual(0.02);
  });

  it('loses everything at a loss of 1, and comes back', async () => {
    await shape({ ...UNSHAPED, loss: 1 });
    const refused =
      "require('net').connect({host:process.argv[1],port:5000,timeout:Number(process.argv[2])}).on('connect',()=>{console.log('open');process.exit()}).on('timeout',()=>{console.log('silent');process.exit()})";
    const connect = async (withinMs: number): Promise<string> =>
      (await engine.exec(near.id, ['node', '-e', refused, far.address, `${withinMs}`])).stdout.trim();
    expect(await connect(1_000)).toBe('silent');
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: MiB });
    expect(await connect(30_000)).toBe('open');
  });

  it('changes while bytes flow, without breaking a connection', async () => {
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: 16 * MiB });
    const { carries, end } = await watch('send');
    expect(await carries((now) => now > 8 * MiB), 'fast').toBe(true);
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: 2 * MiB, downlinkBytesPerSecond: 2 * MiB });
    expect(await carries((now) => now > MiB && now < 3 * MiB), 'slow').toBe(true);
    await end();
    expect(await shareOf('send', 2 * MiB)).toBeCloseTo(1, 1);
  });

  // From 8 to 1 MiB/s: bundles that fit the old bucket wait, and are larger than the new one.
  it('lowers a downlink while bytes flow', async () => {
    await shape({ ...UNSHAPED, downlinkBytesPerSecond: 8 * MiB });
    const { carries, end } = await watch('receive');
    expect(await carries((now) => now > 4 * MiB), 'fast').toBe(true);
    await shape({ ...UNSHAPED, downlinkBytesPerSecond: MiB });
    expect(await carries((now) => now > MiB / 2 && now < 1.5 * MiB), 'slow').toBe(true);
    await end();
    expect(await shareOf('receive', MiB)).toBeCloseTo(1, 1);
  });

  it('is as it was before once it is taken away, and twice is not too often', async () => {
    const before = await inNode(near, traces);
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: MiB, downlinkBytesPerSecond: MiB, loss: 0.2 });
    expect(await inNode(near, traces)).not.toBe(before);
    expect(await shape(null)).toBe(true);
    expect(await shape(null)).toBe(true);
    expect(await inNode(near, traces)).toBe(before);
    await until(
      'more than any of these links carried',
      () => rate('send', 1),
      (now) => now > 8 * MiB,
    );
  });
});

describe('the helper', () => {
  it('shapes a hundred links in a few commands', async () => {
    const commands = vi.spyOn(engine, 'exec');
    onTestFinished(() => commands.mockRestore());
    const link = { ...UNSHAPED, uplinkBytesPerSecond: MiB, downlinkBytesPerSecond: MiB };
    const shaped = await Promise.all(Array.from({ length: 100 }, () => shape(link)));
    expect(shaped).toEqual(shaped.map(() => true));
    expect(commands.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('passes over a node that has gone, and never touches the host or a stranger', async () => {
    const gone = await launch('gone');
    await engine.remove(gone.id);
    const link = { ...UNSHAPED, uplinkBytesPerSecond: 1000, loss: 1 };
    expect(await shape(link, gone)).toBe(false);
    // The process id now belongs to somebody else, at worst to the host itself.
    for (const pid of [1, await processOf(near.id)]) {
      const found = vi.spyOn(admin, 'processesOf').mockResolvedValue(new Map([[gone.id, pid]]));
      expect(await shape(link, gone)).toBe(false);
      found.mockRestore();
    }
    expect(await inNode(near, 'tc qdisc show dev eth0')).toContain('noqueue');
  });

  it('tells nodes each other’s hardware addresses before they ask', async () => {
    const tables = new NeighbourTables(admin);
    await Promise.all([near, far].map((container) => tables.introduce(container)));
    const hardwareAddress = (await inNode(far, 'ip -o link show dev eth0')).match(/link\/ether (\S+)/)?.[1];
    expect(await inNode(near, `ip neigh show to ${far.address}`)).toMatch(
      new RegExp(`dev eth0 lladdr ${hardwareAddress} .*extern_learn`),
    );
    expect(await inNode(far, `ip neigh show to ${near.address}`)).toContain('extern_learn');
  });

  it('says what the kernel said where it refuses', async () => {
    const impossible = { ...UNSHAPED, downlinkBytesPerSecond: Number.NaN };
    await expect(shape(impossible)).rejects.toMatchObject({
      code: 'links-not-shaped',
      message: expect.stringMatching(/shape the link of near: \S/),
    });
  });

  it('finds out what this kernel can do', async () => {
    const needsOf = (link: Link) => linkNeeds(link).map((need) => ({ ...need, where: 'group peers' }));
    const rates = { ...UNSHAPED, uplinkBytesPerSecond: 1, downlinkBytesPerSecond: 1, loss: 0.5 };
    await admin.checkKernel(needsOf(rates));
    // By netem or by a program: one of the two is wherever these tests run.
    const delayed = needsOf({ ...UNSHAPED, delayMs: 20, jitterMs: 5 });
    await expect(admin.checkKernel(delayed)).resolves.toBeUndefined();
  });

  it('leaves nothing on the host, for all of it goes with the node', async () => {
    const host = (script: string): Promise<{ stdout: string }> =>
      engine.exec(admin.container.id, ['nsenter', '-t', '1', '-n', 'sh', '-c', script]);
    const look = 'tc qdisc show | grep -v veth; ip -o link | grep topolab; nft list tables | grep topolab';
    const before = (await host(look)).stdout;
    const brief = await launch('brief');
    await shape({ ...UNSHAPED, uplinkBytesPerSecond: MiB, downlinkBytesPerSecond: MiB, loss: 0.1 }, brief);
    expect((await host(look)).stdout).toBe(before);
    await engine.signal(brief.id, 'SIGKILL');
    await engine.remove(brief.id);
    expect((await host(look)).stdout).toBe(before);
  });
});
