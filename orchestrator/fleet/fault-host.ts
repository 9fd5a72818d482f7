// The run as faults see it: nodes by name, each of whom may have gone by now, wherever they run.
import type { Containers } from '../cluster/containers.ts';
import { TopolabError } from '../errors.ts';
import type { FaultHost } from '../faults/kind/fault-host.ts';
import type { NetAdmin } from '../net-admin/net-admin.ts';
import type { Departing } from './departing.ts';
import type { Roster } from './roster.ts';

export interface FaultHostOptions {
  readonly containers: Pick<Containers, 'pause' | 'resume'>;
  readonly roster: Roster;
  readonly departing: Departing;
  /** Undefined where the scenario changes no node's network. */
  readonly netAdmin: Pick<NetAdmin, 'inNetwork' | 'lacks'> | undefined;
}

export function createFaultHost({ containers, roster, departing, netAdmin }: FaultHostOptions): FaultHost {
  const eachPresent = async (node: string, work: (id: string) => Promise<void>): Promise<void> => {
    for (const { container } of roster.present([node])) await work(container.id);
  };
  return {
    kill: (node, rule) => departing.kill(node, rule),
    pause: (node) => eachPresent(node, (id) => containers.pause(id)),
    resume: (node) => eachPresent(node, (id) => containers.resume(id)),
    addressesOf: (nodes) => roster.present(nodes).map(({ container }) => container.address),
    lacks: (feature) => netAdmin?.lacks(feature) ?? false,
    async inNetwork(node, script, task) {
      for (const { container } of roster.present([node])) {
        const { id, address } = container;
        if (netAdmin === undefined)
          throw new TopolabError(`${task} of ${node}: the run has no helper for it`, { code: 'bug' });
        await netAdmin.inNetwork({ node, container: id, address, script }, task);
      }
    },
  };
}
