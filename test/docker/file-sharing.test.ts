// Files among real containers: whole runs as a person starts them, a foreign BitTorrent client in the swarm, and bad luck.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AgentClient } from '../../orchestrator/agent/agent-client.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type ContainerSpec, type Engine, Label, type Network } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { buildContext } from '../../orchestrator/images/build-context.ts';
import { ensureImages } from '../../orchestrator/images/ensure-images.ts';
import { proxyBuildArgs } from '../../orchestrator/images/host-settings.ts';
import { BASE_IMAGE, PEER_IMAGE } from '../../orchestrator/images/image-names.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/run-folder.ts';
import { distributionFacts } from '../../orchestrator/report/distribution/distribution-facts.ts';
import { fixture, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

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

async function runOf(args: readonly string[]): Promise<SavedRun & { readonly stdout: string }> {
  const runs = temporaryFolder();
  const { stdout, stderr } = await topolab(['run', ...args, '--runs', runs]);
  const run = await readRun(onlyRun(runs));
  // On a machine that others use, a measurement may rightly be told that it is not valid.
  expect(['pass', 'invalid'], stdout + stderr).toContain(run.verdict?.outcome);
  return { ...run, stdout };
}

test('four peers get a file from one another although their tracker is killed meanwhile', async () => {
  const run = await runOf([fixture('swarm.yaml')]);
  expect(checksOf(run)).toEqual({ passes: 4, fails: 0 });
  const killed = run.events.find(({ type }) => type === 'action-finished');
  expect(killed).toMatchObject({ action: { summary: expect.stringContaining('tracker') } });
  expect(await leftOf('swarm')).toEqual([]);

  // All of the file leaves the seeder once, at a quarter of what its CPU could do: its link is what runs out.
  const uplinks = run.samples?.panels['resource-uplink'] ?? [];
  expect(uplinks.map(({ labels }) => labels['group'])).toEqual(
    expect.arrayContaining(['seeder', 'nodes', 'nodes', 'nodes', 'nodes']),
  );
  const ofSeeder = uplinks.find(({ labels }) => labels['group'] === 'seeder')?.points ?? [];
  expect(Math.max(...ofSeeder.map(([, share]) => share))).toBeGreaterThan(0.9);
  // Where others fill the machine, that comes first, and the run is not valid.
  const { resource } = run.verdict?.firstSaturated ?? {};
  expect(run.verdict?.outcome === 'invalid' ? ['uplink', 'host-cpu', 'host-steal'] : ['uplink']).toContain(
    resource,
  );
  if (resource === 'uplink')
    expect(run.stdout).toMatch(/first to run out: (seeder|nodes)-\d's uplink at .*of 2\s+MiB\/s/);
});

test('clients that help each other spare their server bytes', async () => {
  const scenario = fixture('../../../scenarios/file-sharing.yaml');
  const sets = ['--set', 'topology=hybrid', '--set', 'nodes=4', '--set', 'size=8MiB'];
  const run = await runOf([scenario, ...sets]);
  expect(checksOf(run)).toEqual({ passes: 4, fails: 0 });
  const facts = distributionFacts(run);
  expect(facts?.serverBytesSaved).toBeGreaterThan(8 * MiB);
  expect(facts?.bytesFromServers).toBeGreaterThan(0);
  expect(await leftOf('file-sharing')).toEqual([]);
});

describe('a swarm of a seeder and peers', () => {
  const run = `files-${randomBytes(4).toString('hex')}`;
  const labels = { [Label.run]: run };
  const files = { 'song.bin': 6 * MiB, 'film.bin': 6 * MiB, 'note.bin': 100_000 };
  let engine: Engine;
  let network: Network;
  let image: string;
  let agent: AgentClient;

  beforeAll(async () => {
    engine = await connectDocker();
    const options = { signal: AbortSignal.timeout(600_000), allowSubstitutes: true, onStep: () => {} };
    image = (await ensureImages(engine, [PEER_IMAGE], options)).get(PEER_IMAGE) ?? PEER_IMAGE;
    network = await engine.createNetwork({ name: `topolab-${run}`, labels });
    agent = await AgentClient.connect(engine, await launch('agent', { command: ['agent'] }), run);
    await node('tracker', 'tracker', { ...files, 'lost.bin': MiB });
    await node('seeder', 'peer', files, { SEEDER: '1' });
  });

  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await removeLeftovers(engine, run);
    expect(await engine.list(run)).toEqual({ containers: [], networks: [], volumes: [] });
    await engine[Symbol.asyncDispose]();
  });

  async function launch(name: string, spec: Partial<ContainerSpec>): Promise<string> {
    const { id } = await engine.launch({
      name: `topolab-${run}-${name}`,
      image,
      labels,
      env: {},
      cpus: null,
      memoryBytes: null,
      network: { id: network.id, aliases: [name] },
      ...spec,
    });
    return id;
  }

  async function node(
    name: string,
    role: 'peer' | 'tracker',
    shared: Readonly<Record<string, number>>,
    env: Readonly<Record<string, string>> = {},
    diskBytes = 64 * MiB,
  ): Promise<void> {
    const id = await launch(name, {
      command: [role],
      hardened: true,
      mounts: [{ kind: 'tmpfs', path: '/tmp', sizeBytes: diskBytes }],
      env: {
        NODE_NAME: name,
        SERVICES: 'files',
        FILES: JSON.stringify(shared),
        ...(role === 'peer' && { TRACKER: 'tracker' }),
        ...env,
      },
    });
    const { ready } = await agent.probe({ kind: 'http', port: 8080, path: '/ready' }, name, 30_000);
    if (!ready) throw new Error(await engine.logs(id));
  }

  async function ask(method: 'GET' | 'POST', host: string, path: string): Promise<[number, Buffer]> {
    const { status, body } = await agent.http(method, `${host}:8080`, path, {});
    return [status, body];
  }

  async function sha256Of(name: string): Promise<string | undefined> {
    const [, body] = await ask('GET', 'seeder', '/files');
    const list = JSON.parse(body.toString()) as { files: { name: string; sha256: string }[] };
    return list.files.find((file) => file.name === name)?.sha256;
  }

  test('serves a BitTorrent client of another make', async () => {
    const dockerfile = [
      `FROM ${BASE_IMAGE}`,
      'ARG HTTP_PROXY',
      'RUN export http_proxy="$HTTP_PROXY" && apt-get update && apt-get install -y --no-install-recommends aria2',
    ].join('\n');
    if (!(await engine.images.has(foreignImage))) {
      const context = buildContext([{ name: 'Dockerfile', content: dockerfile }]);
      const buildArgs = proxyBuildArgs();
      await engine.images.build(foreignImage, context, { buildArgs, onProgress: () => {} });
    }
    const [status, torrent] = await ask('GET', 'seeder', '/files/song.bin.torrent');
    expect(status).toBe(200);
    const foreigner = await launch('foreigner', {
      image: foreignImage,
      files: [{ path: '/song.torrent', content: torrent }],
      command: ['aria2c', '--dir=/', '--seed-time=0', '--bt-stop-timeout=30', '/song.torrent'],
    });
    expect(await engine.wait(foreigner, AbortSignal.timeout(45_000)), await engine.logs(foreigner)).toBe(0);
    const content = await engine.readFile(foreigner, '/song.bin');
    expect(
      createHash('sha256')
        .update(content ?? '')
        .digest('hex'),
    ).toBe(await sha256Of('song.bin'));
  });

  test('says within the stall limit that nobody holds a file', async () => {
    await node('seeker', 'peer', { ...files, 'lost.bin': MiB }, { FETCH_STALL_MS: '1500' });
    const beganMs = performance.now();
    const [status, body] = await ask('POST', 'seeker', '/files/lost.bin/fetch');
    expect([503, 504]).toContain(status);
    expect(body.toString()).toMatch(/nobody sent any of the missing 1048576 bytes|no other peer found/);
    expect(performance.now() - beganMs).toBeLessThan(5000);
    // The node is none the worse for it.
    expect((await ask('POST', 'seeker', '/files/note.bin/fetch'))[0]).toBe(200);
  });

  test('says that a disk is full, beforehand and in the middle of it, and serves on', async () => {
    await node('tiny', 'peer', files, {}, 3 * MiB);
    const [status, body] = await ask('POST', 'tiny', '/files/song.bin/fetch');
    expect([status, body.toString()]).toEqual([507, expect.stringContaining('the disk of this node has')]);
    expect((await ask('POST', 'tiny', '/files/note.bin/fetch'))[0]).toBe(200);

    // Room for either of the two, not for both at once.
    await node('small', 'peer', files, { FETCH_STALL_MS: '5000' }, 9 * MiB);
    const answers = await Promise.all(
      ['song.bin', 'film.bin'].map(async (name) => ask('POST', 'small', `/files/${name}/fetch`)),
    );
    const statuses = answers.map(([answered]) => answered);
    expect(statuses, answers.join('\n')).toContain(507);
    expect((await ask('GET', 'small', '/ready'))[0]).toBe(200);
    expect((await ask('POST', 'small', '/files/note.bin/fetch'))[0]).toBe(200);
  });

  test('knows its neighbours by the names of their nodes', async () => {
    const [, body] = await ask('GET', 'seeder', '/neighbours');
    const names = (JSON.parse(body.toString()) as { node: string }[]).map((neighbour) => neighbour.node);
    expect(names).toEqual(expect.arrayContaining(['seeker', 'tiny', 'small']));
  });
});
