// Several topologies beside each other for the same fault: what the loss of a node of each role, or of a host, costs at worst. Pure.
import type { Role } from '../scenario/groups/group.ts';
import { type Conclusion, type Loss, worseFirst } from './conclude.ts';
import type { TopologyNode } from './trial-scenario.ts';

/** What the loss of one node of a role costs, in one of the topologies. */
export interface RoleLoss {
  /** How many nodes of the role it has, or hosts that were lost. */
  readonly nodes: number;
  /**
   * Of the single losses, the worst; null where there is none, or nothing could be concluded. One that can't be believed comes before all but a
   * single point of failure: nobody knows that it is not one.
   */
  readonly worst: Loss | null;
}

export interface RoleRow {
  /** `host`: all nodes on one of several hosts. */
  readonly role: Role | 'host';
  /** In the order of the topologies. */
  readonly losses: readonly RoleLoss[];
}

type Topology = Pick<Conclusion, 'losses' | 'unsteady'> & { readonly nodes: readonly TopologyNode[] };

/** A row for each role, the worst first: by the worst that its loss does in any of the topologies. */
export function sideBySide(topologies: readonly Topology[]): RoleRow[] {
  const roles = new Set(topologies.flatMap(({ nodes }) => nodes.map(({ role }) => role)));
  const ofHosts = topologies.some(({ losses }) => losses.some(({ host }) => host !== undefined));
  return [...roles, ...(ofHosts ? ['host' as const] : [])]
    .map((role) => ({ role, losses: topologies.map((topology) => lossOf(role, topology)) }))
    .toSorted((a, b) => compare(worstIn(a), worstIn(b)));
}

function lossOf(role: RoleRow['role'], { nodes, losses, unsteady }: Topology): RoleLoss {
  const singles = losses.filter(({ killed: [dead, ...more], host }) =>
    role === 'host' ? host !== undefined : host === undefined && dead?.role === role && more.length === 0,
  );
  return {
    nodes: role === 'host' ? singles.length : nodes.filter((node) => node.role === role).length,
    worst: unsteady.length > 0 ? null : (worstOf(singles) ?? null),
  };
}

function worstOf(losses: readonly Loss[]): Loss | undefined {
  const [worst] = losses.toSorted(worseFirst);
  if (worst === undefined || worst.outcome === 'not-recovered') return worst;
  return losses.find(({ outcome }) => outcome === 'invalid') ?? worst;
}

function worstIn({ losses }: RoleRow): Loss | undefined {
  return losses.flatMap(({ worst }) => worst ?? []).toSorted(worseFirst)[0];
}

function compare(a: Loss | undefined, b: Loss | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return worseFirst(a, b);
}
