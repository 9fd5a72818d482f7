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

  /** See `NetAdmin.inNetwork`. A container whose host is lost has gone. */
  async inNetwork(...[task, what]: Parameters<NetAdmin['inNetwork']>): Promise<boolean> {
    const { container } = task;
    return await this.#cluster.onHostOf(
      container,
      (host) => helperOf(host).inNetwork(task, what),
      () => false,
    );
  }

  /** See `NetAdmin.look`; the same. */
  async look(task: Parameters<NetAdmin['look']>[0]): Promise<string | undefined> {
    const { container } = task;
    return await this.#cluster.onHostOf(
      container,
      (host) => helperOf(host).look(task),
      () => undefined,
    );
  }

  /** Whether the kernel of any host does: the same is done to all nodes of a fault. */
  lacks(...[feature]: Parameters<NetAdmin['lacks']>): boolean {
    return this.#cluster.hosts.some(({ netAdmin }) => netAdmin?.lacks(feature) ?? false);
  }
}

function helperOf({ name, netAdmin }: ObservedHost): NetAdmin {
  if (netAdmin !== undefined) return netAdmin;
  throw new TopolabError(`change a node's network: host ${name} has no helper for it`, { code: 'bug' });
}
