// What is done in nodes' networks, by the helper of the host that each node is on.
import { TopolabError } from '../errors.ts';
import type { NetAdmin } from '../net-admin/net-admin.ts';
import type { Cluster } from './cluster.ts';
import type { ObservedHost } from './observed-host.ts';

export class NodeNetworks implements Pick<NetAdmin, 'inNetwork' | 'look' | 'lacks'> {
  readonly #cluster: Cluster<ObservedHost>;

  constructor(cluster: Cluster<ObservedHost>) {
    this.#cluster = cluster;
  }

  /** See `NetAdmin.inNetwork`. */
  async inNetwork(...[task, what]: Parameters<NetAdmin['inNetwork']>): Promise<boolean> {
    return await this.#helperOf(task.container).inNetwork(task, what);
  }

  /** See `NetAdmin.look`. */
  async look(task: Parameters<NetAdmin['look']>[0]): Promise<string | undefined> {
    return await this.#helperOf(task.container).look(task);
  }

  /** Whether the kernel of any host does: the same is done to all nodes of a fault. */
  lacks(...[feature]: Parameters<NetAdmin['lacks']>): boolean {
    return this.#cluster.hosts.some(({ netAdmin }) => netAdmin?.lacks(feature) ?? false);
  }

  #helperOf(container: string): NetAdmin {
    const { name, netAdmin } = this.#cluster.hostOf(container);
    if (netAdmin !== undefined) return netAdmin;
    throw new TopolabError(`change a node's network: host ${name} has no helper for it`, { code: 'bug' });
  }
}
