// From a manager of a Docker Swarm to the hosts of a run, each with its engine.
import { randomBytes } from 'node:crypto';
import { tunnelPort } from '../../../node-image/contract/tunnel-environment.ts';
import { connectThrough } from '../../engine/docker/connect-docker.ts';
import type { Engine, Labels } from '../../engine/engine.ts';
import type { RegistryAuth } from '../../engine/registry-auth.ts';
import type { SwarmManager, SwarmTask } from '../../engine/swarm-manager.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import type { Host, Hosts } from '../host.ts';
import type { SurveyedHost, SwarmSurvey } from './survey-swarm.ts';
import { Tunnel } from './tunnel.ts';
import { TUNNEL, tunnelService } from './tunnel-service.ts';

/** A host that has never seen the image pulls it first. */
const STANDS_WITHIN_MS = 180_000;
/** From then on: hosts look for a manager that was away once a minute, and tell each other of networks every half minute. */
const REACHED_WITHIN_MS = 150_000;
const LOOK_EVERY_MS = 200;
const SOCKET_ADVICE =
  "Set TOPOLAB_ENGINE_SOCKET to the path of the engine's socket, which is to be the same on every host.";

export interface SwarmOptions {
  /** What Node runs as tunnel, as text, and the image that it runs in, with the credentials for its registry. */
  readonly tunnel: {
    readonly program: string;
    readonly image: string;
    readonly auth?: RegistryAuth | undefined;
  };
  /** Of the service that is there meanwhile. */
  readonly labels: Labels;
  /** Asked once the service is there, by its name: whether the hosts have to be looked at anew, see `isOvertaken`. Default: they need not. */
  readonly isOvertaken?: (service: string) => Promise<boolean>;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The hosts of a Swarm while somebody works with them, the manager first. Disposing takes the way to them away again. */
export interface OpenSwarm extends AsyncDisposable {
  readonly hosts: Hosts;
}

/**
 * Makes the way to every host's engine.
 * @throws TopolabError `hosts-not-reached`, `swarm-without-leader`, `hosts-promised`
 */
export async function openSwarm(
  manager: Engine,
  { swarm, hosts: surveyed }: Pick<SwarmSurvey, 'swarm' | 'hosts'>,
  options: SwarmOptions,
): Promise<OpenSwarm> {
  const [own, ...others] = surveyed;
  await using opened = new AsyncDisposableStack();
  const key = randomBytes(32);
  const name = `topolab-${randomBytes(4).toString('hex')}-tunnel`;
  const { program, image, auth } = options.tunnel;
  const service = tunnelService(name, image, program, key);
  await swarm.createGlobalService({ ...service, labels: { ...service.labels, ...options.labels }, auth });
  opened.defer(async () => void (await removeTunnels(swarm, name, options.note)));
  if (await options.isOvertaken?.(name)) throw overtaken();
  let tasks = await awaitTunnels(swarm, name, surveyed, options);

  const reach = async ({ id: nodeId, name: host }: SurveyedHost): Promise<Tunnel> => {
    const openStream = async () => {
      // Where the managers don't say at the moment, tasks are most likely where they were.
      tasks = await swarm.tasksOf(name).catch(() => tasks);
      const entry = tasks.find((task) => task.nodeId === own.id)?.containerId;
      const address = tasks.find((task) => task.nodeId === nodeId)?.address;
      // A manager that has just been started again has none for a moment.
      if (!entry || !address)
        throw new TopolabError(`the tunnel on ${host} was not started yet`, { code: 'hosts-not-reached' });
      return await manager.openStream(entry, ['node', '-e', program, 'relay', address, `${tunnelPort}`]);
    };
    const tunnel = opened.use(new Tunnel(openStream, key));
    await openOnceReached(tunnel, host, options.signal);
    return tunnel;
  };
  // The manager's own engine is asked directly; the session tells its tunnel that somebody is there.
  await reach(own);
  const reached = await Promise.all(
    others.map(async (host): Promise<Host> => {
      const engine = opened.use(await connectThrough((await reach(host)).agent(), host.name));
      if (engine.reach.hostName !== host.hostName) throw elsewhere(host, engine);
      return { ...host, engine };
    }),
  );
  const whole = opened.move();
  return {
    hosts: [{ ...own, engine: manager }, ...reached],
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  };
}

/** Where a manager has just been started again, its tunnel stands sooner than the network that leads to the others. */
async function openOnceReached(tunnel: Tunnel, host: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + patient(REACHED_WITHIN_MS);
  for (;;) {
    try {
      return await tunnel.open();
    } catch (cause) {
      signal.throwIfAborted();
      if (Date.now() > deadlineMs)
        throw new TopolabError(`the tunnel on ${host} runs, but nobody reaches it: ${messageOf(cause)}`, {
          code: 'hosts-not-reached',
          hint: 'Every host must reach every other at 7946/tcp, 7946/udp and 4789/udp.',
          cause,
        });
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

/**
 * Takes away what commands that are gone have left of theirs. Mostly a tunnel sees to that itself, but it can't where the manager's own was
 * not started again. Says what it removed, or could not.
 */
export async function removeDeadTunnels(
  swarm: SwarmManager,
  goesOn: (labels: Labels) => boolean,
  note: (line: string) => void,
): Promise<void> {
  const services = await swarm.servicesWith(TUNNEL);
  const dead = services.filter(({ labels }) => !goesOn(labels)).map(({ name }) => name);
  await Promise.all(
    dead.map(async (name) => {
      if (await removeTunnels(swarm, name, note))
        note(`removed service ${name}, which an earlier command had left`);
    }),
  );
}

function overtaken(): TopolabError {
  return new TopolabError('use the hosts of a Swarm: other commands were promised room on them meanwhile', {
    code: 'hosts-promised',
    hint: 'Start it again.',
  });
}

/** What was done with the hosts counts all the same, and the tunnels see to their end themselves. @returns whether they are gone. */
async function removeTunnels(
  swarm: SwarmManager,
  name: string,
  note: (line: string) => void,
): Promise<boolean> {
  try {
    await swarm.removeGlobalService(name);
    return true;
  } catch (error) {
    note(
      `warning: service ${name} is still there, and removes itself as soon as that can be done: ${messageOf(error)}`,
    );
    return false;
  }
}

async function awaitTunnels(
  swarm: SwarmManager,
  service: string,
  hosts: readonly SurveyedHost[],
  { tunnel: { image }, signal }: SwarmOptions,
): Promise<readonly SwarmTask[]> {
  const deadlineMs = Date.now() + patient(STANDS_WITHIN_MS);
  for (;;) {
    const found = await swarm.tasksOf(service);
    const tasks = new Map(found.map((task) => [task.nodeId, task]));
    const missing = hosts.filter(({ id }) => !stands(tasks.get(id)));
    if (missing.length === 0) return found;
    const refused = missing.filter(({ id }) => isRefused(tasks.get(id)));
    if (refused.length > 0 || Date.now() > deadlineMs) {
      const errors = (refused.length > 0 ? refused : missing).map(({ id, name }) => {
        const task = tasks.get(id);
        return `  ${name}: ${task === undefined ? 'nothing was started' : task.error || task.state}`;
      });
      throw new TopolabError(
        ['the tunnel to the engines of these hosts could not be made:', ...errors].join('\n'),
        { code: 'hosts-not-reached', hint: adviceOn(errors.join(), image) },
      );
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** Machines on which the usual socket is not the engine's own. */
function elsewhere({ hostName }: SurveyedHost, { reach }: Engine): TopolabError {
  return new TopolabError(`the tunnel on ${hostName} leads to the engine of ${reach.hostName}`, {
    code: 'hosts-not-reached',
    hint: SOCKET_ADVICE,
  });
}

/**
 * For good. What a host says of networks may be over at the next try, which is Swarm's: a manager that has just been started again gives the
 * addresses of a network that is gone to the next, while hosts still have the former.
 */
function isRefused(task: SwarmTask | undefined): boolean {
  return task?.state === 'rejected' && !isOfNetworks(task.error);
}

function isOfNetworks(error: string): boolean {
  return /pool overlaps|network|sandbox/i.test(error);
}

function adviceOn(errors: string, image: string): string {
  if (isOfNetworks(errors))
    return 'What Docker left of networks on that host may be in the way: `ip link show type vxlan` shows it there, `ip link delete` removes it.';
  if (/bind source/i.test(errors)) return SOCKET_ADVICE;
  return `A host that cannot pull ${image} is given it once: docker save ${image} | ssh HOST docker load.`;
}

function stands(task: SwarmTask | undefined): boolean {
  return task?.state === 'running' && task.containerId !== undefined && task.address !== '';
}
