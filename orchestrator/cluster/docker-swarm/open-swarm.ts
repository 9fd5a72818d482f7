// From a manager of a Docker Swarm to the hosts of a run, each with its engine.
import { randomBytes } from 'node:crypto';
import { tunnelPort } from '../../../node-image/contract/tunnel-environment.ts';
import { connectThrough } from '../../engine/docker/connect-docker.ts';
import type { Engine } from '../../engine/engine.ts';
import type { RegistryAuth } from '../../engine/registry-auth.ts';
import type { SwarmManager, SwarmNode, SwarmTask } from '../../engine/swarm-manager.ts';
import { ExitCode, TopolabError } from '../../errors.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import type { Host, Hosts } from '../host.ts';
import { Tunnel } from './tunnel.ts';
import { tunnelService } from './tunnel-service.ts';
import { usableNodes } from './usable-nodes.ts';

/** A host that has never seen the image pulls it first. */
const STANDS_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 200;
/** The label of a machine that says in which zone it is: `docker node update --label-add zone=east`. */
const ZONE = 'zone';

export interface SwarmOptions {
  /** What Node runs as tunnel, as text, and the image that it runs in, with the credentials for its registry. */
  readonly tunnel: {
    readonly program: string;
    readonly image: string;
    readonly auth?: RegistryAuth | undefined;
  };
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The hosts of a Swarm while somebody works with them, the manager first. Disposing takes the way to them away again. */
export interface OpenSwarm extends AsyncDisposable {
  readonly hosts: Hosts;
}

/**
 * Makes the way to every host's engine.
 * @throws TopolabError `not-a-manager`, `manager-not-available`, `hosts-not-reached`
 */
export async function openSwarm(manager: Engine, options: SwarmOptions): Promise<OpenSwarm> {
  const { swarm } = manager;
  if (swarm === undefined) throw notAManager(manager);
  const { usable, leftOut } = usableNodes(await swarm.nodes());
  for (const line of leftOut) options.note(line);
  const own = usable.find(({ id }) => id === swarm.nodeId);
  if (own === undefined) throw notAvailable(manager);
  const others = usable.filter((node) => node !== own);
  await using opened = new AsyncDisposableStack();
  const key = randomBytes(32);
  const name = `topolab-${randomBytes(4).toString('hex')}-tunnel`;
  const { program, image, auth } = options.tunnel;
  await swarm.createGlobalService({ ...tunnelService(name, image, program, key), auth });
  opened.defer(() => swarm.removeGlobalService(name));
  await awaitTunnels(swarm, name, usable, options);

  const reach = async (nodeId: string): Promise<Tunnel> => {
    const openStream = async () => {
      const tasks = await swarm.tasksOf(name);
      const entry = tasks.find((task) => task.nodeId === own.id)?.containerId ?? '';
      const address = tasks.find((task) => task.nodeId === nodeId)?.address ?? '';
      return await manager.openStream(entry, ['node', '-e', program, 'relay', address, `${tunnelPort}`]);
    };
    const tunnel = opened.use(new Tunnel(openStream, key));
    await tunnel.open();
    return tunnel;
  };
  // The manager's own engine is asked directly; the session tells its tunnel that somebody is there.
  await reach(own.id);
  const reached = await Promise.all(
    others.map(async (node) => {
      const engine = opened.use(await connectThrough((await reach(node.id)).agent(), node.name));
      if (engine.reach.hostName !== node.hostName) throw elsewhere(node, engine);
      return hostOf(node, engine);
    }),
  );
  const whole = opened.move();
  return {
    hosts: [hostOf(own, manager), ...reached],
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
}

function hostOf(node: SwarmNode & { readonly name: string }, engine: Engine): Host {
  const { name, labels, cpus, memoryBytes, reserved } = node;
  return {
    name,
    zone: labels[ZONE] ?? null,
    engine,
    capacity: { cpus: cpus - reserved.cpus, memoryBytes: memoryBytes - reserved.memoryBytes },
  };
}

async function awaitTunnels(
  swarm: SwarmManager,
  service: string,
  nodes: readonly (SwarmNode & { readonly name: string })[],
  { tunnel: { image }, signal }: SwarmOptions,
): Promise<void> {
  const deadlineMs = Date.now() + patient(STANDS_WITHIN_MS);
  for (;;) {
    const tasks = new Map((await swarm.tasksOf(service)).map((task) => [task.nodeId, task]));
    const missing = nodes.filter(({ id }) => !stands(tasks.get(id)));
    if (missing.length === 0) return;
    const refused = missing.filter(({ id }) => tasks.get(id)?.state === 'rejected');
    if (refused.length > 0 || Date.now() > deadlineMs) {
      const named = (refused.length > 0 ? refused : missing).map(({ id, name }) => {
        const task = tasks.get(id);
        return `  ${name}: ${task === undefined ? 'nothing was started' : task.error || task.state}`;
      });
      throw new TopolabError(
        ['the tunnel to the engines of these hosts does not stand:', ...named].join('\n'),
        {
          code: 'hosts-not-reached',
          hint: `A host that cannot pull ${image} is given it once: docker save ${image} | ssh HOST docker load.`,
        },
      );
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** Machines on which the usual socket is not the engine's own. */
function elsewhere({ hostName }: SwarmNode, { reach }: Engine): TopolabError {
  return new TopolabError(`the tunnel on ${hostName} leads to the engine of ${reach.hostName}`, {
    code: 'hosts-not-reached',
    hint: "Set TOPOLAB_ENGINE_SOCKET to the path of the engine's socket, which is to be the same on every host.",
  });
}

function stands(task: SwarmTask | undefined): boolean {
  return task?.state === 'running' && task.containerId !== undefined && task.address !== '';
}

function notAManager({ reach: { hostName } }: Engine): TopolabError {
  return new TopolabError(`use the hosts of a Swarm: the engine on ${hostName} manages none`, {
    code: 'not-a-manager',
    hint: 'Choose a manager (docker context use NAME, or DOCKER_HOST), or make one: docker swarm init.',
    exitCode: ExitCode.usage,
  });
}

function notAvailable({ reach: { hostName } }: Engine): TopolabError {
  return new TopolabError(
    `use the hosts of a Swarm: its manager ${hostName} takes no containers, and the others are reached through one on it`,
    {
      code: 'manager-not-available',
      hint: `Let it take some: docker node update --availability active ${hostName}. To keep nodes under test off it, label it.`,
      exitCode: ExitCode.usage,
    },
  );
}
