// What a manager knows of the hosts of its Swarm: which of them a command may use, and what room they have. Nothing is started for that.
import type { Engine, Labels } from '../../engine/engine.ts';
import type { SwarmManager, SwarmNode } from '../../engine/swarm-manager.ts';
import { ExitCode, TopolabError } from '../../errors.ts';
import type { HostFacts, Hosts } from '../host.ts';
import { PROMISED, type Promises, readPromises } from './promises.ts';
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
}

/**
 * @param goesOn whether the command of a service with these labels goes on, so that what it was promised is not to be had.
 * @throws TopolabError `not-a-manager`, `manager-not-available`, `swarm-without-leader`
 */
export async function surveySwarm(
  manager: Engine,
  goesOn: (labels: Labels) => boolean,
): Promise<SwarmSurvey> {
  const swarm = managerOf(manager);
  const [nodes, services] = await Promise.all([swarm.nodes(), swarm.servicesWith(PROMISED)]);
  const promises = readPromises(services.filter(goesOn));
  const { usable, leftOut } = usableNodes(nodes);
  const own = usable.find(({ id }) => id === swarm.nodeId);
  if (own === undefined) throw notAvailable(manager);
  const others = usable.filter((node) => node !== own);
  return {
    swarm,
    hosts: [factsOf(own, promises), ...others.map((node) => factsOf(node, promises))],
    leftOut,
  };
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
