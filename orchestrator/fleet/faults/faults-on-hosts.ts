// Faults on hosts, of which only the run knows which there are: whose nodes are hit, and that nothing is placed there meanwhile.
import type { Cluster } from '../../cluster/cluster.ts';
import { chooseHosts } from '../../faults/targets/choose-hosts.ts';
import type { BegunFault } from '../../plan/with-fault.ts';
import { randomStream } from '../../plan/random-stream.ts';
import type { Roster } from '../nodes/roster.ts';

export interface HostsHit {
  readonly hosts: readonly string[];
  readonly nodes: readonly string[];
}

export class FaultsOnHosts {
  readonly #cluster: Pick<Cluster, 'hosts' | 'nodeHosts' | 'hostOf' | 'keepOff'>;
  readonly #roster: Roster;
  readonly #seed: number;
  /** By fault: lets containers come to its hosts again. */
  readonly #kept = new Map<string, () => void>();

  /** @param seed of the scenario. */
  constructor(
    cluster: Pick<Cluster, 'hosts' | 'nodeHosts' | 'hostOf' | 'keepOff'>,
    roster: Roster,
    seed: number,
  ) {
    this.#cluster = cluster;
    this.#roster = roster;
    this.#seed = seed;
  }

  /** Chooses the hosts of a fault that is about to begin; undefined where it is on none in particular. From now on until `end`, nothing is placed on them. */
  begin({ id, fault }: BegunFault): HostsHit | undefined {
    const { who } = fault.target;
    if (who.kind !== 'hosts') return undefined;
    // Drawn are those that have nodes; by name any may be meant.
    const among = who.hosts.kind === 'names' ? this.#cluster.hosts : this.#cluster.nodeHosts;
    const hosts = chooseHosts(who.hosts, among, randomStream(this.#seed, 'hosts', id));
    this.#kept.set(id, this.#cluster.keepOff(hosts));
    const nodes = this.#roster
      .all()
      .filter(
        ({ container }) => container !== undefined && hosts.includes(this.#cluster.hostOf(container.id).name),
      );
    return { hosts, nodes: nodes.map(({ name }) => name) };
  }

  end(id: string): void {
    this.#kept.get(id)?.();
    this.#kept.delete(id);
  }
}
