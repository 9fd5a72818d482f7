// The engine of another host of a Swarm, as a command has it: through the manager's API and the tunnels. What it promises, it promises there too.
import { afterAll, beforeAll, vi } from 'vitest';
import { prepareHosts, type ReachedHosts } from '../../orchestrator/commands/prepare-engine.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { handOverImages } from '../../orchestrator/images/hand-over.ts';
import { type NamespacedSwarm, startNamespacedSwarm } from '../docker/namespaced-swarm.ts';
import { imageOn } from '../docker/topolab.ts';
import { describeEngine, image } from './engine-contract.ts';

const options = { onStep: () => {}, signal: AbortSignal.timeout(600_000) };
const progress = { setupStep: () => {}, imageStep: () => {}, note: () => {} };

let swarm: NamespacedSwarm;
let reached: ReachedHosts;

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
});

afterAll(async () => {
  await reached?.[Symbol.asyncDispose]();
  await swarm?.[Symbol.asyncDispose]();
});

async function openOther() {
  vi.stubEnv('DOCKER_HOST', `unix://${swarm.hosts[0]?.socket}`);
  vi.stubEnv('TOPOLAB_ENGINE_SOCKET', '/run/docker.sock');
  reached = await prepareHosts({ engine: 'swarm', setup: false, progress, signal: options.signal });
  vi.unstubAllEnvs();
  const [manager, other] = reached.hosts;
  if (other === undefined) throw new Error('the manager knows of no other host');
  await handOverImages(manager.engine, [other], [image], options);
  return other.engine;
}

describeEngine('the Docker engine of another host of a Swarm', openOther, { quietMs: 3_000 });
