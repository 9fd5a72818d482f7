// A Swarm of three daemons on this machine with the images that are measured, reached as a run reaches it.
import { openSwarm } from '../../orchestrator/cluster/docker-swarm/open-swarm.ts';
import { surveySwarm } from '../../orchestrator/cluster/docker-swarm/survey-swarm.ts';
import type { Hosts } from '../../orchestrator/cluster/host.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { SOCKET_VARIABLE } from '../../orchestrator/engine/docker/own-socket.ts';
import { bundleTunnel, ensureNodeImage } from '../../orchestrator/images/build-node-image.ts';
import { ensureImages } from '../../orchestrator/images/ensure-images.ts';
import { handOverImages } from '../../orchestrator/images/hand-over.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { startNamespacedSwarm } from '../../test/docker/namespaced-swarm.ts';

export interface ThreeHosts extends AsyncDisposable {
  readonly hosts: Hosts;
  /** Of the first host's engine, as `DOCKER_HOST` names it. */
  readonly first: string;
  /** Of Topolab's nodes. */
  readonly image: string;
  /** Node alone. */
  readonly baseImage: string;
}

/** Images come from this machine's own engine: the daemons reach no registry. */
export async function startThreeHosts(signal: AbortSignal, say: (line: string) => void): Promise<ThreeHosts> {
  await using started = new AsyncDisposableStack();
  const swarm = started.use(await startNamespacedSwarm(['box1', 'box2', 'box3']));
  await using here = await connectDocker();
  const options = { signal, allowSubstitutes: true, onStep: () => {} };
  const image = await ensureNodeImage(here, options);
  const found = await ensureImages(here, [{ ref: NODE_BASE_IMAGE }], options);
  const baseImage = found.get(NODE_BASE_IMAGE) ?? NODE_BASE_IMAGE;
  const engines = [];
  for (const { name, socket } of swarm.hosts) {
    const engine = started.use(
      await connectDocker({ DOCKER_HOST: `unix://${socket}`, [SOCKET_VARIABLE]: '/run/docker.sock' }),
    );
    await handOverImages(here, [{ name, engine }], [image, baseImage], options);
    say(`  ${name} has its images`);
    engines.push(engine);
  }
  const [manager] = engines;
  if (manager === undefined) throw new Error('the Swarm has no manager');
  const tunnel = { program: await bundleTunnel(), image: baseImage };
  const survey = await surveySwarm(manager, () => true);
  const { hosts } = started.use(await openSwarm(manager, survey, { tunnel, labels: {}, note: say, signal }));
  const whole = started.move();
  return {
    hosts,
    first: `unix://${swarm.hosts[0]?.socket}`,
    image,
    baseImage,
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
}
