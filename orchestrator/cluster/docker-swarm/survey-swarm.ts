// What a manager knows of the hosts of its Swarm: which of them a command may use, and what room they have. Nothing is started for that.
import type { Engine, Labels } from '../../engine/engine.ts';
import type { SwarmManager, SwarmNode } from '../../engine/swarm-manager.ts';
import { ExitCode, TopolabError } from '../../errors.ts';
import type { HostFacts, Hosts } from '../host.ts';
import { PROMISED, type Promises, promisesSomething, readPromises } from './promises.ts';
import { usableNodes } from './usable-nodes.ts';

/** The label of a machine that says in which zone it is: `docker node update --label-add zone=east`. */
const ZONE = 'zone';

export interface SurveyedHost extends HostFacts {
  /** In the Swarm. */
  readonly id: string;
  /** What it calls itself; `name` tells it from others that do the same. */
  readonly hostName: string;
}

export interface SwarmSurvey {
  readonly swarm: SwarmManager;
  /** The manager first. */
  readonly hosts: Hosts<SurveyedHost>;
  /** Why each of the others is left out: whole sentences. */
  readonly leftOut: readonly string[];
  /** The services of the commands whose promises are taken off what the hosts have. */
  readonly promisedTo: readonly string[];
}

/** Whether the command of a service with these labels goes on, so that what it was promised is not to be had. */
export type GoesOn = (labels: Labels) => boolean;

/** @throws TopolabError `not-a-manager`, `manager-not-available`, `swarm-without-leader` */
export async function surveySwarm(manager: Engine, goesOn: GoesOn): Promise<SwarmSurvey> {
  const swarm = managerOf(manager);
  const [nodes, services] = await Promise.all([swarm.nodes(), swarm.servicesWith(PROMISED)]);
  const promising = services.filter(({ labels }) => goesOn(labels));
  const promises = readPromises(promising.map(({ labels }) => labels));
  const { usable, leftOut } = usableNodes(nodes, swarm.nodeId);
  const own = usable.find(({ id }) => id === swarm.nodeId);
  if (own === undefined) throw notAvailable(manager);
  const others = usable.filter((node) => node !== own);
  return {
    swarm,
    hosts: [factsOf(own, promises), ...others.map((node) => factsOf(node, promises))],
    leftOut,
    promisedTo: promising.map(({ name }) => name),
  };
}

/**
 * Whether another command was promised something after the survey and before this one, so that there may be less room than was laid out: of two
 * that look before either has written, the one whose service the Swarm took later is told.
 * @param service of this command, which is there by now.
 */
export async function isOvertaken(
  { swarm, promisedTo }: Pick<SwarmSurvey, 'swarm' | 'promisedTo'>,
  service: string,
  goesOn: GoesOn,
): Promise<boolean> {
  const services = await swarm.servicesWith(PROMISED);
  const own = services.find(({ name }) => name === service);
  return services.some(
    ({ name, labels, createdAt }) =>
      own !== undefined &&
      createdAt < own.createdAt &&
      !promisedTo.includes(name) &&
      goesOn(labels) &&
      promisesSomething(labels),
  );
}

/** Fails with `not-a-manager`. */
export function managerOf({ swarm, reach: { hostName } }: Engine): SwarmManager {
  if (swarm !== undefined) return swarm;
  throw new TopolabError(`use the hosts of a Swarm: the engine on ${hostName} manages none`, {
    code: 'not-a-manager',
    hint: 'Choose a manager (docker context use NAME, or DOCKER_HOST), or make one: docker swarm init.',
    exitCode: ExitCode.usage,
  });
}

function factsOf(node: SwarmNode & { readonly name: string }, promises: Promises): SurveyedHost {
  const { id, name, hostName, labels, cpus, memoryBytes, reserved } = node;
  const promised = promises.get(id) ?? { cpus: 0, memoryBytes: 0 };
  const taken = {
    cpus: reserved.cpus + promised.cpus,
    memoryBytes: reserved.memoryBytes + promised.memoryBytes,
  };
  return {
    id,
    name,
    hostName,
    zone: labels[ZONE] ?? null,
    capacity: {
      cpus: Math.max(0, cpus - taken.cpus),
      memoryBytes: Math.max(0, memoryBytes - taken.memoryBytes),
    },
    ...(taken.cpus + taken.memoryBytes > 0 && { taken }),
  };
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
