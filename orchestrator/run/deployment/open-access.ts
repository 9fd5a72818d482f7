// The authority of a run whose users have rights, with what it needs of the deployment.
import { AccessControl } from '../../access/access-control.ts';
import type { Credentials } from '../../access/credentials.ts';
import type { AgentClient } from '../../agent/agent-client.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ObservedHost } from '../../cluster/observed-host.ts';
import type { Fleet } from '../../fleet/create-fleet.ts';
import type { Access } from '../../scenario/access/access.ts';
import { hasDoor } from '../../scenario/access/check-access.ts';
import { runLabels } from '../identity/run-labels.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import type { Observation } from './observe-hosts.ts';

/** What is asked again each time, for another agent may have taken its place. */
interface Asked {
  readonly cluster: Cluster<ObservedHost>;
  readonly fleet: Fleet;
  readonly agent: AgentClient;
  readonly clockOffsetMs: number;
}

export function openAccess(
  access: Access,
  credentials: Credentials,
  deployment: Asked,
  { run, scenario, recorder, nodeImage }: DeploymentOptions,
  { network, observers }: Observation,
): AccessControl {
  const { cluster, fleet } = deployment;
  const { roster } = fleet;
  return new AccessControl({
    run,
    access,
    credentials,
    containers: cluster,
    agent: () => deployment.agent,
    nodes: () =>
      scenario.groups
        .filter(({ role }) => hasDoor(role))
        .flatMap(({ name }) => roster.presentOf(name))
        .map(({ name, group, container }) => ({ name, group, address: container.address })),
    holderOf: (name) => roster.holderOf(name),
    recorder,
    image: nodeImage,
    labels: runLabels(run, scenario.name),
    networkId: network.id,
    observersId: observers.id,
    clockOffsetMs: () => deployment.clockOffsetMs,
  });
}
