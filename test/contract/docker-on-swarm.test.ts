// The engine of another host of a Swarm, as a command has it: through the manager's API and the tunnels. What it promises, it promises there too.
// And what only several hosts have: networks that span them.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../orchestrator/cluster/host.ts';
import { prepareHosts, type ReachedHosts } from '../../orchestrator/commands/prepare-engine.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { Label, type NetworkSpec } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { handOverImages } from '../../orchestrator/images/hand-over.ts';
import { type NamespacedSwarm, startNamespacedSwarm } from '../docker/namespaced-swarm.ts';
import { imageOn } from '../docker/topolab.ts';
import { until } from '../docker/until.ts';
import { describeEngine, image, specsOf } from './engine-contract.ts';

const options = { onStep: () => {}, signal: AbortSignal.timeout(600_000) };
const progress = { setupStep: () => {}, imageStep: () => {}, note: () => {} };

let swarm: NamespacedSwarm;
let reached: ReachedHosts;
let manager: Host;
let other: Host;

/** Images come from the engine that the other tests use: the daemons reach no registry. */
beforeAll(async () => {
  swarm = await startNamespacedSwarm(['box1', 'box2']);
  await using here = await connectDocker();
  await imageOn(here, NODE_BASE_IMAGE);
  for (const [index, { name, socket }] of swarm.hosts.entries()) {
    await using engine = await connectDocker({ DOCKER_HOST: `unix://${socket}` });
    const images = index === 0 ? [NODE_BASE_IMAGE, image] : [NODE_BASE_IMAGE];
    await handOverImages(here, [{ name, engine }], images, options);
  }
  vi.stubEnv('DOCKER_HOST', `unix://${swarm.hosts[0]?.socket}`);
  vi.stubEnv('TOPOLAB_ENGINE_SOCKET', '/run/docker.sock');
  reached = await prepareHosts({ engine: 'swarm', setup: false, progress, signal: options.signal });
  vi.unstubAllEnvs();
  const [first, second] = reached.hosts;
  if (second === undefined) throw new Error('the manager knows of no other host');
  [manager, other] = [first, second];
  await handOverImages(manager.engine, [other], [image], options);
});

afterAll(async () => {
  await reached?.[Symbol.asyncDispose]();
  await swarm?.[Symbol.asyncDispose]();
});

describe('a network that spans hosts', () => {
  const run = `contract-swarm-${randomBytes(4).toString('hex')}`;
  const specOf = specsOf(run);
  const labels = { [Label.run]: run };
  let made = 0;

  const launch = async (more: Pick<NetworkSpec, 'internet' | 'closed'> = {}) => {
    made += 1;
    const name = `topolab-${run}-net${made}`;
    const network = await manager.engine.createNetwork({ name, labels, spansHosts: true, ...more });
    const at = async ({ name: alias, engine }: Host) =>
      await engine.launch(specOf({ network: { id: network.id, aliases: [alias] } }));
    return { network, near: await at(manager), far: await at(other) };
  };
  /** What comes of a connection from a container on the other host. Nobody listens in containers: one that is reached refuses. */
  const connecting = async (id: string, host: string, port: number): Promise<string> => {
    const argv = ['timeout', '10', 'bash', '-c', `: </dev/tcp/${host}/${port}`];
    const { exitCode, stderr } = await other.engine.exec(id, argv);
    return exitCode === 0 ? 'accepted' : (/[^:\n]+$/.exec(stderr.trim())?.[0].trim() ?? `${exitCode}`);
  };
  /** Hosts tell each other of new containers a moment later. */
  const reaches = (...to: Parameters<typeof connecting>) =>
    until(
      `${to[1]} from the other host`,
      () => connecting(...to),
      (seen) => seen === 'Connection refused',
    );
  const managerAddress = () => swarm.hosts[0]?.address ?? '';

  afterEach(async () => {
    for (const { engine } of [other, manager]) await removeLeftovers(engine, run);
    for (const { engine } of [other, manager])
      await until(
        'nothing of the run',
        () => engine.list(run),
        (left) => Object.values(left).flat().length === 0,
      );
  });

  it('leads from each host to containers on the others by their names, and out', async () => {
    const { network, near, far } = await launch();
    expect(near.address).not.toBe(far.address);
    expect(far.prefixLength).toBe(20);
    expect(Object.keys(far.addresses)).toEqual([network.id]);
    await reaches(far.id, manager.name, 9);
    expect(await connecting(far.id, managerAddress(), 2377)).toBe('accepted');
  });

  it.each([{ internet: false }, { closed: true }])('leads nowhere else with $0', async (more) => {
    const { far } = await launch(more);
    await reaches(far.id, manager.name, 9);
    expect(await connecting(far.id, managerAddress(), 2377)).toBe('Network is unreachable');
  });

  it('is left and joined by a container that runs, on whatever host', async () => {
    const { network, near, far } = await launch();
    const second = await launch();
    await other.engine.disconnect(network.id, far.id);
    expect(await connecting(far.id, near.address, 9)).toBe('Network is unreachable');
    expect(await other.engine.connect(second.network.id, far.id, ['again'])).toMatch(/^10\./);
    await reaches(far.id, second.near.address, 9);
    await reaches(far.id, manager.name, 9);
  });
});

describeEngine('the Docker engine of another host of a Swarm', async () => other.engine, { quietMs: 3_000 });
