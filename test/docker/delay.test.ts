// Delay and jitter as containers see them, by whichever way this host's kernel has. Figures are compared with what the same machine does
// without delay at nearly the same time, and a busy one is asked again.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label, type Network, type RunningContainer } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { type DelayRoute, delayScript } from '../../orchestrator/faults/link/delay-script.ts';
import { delayWayOf, linkNeeds } from '../../orchestrator/faults/link/link-needs.ts';
import { linkScript } from '../../orchestrator/faults/link/link-script.ts';
import { NetAdmin } from '../../orchestrator/net-admin/net-admin.ts';
import { NETADMIN_IMAGE, NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { UNSHAPED } from '../../orchestrator/scenario/groups/resolve-link.ts';
import type { Link } from '../../orchestrator/scenario/groups/group.ts';
import { processesOf, processOf } from './process-of.ts';
import { imageOn } from './topolab.ts';
import { until } from './until.ts';

const run = `delay-${randomBytes(4).toString('hex')}`;
const MiB = 2 ** 20;
const files = ['delay-probe.cjs', 'tcp-probe.cjs'].map((name) => ({
  path: `/${name}`,
  content: readFileSync(new URL(`../fixtures/docker/${name}`, import.meta.url)),
}));
let engine: Engine;
let admin: NetAdmin;
let helperImage: string;
let network: Network;
let far: RunningContainer;
let near: RunningContainer;

/** Of a foreign image, which is not told that its packets are delayed. */
function launch(name: string): Promise<RunningContainer> {
  return engine.launch({
    name: `topolab-${run}-${name}`,
    image: NODE_BASE_IMAGE,
    labels: { [Label.run]: run, [Label.node]: name },
    env: {},
    command: ['sh', '-c', 'node /tcp-probe.cjs serve & exec node /delay-probe.cjs echo'],
    cpus: null,
    memoryBytes: null,
    network: { id: network.id, aliases: [name] },
    files,
  });
}

const shape = (link: Partial<Link> | null, container = near): Promise<boolean> =>
  admin.inNetwork(
    {
      node: 'near',
      container: container.id,
      address: container.address,
      script: linkScript(link === null ? null : { ...UNSHAPED, ...link }, delayWayOf(admin.lacks)),
    },
    'shape the link',
  );

async function ask(from: RunningContainer, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await engine.exec(from.id, ['node', ...words]);
  return stdout.trim() || stderr;
}

interface RoundTrips {
  /** Of the datagrams, in the order in which they came back. */
  readonly numbers: readonly number[];
  /** Sorted. */
  readonly ms: readonly number[];
}

async function roundTrips(to = far, count = 40, apartMs = 10, from = near): Promise<RoundTrips> {
  const said = await ask(from, '/delay-probe.cjs', 'ping', to.address, `${count}`, `${apartMs}`);
  const came = JSON.parse(said) as [number, number][];
  return { numbers: came.map(([number]) => number), ms: came.map(([, ms]) => ms).sort((a, b) => a - b) };
}

async function medianMs(to = far, from = near): Promise<number> {
  const { ms } = await roundTrips(to, 40, 10, from);
  return ms[Math.floor(ms.length / 2)] ?? Number.NaN;
}

/** The median round trip; where a busy machine made it much longer than that, it is measured again. */
const medianAbout = (delayMs: number, to = far, from = near): Promise<number> =>
  until(
    `a median of ${delayMs} ms and what a busy machine adds`,
    () => medianMs(to, from),
    (ms) => ms < delayMs + 10,
  );

async function inNode(container: RunningContainer, script: string): Promise<string> {
  const pid = await processOf(container.id);
  const argv = ['nsenter', '-t', String(pid), '-n', 'sh', '-c', script];
  return (await engine.exec(admin.container.id, argv)).stdout;
}

beforeAll(async () => {
  engine = await connectDocker();
  await imageOn(engine, NODE_BASE_IMAGE);
  helperImage = await imageOn(engine, NETADMIN_IMAGE);
  admin = await NetAdmin.launch(engine, {
    run,
    image: helperImage,
    labels: {},
    processesOf,
  });
  await admin.checkKernel(linkNeeds({ delayMs: 1 }).map((need) => ({ ...need, where: 'these tests' })));
  network = await engine.createNetwork({ name: `topolab-${run}`, labels: { [Label.run]: run } });
  [far, near] = [await launch('far'), await launch('near')];
});
afterEach(async () => {
  for (const each of [near, far]) await shape(null, each);
});
afterAll(async () => {
  await removeLeftovers(engine, run);
  expect(await engine.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
  await engine[Symbol.asyncDispose]();
});

describe('a delayed link', () => {
  it('makes round trips longer by its delay, whoever begins, and those of two such nodes by both', async () => {
    await shape({ delayMs: 20 });
    expect(await medianAbout(20)).toBeGreaterThanOrEqual(20 - 0.2);
    expect(await medianAbout(20, near, far)).toBeGreaterThanOrEqual(20 - 0.2);
    await shape({ delayMs: 15 }, far);
    expect(await medianAbout(35)).toBeGreaterThanOrEqual(35 - 0.2);
  });

  it('varies by its jitter, and loses and reorders nothing', async () => {
    await shape({ delayMs: 40, jitterMs: 20 });
    const { numbers, ms } = await roundTrips(far, 100, 5);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(ms[0]).toBeGreaterThanOrEqual(20 - 0.2);
    // Far enough apart that none waits for another: of 40 uniform draws one in a million is all above or all below the middle.
    const apart = await roundTrips(far, 40, 45);
    expect(apart.ms[0]).toBeLessThan(40);
    expect(apart.ms.at(-1)).toBeGreaterThan(40);
  });

  it('is another from one moment to the next, and none at the end, with no trace', async () => {
    const traces =
      'tc qdisc show; ip -o link show type ifb; nft list tables; cat /proc/self/net/netfilter/nfnetlink_queue';
    const before = await inNode(near, traces);
    await shape({ delayMs: 60 });
    expect(await medianAbout(60)).toBeGreaterThanOrEqual(60 - 0.2);
    await shape({ delayMs: 20, loss: 0.001, downlinkBytesPerSecond: 8 * MiB });
    expect(await medianAbout(20)).toBeGreaterThanOrEqual(20 - 0.2);
    expect(await shape(null)).toBe(true);
    expect(await shape(null)).toBe(true);
    expect(await inNode(near, traces)).toBe(before);
    expect((await roundTrips()).ms[0]).toBeLessThan(20);
  });

  it('reaches its node by multicast too', async () => {
    await shape({ delayMs: 30 });
    const stream = await engine.openStream(near.id, ['node', '/delay-probe.cjs', 'hear', '239.7.7.7', '20']);
    const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('listening');
    await ask(far, '/delay-probe.cjs', 'call', '239.7.7.7', '20');
    const came = JSON.parse(String((await lines.next()).value)) as number[];
    expect(came).toHaveLength(20);
    expect(Math.min(...came)).toBeGreaterThanOrEqual(30 - 0.2);
  });
});

describe('a stream over a delayed link with a rate', () => {
  it.each([
    ['send', { uplinkBytesPerSecond: 8 * MiB }],
    ['receive', { downlinkBytesPerSecond: 8 * MiB }],
  ] as const)('has its rate as without delay: %s', async (direction, link) => {
    const rate = async (more: Partial<Link>): Promise<number> => {
      await shape({ ...link, ...more });
      return Number(await ask(near, '/tcp-probe.cjs', direction, far.address, '2'));
    };
    // In turn: what is the machine's slows both.
    const share = await until(
      'nine tenths of the same link without delay',
      async () => (await rate({ delayMs: 20, jitterMs: 2 })) / (await rate({})),
      (now) => now > 0.9,
    );
    expect(share).toBeLessThan(1.2);
  });
});

describe('the program, where there is no netem', () => {
  const program = async (...words: string[]): Promise<string> =>
    (await engine.exec(admin.container.id, ['topolab-delay', ...words])).stdout;

  /** As the helper does for links, whatever this kernel has besides. */
  async function delayBySource(routes: readonly DelayRoute[], by = admin, to = near): Promise<void> {
    const script = ['dev=eth0', ...delayScript(routes)].join('\n');
    const pid = await processOf(to.id);
    await by.run(`nsenter -t ${pid} -n sh -e -s ${to.address} ${pid} <<'DELAY'\n${script}\nDELAY\n`);
  }

  it('delays by source, and keeps what waits when the table changes', async () => {
    const other = await launch('other');
    const fromFar = { source: far.address, delayMs: 60, jitterMs: 0 };
    await delayBySource([{ source: 'default', delayMs: 10, jitterMs: 0 }, fromFar]);
    expect(await medianAbout(60)).toBeGreaterThanOrEqual(60 - 0.2);
    expect(await medianAbout(10, other)).toBeGreaterThanOrEqual(10 - 0.2);
    const waiting = roundTrips(far, 20, 20);
    for (const delayMs of [11, 12, 13]) {
      await delayBySource([fromFar, { source: '0.0.0.0/0', delayMs, jitterMs: 0 }]);
    }
    const { ms, numbers } = await waiting;
    expect(numbers).toHaveLength(20);
    expect(ms[0]).toBeGreaterThanOrEqual(60 - 0.2);
    await delayBySource([fromFar]);
    expect((await roundTrips(other)).ms[0]).toBeLessThan(10);
  });

  it('tells what became of the packets, and lets go of a node that has ended', async () => {
    const brief = await launch('brief');
    await delayBySource([{ source: 'default', delayMs: 20, jitterMs: 0 }]);
    await delayBySource([{ source: 'default', delayMs: 5, jitterMs: 0 }], admin, brief);
    await program('report');
    await roundTrips();
    const told = (await program('report'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(told).toContainEqual(
      expect.objectContaining({
        node: near.address,
        state: 'delaying',
        dropped: 0,
        delays: [expect.objectContaining({ delayUs: 20_000, jitterUs: 0, packets: 40 })],
      }),
    );
    await engine.signal(brief.id, 'SIGKILL');
    await engine.remove(brief.id);
    await until(
      'only the other is delayed',
      () => program('report'),
      (said) => !said.includes(brief.address) && said.includes(near.address),
    );
    expect(await shape({ delayMs: 5 }, brief)).toBe(false);
  });

  it('that dies with its helper delays nothing any more, and loses nothing', async () => {
    const doomed = await NetAdmin.launch(engine, {
      run: `${run}-2`,
      image: helperImage,
      processesOf,
      labels: { [Label.run]: run },
    });
    await delayBySource([{ source: 'default', delayMs: 50, jitterMs: 0 }], doomed);
    expect(await medianAbout(50)).toBeGreaterThanOrEqual(50 - 0.2);
    await engine.signal(doomed.container.id, 'SIGKILL');
    const { ms } = await until(
      'no delay',
      () => roundTrips(),
      (seen) => (seen.ms[0] ?? 50) < 50,
    );
    expect(ms).toHaveLength(40);
    await removeLeftovers(engine, `${run}-2`);
  });
});
