// What became of hosts.
import type { Finding } from './finding.ts';
import type { LoadFacts } from './load-facts.ts';

/** Hosts that were lost, in order of time: most often the cause of all that follows. */
export function lostHosts({ hostLosses = [] }: LoadFacts): Extract<Finding, { code: 'host-gone' }>[] {
  return hostLosses.map(({ host, goneMs, nodes, needed }) => ({
    code: 'host-gone',
    host,
    goneMs,
    nodes,
    needed,
  }));
}
