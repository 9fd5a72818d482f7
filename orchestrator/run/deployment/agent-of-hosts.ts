// What the fleet asks of agents, whichever host a node is on.
import type { Cluster } from '../../cluster/cluster.ts';
import type { ObservedHost } from '../../cluster/observed-host.ts';
import type { FleetOptions } from '../../fleet/create-fleet.ts';

/** Asks nodes over their network, which reaches all of them, and of processes the agent of the host that they are on. */
export function agentOfHosts(cluster: Cluster<ObservedHost>): FleetOptions['agent'] {
  const [{ agent }] = cluster.hosts;
  return {
    probe: agent.probe.bind(agent),
    http: agent.http.bind(agent),
    exchange: agent.exchange.bind(agent),
    ask: agent.ask.bind(agent),
    isFrozen: (id) =>
      cluster.onHostOf(
        id,
        (host) => host.agent.isFrozen(id),
        () => undefined,
      ),
  };
}
