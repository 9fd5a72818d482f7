// What a balancer does about servers that hang or are gone, with its defaults filled in.
import type { WrittenGroups } from './written-groups.ts';
import type { CheckedBalancer } from './group-schema.ts';
import { resolveReadiness } from './resolve-readiness.ts';
import type { BalancerGroup, HealthCheck } from './group.ts';
type Own = Pick<BalancerGroup, 'balances' | 'algorithm' | 'healthCheck' | 'timeouts' | 'retry'>;

export function resolveBalancer(group: CheckedBalancer, written: WrittenGroups): Own {
  const { balances, algorithm, timeouts } = group;
  return {
    balances,
    algorithm,
    healthCheck: resolveHealthCheck(group, written),
    timeouts: {
      connectMs: timeouts.connect,
      serverMs: timeouts.server,
      clientMs: timeouts.client,
      queueMs: timeouts.queue,
    },
    retry: {
      times: group.retries,
      on: [...new Set(group.retryOn.map(String))],
      methods: group.retryMethods,
      elsewhere: group.redispatch,
    },
  };
}

/**
 * Servers that say over HTTP that they are ready are asked the same by the balancer: the kernel takes TCP connections for a process
 * that hangs, so only an answer shows that it doesn't.
 */
function resolveHealthCheck(
  { balances, healthCheck }: CheckedBalancer,
  { groups }: WrittenGroups,
): HealthCheck | null {
  if (healthCheck === false) return null;
  const servers = groups.find(({ name }) => name === balances)?.value;
  const probe = servers && resolveReadiness(servers).probe;
  const ready = probe?.kind === 'http' ? probe : { path: null, port: servers?.port ?? 8080 };
  const { path = ready.path, port = ready.port, interval, timeout, fall, rise, onDown } = healthCheck;
  return { path, port, intervalMs: interval, timeoutMs: timeout, fall, rise, onDown };
}
