// A namespaced Swarm with the images that scenarios need, and how the program is led to it.
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { handOverImages } from '../../orchestrator/images/hand-over.ts';
import { imagesOf } from '../../orchestrator/run/needs/images-of-scenario.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import { type NamespacedHost, type NamespacedSwarm, startNamespacedSwarm } from './namespaced-swarm.ts';
import { imageOn } from './topolab.ts';

/** Images come from the engine that the other tests use: the daemons reach no registry. @param files of the scenarios. */
export async function startSwarmFor(files: readonly string[]): Promise<NamespacedSwarm> {
  await using started = new AsyncDisposableStack();
  const swarm = started.use(await startNamespacedSwarm(['box1', 'box2', 'box3']));
  await using here = await connectDocker();
  const scenarios = await Promise.all(files.map((each) => loadScenario(each)));
  const wanted = new Set(scenarios.flatMap((scenario) => imagesOf(scenario).map(({ ref }) => ref)));
  const refs: string[] = [];
  for (const ref of wanted) refs.push(await imageOn(here, ref));
  for (const [index, { name, socket }] of swarm.hosts.entries()) {
    await using engine = await connectDocker({ DOCKER_HOST: `unix://${socket}` });
    const images = index === 0 ? [...refs, NODE_BASE_IMAGE] : [NODE_BASE_IMAGE];
    const options = { onStep: () => {}, signal: AbortSignal.timeout(300_000) };
    await handOverImages(here, [{ name, engine }], images, options);
  }
  started.move();
  return swarm;
}

/** The environment of the program that commands the Swarm by this host, a manager. */
export function commandedBy(host: NamespacedHost | undefined): Record<string, string> {
  if (host === undefined) throw new Error('no such host');
  return { DOCKER_HOST: `unix://${host.socket}`, TOPOLAB_ENGINE_SOCKET: '/run/docker.sock' };
}
