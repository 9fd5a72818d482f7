// What the nodes used while the load went on: CPU time and bytes sent, by the servers that somebody has to run for the users, and by
// the users' own machines. It says who carries a topology, and what that costs.
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { counterGain } from './counter-gain.ts';
import type { Series } from '../../record/samples.ts';
import type { Role } from '../../scenario/groups/group.ts';

export interface NodeUsage {
  readonly node: string;
  readonly group: string;
  readonly role: Role;
  /** From the start of the load to the end of the run; of a node that was killed or left, as far as its last scrape. */
  readonly cpuSeconds: number;
  /** Headers, and the answers to Prometheus' scrapes, included. */
  readonly sentBytes: number;
}

export interface SideUsage {
  /** Nodes that told of themselves, those that came and went included. */
  readonly nodes: number;
  readonly cpuSeconds: number;
  readonly sentBytes: number;
}

export interface UsageFacts {
  /** Servers, balancers, databases and trackers. */
  readonly servers: SideUsage;
  /** Clients and peers: the machines of the users, who serve each other in some topologies. */
  readonly users: SideUsage;
  /** Of the bytes that all nodes sent, 0 to 1; null where none was sent. */
  readonly serverBytesShare: number | null;
  /**
   * Jain's fairness index over all nodes, 1/n to 1: 1 = all carry the same, 1/n = one carries everything; null where nothing was used. Jain, Chiu & Hawe 1984,
   * A Quantitative Measure of Fairness and Discrimination for Resource Allocation in Shared Computer Systems, DEC-TR-301.
   */
  readonly cpuFairness: number | null;
  readonly sentBytesFairness: number | null;
  readonly nodes: readonly NodeUsage[];
}

const USERS: ReadonlySet<Role> = new Set<Role>(['client', 'peer']);

/** null where no counters were saved: the run did not come that far, or is of an earlier version. */
export function usageFacts({ samples, scenario }: SavedRun): UsageFacts | null {
  const cpu = usedBy(samples?.panels['cpu-time'] ?? []);
  const sent = usedBy(samples?.panels['sent-bytes-total'] ?? []);
  const nodes = [...cpu].flatMap(([node, { group, used }]): NodeUsage[] => {
    const role = scenario.groups.find(({ name }) => name === group)?.role;
    const sentBytes = sent.get(node)?.used;
    return role === undefined || sentBytes === undefined
      ? []
      : [{ node, group, role, cpuSeconds: used, sentBytes }];
  });
  if (nodes.length === 0) return null;
  const [servers, users] = [
    sideOf(nodes.filter(({ role }) => !USERS.has(role))),
    sideOf(nodes.filter(({ role }) => USERS.has(role))),
  ];
  const allSent = servers.sentBytes + users.sentBytes;
  return {
    servers,
    users,
    serverBytesShare: allSent === 0 ? null : servers.sentBytes / allSent,
    cpuFairness: fairness(nodes.map(({ cpuSeconds }) => cpuSeconds)),
    sentBytesFairness: fairness(nodes.map(({ sentBytes }) => sentBytes)),
    nodes,
  };
}

/** A counter of a node that was there at the start of the load had counted before; one that came later began at zero with its node. */
function usedBy(series: readonly Series[]): Map<string, { readonly group: string; readonly used: number }> {
  return new Map(
    series.flatMap((each) => {
      const { node, group } = each.labels;
      const [first] = each.points;
      if (node === undefined || group === undefined || first === undefined) return [];
      return [[node, { group, used: counterGain(each, first[0] <= 0 ? first[1] : 0) }] as const];
    }),
  );
}

function sideOf(nodes: readonly NodeUsage[]): SideUsage {
  return {
    nodes: nodes.length,
    cpuSeconds: nodes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    sentBytes: nodes.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
  };
}

/** (Σx)² ÷ (n Σx²). */
export function fairness(values: readonly number[]): number | null {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value ** 2, 0);
  return squares === 0 ? null : sum ** 2 / (values.length * squares);
}
