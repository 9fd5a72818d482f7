// What runs have left on the hosts of a namespaced Swarm, where nothing but theirs ever is.
import { setTimeout as sleep } from 'node:timers/promises';
import { askDaemon, type NamespacedSwarm } from './namespaced-swarm.ts';

type Hosts = Pick<NamespacedSwarm, 'hosts'>;

/** Containers, networks, volumes and services of ours on any of the hosts. */
export async function leftOnHosts({ hosts }: Hosts): Promise<string[]> {
  const [manager] = hosts;
  const services =
    manager &&
    (JSON.parse((await askDaemon(manager, 'GET', '/services')).body) as { Spec: { Name: string } }[]);
  const onHosts = await Promise.all(
    hosts.map(async (host) => {
      const list = async (path: string) => JSON.parse((await askDaemon(host, 'GET', path)).body) as unknown;
      const containers = (await list('/containers/json?all=true')) as { Names: string[] }[];
      const networks = (await list('/networks')) as { Name: string }[];
      const { Volumes: volumes } = (await list('/volumes')) as { Volumes: { Name: string }[] | null };
      return [
        ...containers.flatMap(({ Names }) => Names),
        ...networks.map(({ Name }) => Name).filter((name) => name.startsWith('topolab')),
        ...(volumes ?? []).map(({ Name }) => Name),
      ].map((name) => `${host.name}: ${name}`);
    }),
  );
  return [...(services ?? []).map(({ Spec }) => Spec.Name), ...onHosts.flat()];
}

/** Docker takes networks away a moment after it has said so. @returns what is there after all. */
export async function leftOnHostsAfter(swarm: Hosts, withinMs = 60_000): Promise<string[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await leftOnHosts(swarm);
    if (found.length === 0 || Date.now() > deadline) return found;
    await sleep(500);
  }
}
