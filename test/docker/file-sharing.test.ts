// Files among real containers: whole runs as a person starts them, a foreign BitTorrent client in the swarm, and bad luck.
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AgentClient } from '../../orchestrator/agent/agent-client.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type ContainerSpec, type Engine, Label, type Network } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { buildContext } from '../../orchestrator/images/build-context.ts';
import { proxyBuildArgs } from '../../orchestrator/images/host-settings.ts';
import { BASE_IMAGE, PEER_IMAGE } from '../../orchestrator/image-names.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { distributionFacts } from '../../orchestrator/report/facts/distribution-facts.ts';
import { fixture, imageOn, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';
import { until } from './until.ts';

const MiB = 1024 ** 2;
const foreignImage = 'topolab-test/aria2';

interface K6Summary {
  readonly metrics: Readonly<Record<string, { readonly values: Readonly<Record<string, number>> }>>;
}

/** How many of k6's checks held, and how many did not. */
function checksOf(run: SavedRun): { passes: number; fails: number } {
  const checks = Object.values(run.k6Summaries).map((each) => (each as K6Summary).metrics['checks']?.values);
  const sum = (kind: string): number => checks.reduce((total, values) => total + (values?.[kind] ?? 0), 0);
  return { passes: sum('passes'), fails: sum('fails') };
}

interface Shared {
  readonly run: SavedRun;
  readonly exitCode: number | null;
  readonly output: string;
}

/** A run of scenarios/file-sharing.yaml with these values of its parameters. */
async function share(values: Readonly<Record<string, string | number>>): Promise<Shared> {
  const runs = temporaryFolder();
  const sets = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const scenario = fixture('../../../scenarios/file-sharing.yaml');
  const { exitCode, stdout, stderr } = await topolab(['run', scenario, ...sets, '--runs', runs]);
  const run = await readRun(onlyRun(runs));
  expect(await leftOf('file-sharing')).toEqual([]);
  return { run, exitCode, output: stdout + stderr };
}

/** A machine that is busy may not measure well; what nodes were asked for must have come true all the same. */
function expectHeld({ run, exitCode, output }: Shared): void {
  expect([0, 4], output).toContain(exitCode);
  expect(new Set(run.verdict?.objectives.map(({ status }) => status)), output).toEqual(new Set(['held']));
}

test('four peers get a file from one another although their tracker is killed meanwhile', async () => {
  const peers = { topology: 'peer-to-peer', nodes: 4, size: '16MiB', uplink: '4MiB/s' };
  const { run, exitCode, output } = await share({ ...peers, kill: 'tracker', 'kill-at': '1s' });
  expectHeld({ run, exitCode, output });
  expect(checksOf(run)).toEqual({ passes: 8, fails: 0 });
  const killed = run.events.find(({ type }) => type === 'action-finished');
  expect(killed).toMatchObject({ action: { summary: expect.stringContaining('tracker') } });
});

test('a run in which the only seeder dies goes on to its end and says who lacks what', async () => {
  const peers = { topology: 'peer-to-peer', nodes: 2, size: '4MiB', uplink: '1MiB/s' };
  const { run, exitCode, output } = await share({ ...peers, kill: 'source', 'kill-at': '1s', patience: 3 });
  expect([3, 4], output).toContain(exitCode);
  expect(
    run.verdict?.objectives.map(({ status }) => status),
    output,
  ).toContain('missed');
  expect(run.events).toContainEqual(expect.objectContaining({ type: 'node-killed', node: 'source-1' }));
  expect(run.events).toContainEqual(expect.objectContaining({ type: 'run-ended', outcome: 'completed' }));
  // Both users got their answer, and none was told that the file is there.
  expect(checksOf(run)).toEqual({ passes: 0, fails: 2 });
  const sentence = 'nodes-1, nodes-2 gave up: nobody sent what they still lacked';
  expect(output).toContain(`4 MiB to 2 nodes: only 0 had the whole file in the end\n${sentence}\n`);
  const report = await readFile(join(run.folder, 'report.html'), 'utf8');
  expect(report).toContain(`0 had the whole file in the end. ${sentence}.`);
});

test('clients that ask a server alone get the file whole, at the rate of its link', async ({ skip }) => {
  const clients = { topology: 'client-server', nodes: 2, size: '16MiB', uplink: '4MiB/s' };
  const { run, exitCode, output } = await share(clients);
  expectHeld({ run, exitCode, output });
  expect(checksOf(run)).toEqual({ passes: 4, fails: 0 });
  const facts = distributionFacts(run);
  expect(facts).toMatchObject({ completed: 2, bytesFromServers: 32 * MiB, bytesFromPeers: 0, failures: [] });
  // 32 MiB over 4 MiB/s.
  expect(facts?.bound).toEqual({ seconds: 8, limit: 'source uplink' });
  expect(facts?.distributionMs).toBeGreaterThan(0.95 * 8000);
  const { resource } = run.verdict?.firstSaturated ?? {};
  skip(exitCode === 4 || resource?.startsWith('host') === true, 'the machine ran out before the link did');
  const uplinks = run.samples?.panels['resource-uplink'] ?? [];
  const ofSource = uplinks.find(({ labels }) => labels['group'] === 'source')?.points ?? [];
  expect(Math.max(...ofSource.map(([, used]) => used))).toBeGreaterThan(0.9);
  expect(resource).toBe('uplink');
  expect(output).toMatch(/first to run out: source-1's uplink at .*of 4\s+MiB\/s/);
});

test('clients that help each other spare their server bytes', async () => {
  const { run, exitCode, output } = await share({ topology: 'hybrid', nodes: 4, size: '8MiB' });
  expectHeld({ run, exitCode, output });
  expect(checksOf(run)).toEqual({ passes: 8, fails: 0 });
  const facts = distributionFacts(run);
  expect(facts?.serverBytesSaved).toBeGreaterThan(8 * MiB);
  expect(facts?.bytesFromServers).toBeGreaterThan(0);
});

/** Nodes that share files in a network of their own, with an agent through which they are asked. */
class Swarm implements AsyncDisposable {
  readonly engine: Engine;
  readonly #run: string;
  readonly #image: string;
  readonly #network: Network;
  #agent: AgentClient | undefined;

  private constructor(engine: Engine, run: string, image: string, network: Network) {
    this.engine = engine;
    this.#run = run;
    this.#image = image;
    this.#network = network;
  }

  static async open(network: { readonly internet: boolean }): Promise<Swarm> {
    const engine = await connectDocker();
    const run = `files-${randomBytes(4).toString('hex')}`;
    const image = await imageOn(engine, PEER_IMAGE);
    const labels = { [Label.run]: run };
    const own = await engine.createNetwork({ name: `topolab-${run}`, labels, ...network });
    const swarm = new Swarm(engine, run, image, own);
    swarm.#agent = await AgentClient.connect(
      engine,
      await swarm.launch('agent', { command: ['agent'] }),
      run,
    );
    return swarm;
  }

  /** Gives the container's id. */
  async launch(name: string, spec: Partial<ContainerSpec>): Promise<string> {
    const { id } = await this.engine.launch({
      name: `topolab-${this.#run}-${name}`,
      image: this.#image,
      labels: { [Label.run]: this.#run },
      env: {},
      cpus: null,
      memoryBytes: null,
      network: { id: this.#network.id, aliases: [name] },
      ...spec,
    });
    return id;
  }

  /** Without a tracker in `env` peers find each other by broadcast. */
  async node(
    name: string,
    role: 'peer' | 'tracker',
    shared: Readonly<Record<string, number>>,
    env: Readonly<Record<string, string>> = {},
    diskBytes = 64 * MiB,
  ): Promise<void> {
    const id = await this.launch(name, {
      command: [role],
      hardened: true,
      mounts: [{ kind: 'tmpfs', path: '/tmp', sizeBytes: diskBytes }],
      env: { NODE_NAME: name, SERVICES: 'files', FILES: JSON.stringify(shared), ...env },
    });
    const probe = { kind: 'http', port: 8080, path: '/ready' } as const;
    const answer = await this.#agent?.probe(probe, name, 120_000);
    if (answer?.ready !== true) throw new Error(await this.engine.logs(id));
  }

  async ask(method: 'GET' | 'POST', host: string, path: string): Promise<[number, string]> {
    const [status, body] = await this.bytes(method, host, path);
    return [status, body.toString()];
  }

  async bytes(method: 'GET' | 'POST', host: string, path: string): Promise<[number, Buffer]> {
    const answer = await this.#agent?.http(method, `${host}:8080`, path, { timeoutMs: 120_000 });
    return [answer?.status ?? 0, answer?.body ?? Buffer.alloc(0)];
  }

  async sha256Of(name: string): Promise<string | undefined> {
    const [, body] = await this.ask('GET', 'seeder', '/files');
    const list = JSON.parse(body) as { files: { name: string; sha256: string }[] };
    return list.files.find((file) => file.name === name)?.sha256;
  }

  /** Fetches that a node gave up, by reason; those that it never gave up for are left out. */
  async failuresOf(host: string): Promise<Record<string, number>> {
    const [, metrics] = await this.ask('GET', host, '/metrics');
    const counters = metrics.matchAll(/^topolab_file_fetches_failed_total\{reason="(.*?)"\} ([1-9]\d*)$/gm);
    return Object.fromEntries([...counters].map(([, reason, count]) => [reason ?? '', Number(count)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent?.[Symbol.asyncDispose]();
    await removeLeftovers(this.engine, this.#run);
    expect(await this.engine.list(this.#run)).toEqual({ containers: [], networks: [], volumes: [] });
    await this.engine[Symbol.asyncDispose]();
  }
}

test('without a tracker and without internet peers find the seeder by broadcast', async () => {
  await using swarm = await Swarm.open({ internet: false });
  const files = { 'song.bin': 3 * MiB };
  await swarm.node('seeder', 'peer', files, { SEEDER: '1' });
  await Promise.all(['one', 'other'].map(async (name) => swarm.node(name, 'peer', files)));
  const answers = await Promise.all(
    ['one', 'other'].map(async (name) => swarm.ask('POST', name, '/files/song.bin/fetch')),
  );
  const sha256 = await swarm.sha256Of('song.bin');
  for (const [status, body] of answers) {
    expect(status, body).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ sha256, checked: true, sizeBytes: 3 * MiB, bytesFromServer: 0 });
  }
  const [, content] = await swarm.bytes('GET', 'other', '/files/song.bin');
  expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
});

describe('a swarm of a seeder and peers', () => {
  const files = { 'song.bin': 6 * MiB, 'film.bin': 6 * MiB, 'note.bin': 100_000 };
  const directory = { TRACKER: 'tracker' };
  let swarm: Swarm;

  beforeAll(async () => {
    swarm = await Swarm.open({ internet: true });
    await swarm.node('tracker', 'tracker', { ...files, 'lost.bin': MiB });
    await swarm.node('seeder', 'peer', files, { ...directory, SEEDER: '1' });
  });

  afterAll(async () => swarm?.[Symbol.asyncDispose]());

  test('serves a BitTorrent client of another make', async () => {
    const { engine } = swarm;
    const dockerfile = [
      `FROM ${BASE_IMAGE}`,
      'RUN apt-get update && apt-get install -y --no-install-recommends aria2',
    ].join('\n');
    if (!(await engine.images.has(foreignImage))) {
      const context = buildContext([{ name: 'Dockerfile', content: dockerfile }]);
      const buildArgs = proxyBuildArgs();
      await engine.images.build(foreignImage, context, { buildArgs, onProgress: () => {} });
    }
    const [status, torrent] = await swarm.bytes('GET', 'seeder', '/files/song.bin.torrent');
    expect(status).toBe(200);
    const foreigner = await swarm.launch('foreigner', {
      image: foreignImage,
      files: [{ path: '/song.torrent', content: torrent }],
      command: ['aria2c', '--dir=/', '--seed-time=0', '--bt-stop-timeout=100', '/song.torrent'],
    });
    expect(await engine.wait(foreigner, AbortSignal.timeout(120_000)), await engine.logs(foreigner)).toBe(0);
    const content = await engine.readFile(foreigner, '/song.bin');
    expect(
      createHash('sha256')
        .update(content ?? '')
        .digest('hex'),
    ).toBe(await swarm.sha256Of('song.bin'));
  });

  test('says within the stall limit that nobody holds a file', async () => {
    const env = { ...directory, FETCH_STALL_MS: '1500' };
    await swarm.node('seeker', 'peer', { ...files, 'lost.bin': MiB }, env);
    const beganMs = performance.now();
    const [status, body] = await swarm.ask('POST', 'seeker', '/files/lost.bin/fetch');
    expect([503, 504]).toContain(status);
    expect(body).toMatch(/nobody sent any of the missing 1048576 bytes|no other peer found/);
    expect(performance.now() - beganMs).toBeLessThan(25_000);
    expect(await swarm.failuresOf('seeker')).toEqual({
      [status === 503 ? 'nobody-found' : 'nobody-has-it']: 1,
    });
    // The node is none the worse for it. Its limit is short: a try may end before anything has come, the next goes on from there.
    await until(
      'a file that others hold',
      () => swarm.ask('POST', 'seeker', '/files/note.bin/fetch'),
      ([fetched]) => fetched === 200,
    );
  });

  test('says that a disk is full, beforehand and in the middle of it, and serves on', async () => {
    await swarm.node('tiny', 'peer', files, directory, 3 * MiB);
    // Two users at once: the second waits for what the first has begun, and hears the same.
    const refusals = await Promise.all(
      [1, 2].map(async () => swarm.ask('POST', 'tiny', '/files/song.bin/fetch')),
    );
    const refusal = [507, expect.stringContaining('the disk of this node has')];
    expect(refusals).toEqual([refusal, refusal]);
    expect(await swarm.failuresOf('tiny')).toEqual({ 'disk-full': expect.any(Number) });
    expect((await swarm.ask('POST', 'tiny', '/files/note.bin/fetch'))[0]).toBe(200);

    // Room for either of the two, not for both at once.
    await swarm.node('small', 'peer', files, directory, 9 * MiB);
    const answers = await Promise.all(
      ['song.bin', 'film.bin'].map(async (name) => swarm.ask('POST', 'small', `/files/${name}/fetch`)),
    );
    const statuses = answers.map(([answered]) => answered);
    expect(statuses, answers.join('\n')).toContain(507);
    expect(await swarm.failuresOf('small')).toMatchObject({ 'disk-full': expect.any(Number) });
    expect((await swarm.ask('GET', 'small', '/ready'))[0]).toBe(200);
    expect((await swarm.ask('POST', 'small', '/files/note.bin/fetch'))[0]).toBe(200);
  });

  test('knows its neighbours by the names of their nodes', async () => {
    const [, body] = await swarm.ask('GET', 'seeder', '/neighbours');
    const names = (JSON.parse(body) as { node: string }[]).map((neighbour) => neighbour.node);
    expect(names).toEqual(expect.arrayContaining(['seeker', 'tiny', 'small']));
  });
});
