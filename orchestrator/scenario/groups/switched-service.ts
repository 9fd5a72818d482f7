// What clients that switch leave behind when they become peers: the servers that they ask, with what stands before and behind these.
import { type Asking, serversBehind } from './closed-servers.ts';

/** Of a group, as written or resolved. */
interface Serving extends Asking {
  readonly switches?: boolean | undefined;
  readonly store?: string | null | undefined;
}

/** Names of the store, the servers and the balancer of a client group, in the order in which they are launched. */
export function serviceOf(clients: string, groups: readonly Serving[]): readonly string[] {
  const asks = groups.find(({ name }) => name === clients)?.asks ?? '';
  const servers = serversBehind(asks, groups);
  const stores = servers.map((server) => groups.find(({ name }) => name === server)?.store ?? '');
  return [...new Set([...stores, ...servers, asks])].filter((name) => name !== '');
}

/** Name of each group that serves clients with `switches` → the name of such a client group. */
export function switchedService(groups: readonly Serving[]): ReadonlyMap<string, string> {
  const switching = groups.filter(({ role, switches }) => role === 'client' && switches === true);
  return new Map(
    switching.flatMap(({ name }) => serviceOf(name, groups).map((service) => [service, name] as const)),
  );
}
