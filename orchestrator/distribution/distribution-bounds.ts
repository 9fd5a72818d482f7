// How fast a file can reach everybody at best, from the links alone: what a measured distribution time is held against. Pure.
//
import type { Group, Link } from '../scenario/groups/group.ts';

// Source of the bounds: Kurose & Ross, Computer Networking: A Top-Down Approach, section 2.5 (Peer-to-Peer File Distribution), after
// R. Kumar, K. W. Ross: Peer-Assisted File Distribution: The Minimum Distribution Time, IEEE HOTWEB 2006. With F bytes, N receivers,
// u_s the rate at which the sources can send, u_i the uplink of receiver i and d_min the slowest downlink:
//
//   client-server   max(N·F / u_s, F / d_min)
//   peer-to-peer    max(F / u_s, F / d_min, N·F / (u_s + Σ u_i))
//
// A hybrid is bounded as peer-to-peer is, its sources being the servers. Bytes are those of the files: headers, acknowledgements and
// protocol messages take some per cent of a link, so that no real system reaches 100 % of its bound.
import { groupsOf, type Plan } from '../plan/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';

export type Topology = 'client-server' | 'peer-to-peer' | 'hybrid';

/** Rates in bytes per second; null = not limited. */
export interface DistributionLinks {
  readonly topology: Topology;
  /** All files together. */
  readonly fileBytes: number;
  readonly receivers: number;
  /** At which all sources together can send. */
  readonly sourceBytesPerSecond: number | null;
  /** At which all receivers together can send; 0 where they do not help. */
  readonly helpBytesPerSecond: number | null;
  /** Of the receiver with the slowest one. */
  readonly slowestDownlinkBytesPerSecond: number | null;
}

export interface DistributionBound {
  /** The least time in which everybody can have everything, in seconds. */
  readonly seconds: number;
  readonly limit: 'source uplink' | 'slowest downlink' | 'all uplinks together';
}

/** null where no link is limited, so that nothing but the machine bounds it. */
export function distributionBound(links: DistributionLinks): DistributionBound | null {
  const { topology, fileBytes, receivers, sourceBytesPerSecond, helpBytesPerSecond } = links;
  const helped = topology !== 'client-server';
  const copies = helped ? 1 : receivers;
  const allUplinks =
    helped && sourceBytesPerSecond !== null && helpBytesPerSecond !== null
      ? sourceBytesPerSecond + helpBytesPerSecond
      : null;
  const terms: readonly [DistributionBound['limit'], number][] = [
    ['source uplink', timeFor(copies * fileBytes, sourceBytesPerSecond)],
    ['slowest downlink', timeFor(fileBytes, links.slowestDownlinkBytesPerSecond)],
    ['all uplinks together', timeFor(receivers * fileBytes, allUplinks)],
  ];
  const [limit, seconds] = terms.reduce((worst, term) => (term[1] > worst[1] ? term : worst));
  return seconds > 0 ? { seconds, limit } : null;
}

/**
 * What a scenario's links say of its files, with the nodes of its start; null where no group fetches files. Links that change on the
 * way, and nodes that come and go, are not in it.
 */
export function distributionLinks({ groups }: Pick<Scenario, 'groups'>): DistributionLinks | null {
  const receivers = groups.flatMap(receiversIn);
  const [first] = receivers;
  if (first === undefined) return null;
  const sources = groups.flatMap((group) => sourcesIn(group, groups));
  return {
    topology: topologyOf(groups),
    fileBytes: first.bytes,
    receivers: receivers.length,
    sourceBytesPerSecond: sumOf(sources.map(uplinkOf)),
    helpBytesPerSecond: sumOf(receivers.map(({ link, helps }) => (helps ? uplinkOf(link) : 0))),
    slowestDownlinkBytesPerSecond: receivers.reduce<number | null>(
      (slowest, { link }) => leastOf(slowest, link?.downlinkBytesPerSecond ?? null),
      null,
    ),
  };
}

/**
 * Why no measured time may be held against the bound; null where it may. The bound is one for nodes that are there from the beginning to the
 * end and want one file at the same moment.
 */
export function whyIncomparable(
  { groups, loads }: Pick<Scenario, 'groups' | 'loads'>,
  { actions }: Pick<Plan, 'actions'>,
): string | null {
  const holders = groups.filter((group) => 'files' in group && Object.keys(group.files).length > 0);
  if (holders.some((group) => 'files' in group && Object.keys(group.files).length > 1)) {
    return 'there is more than one file, and nodes tell the mean time of theirs';
  }
  const names = new Set(holders.map(({ name }) => name));
  const changes = actions.filter(
    ({ change }) => change.kind !== 'resize' && groupsOf(change).some((group) => names.has(group)),
  );
  if (changes.length > 0) return 'nodes or their links changed on the way';
  return loads.every(({ model }) => model.kind === 'each-node')
    ? null
    : 'users did not ask for the file all at once';
}

export function topologyOf(groups: readonly Group[]): Topology {
  if (groups.some((group) => group.role === 'client' && group.helps)) return 'hybrid';
  return groups.some(({ role }) => role === 'peer') ? 'peer-to-peer' : 'client-server';
}

interface Receiver {
  readonly link: Link | null;
  readonly helps: boolean;
  readonly bytes: number;
}

function receiversIn(group: Group): Receiver[] {
  if (group.role !== 'client' && group.role !== 'peer') return [];
  const bytes = Object.values(group.files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const helps = group.role === 'peer' || group.helps;
  const count = group.role === 'peer' ? Math.max(0, group.replicas - group.seeders) : group.replicas;
  if (bytes === 0) return [];
  return Array.from({ length: count }, () => ({ link: group.link, helps, bytes }));
}

/** The links over which those that have the files from the start send: servers through their balancer, where they have one. */
function sourcesIn(group: Group, groups: readonly Group[]): (Link | null)[] {
  if (group.role === 'peer') {
    const seeders = Object.keys(group.files).length === 0 ? 0 : Math.min(group.seeders, group.replicas);
    return Array.from({ length: seeders }, () => group.link);
  }
  const clients = groups.filter((each) => each.role === 'client');
  const isAsked = clients.some(({ asks }) => asks === group.name);
  if (group.role === 'server' && isAsked) return Array.from({ length: group.replicas }, () => group.link);
  if (group.role !== 'balancer' || !isAsked) return [];
  if (group.link?.uplinkBytesPerSecond != null)
    return Array.from({ length: group.replicas }, () => group.link);
  const servers = groups.filter(({ name }) => group.balances.includes(name));
  return servers.flatMap(({ replicas, link }) => Array.from({ length: replicas }, () => link));
}

function uplinkOf(link: Link | null): number | null {
  return link?.uplinkBytesPerSecond ?? null;
}

/** null where any is not limited. */
function sumOf(rates: readonly (number | null)[]): number | null {
  return rates.reduce<number | null>((sum, rate) => (sum === null || rate === null ? null : sum + rate), 0);
}

function leastOf(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

/** Nothing to send takes no time, and neither does a rate without limit. */
function timeFor(bytes: number, bytesPerSecond: number | null): number {
  if (bytesPerSecond === null || bytes === 0) return 0;
  return bytes / bytesPerSecond;
}
