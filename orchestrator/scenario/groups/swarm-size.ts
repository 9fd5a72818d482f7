// How many nodes of a scenario share files with each other, and what their number asks for. Pure.
import type { ClientGroup, Group, PeerGroup } from './group.ts';
import type { Scenario } from '../scenario.ts';

/**
 * Everybody knows everybody in swarms up to here: then all can divide a file's pieces among themselves (swarm.py). Every piece that
 * somebody has is told to all who are connected, so that larger swarms cost less when each knows only so many.
 */
const mostNeighbours = 50;
/** Two that call each other at the same moment have two connections for a while; without room for them some would never meet. */
const spareConnections = 16;
/**
 * From here on their addresses are told to the nodes (faults/neighbour-tables.ts). Linux keeps 1024 entries for the neighbours of all
 * containers of a host together (net.ipv4.neigh.default.gc_thresh3), 512 of them for long, and a connection takes one at either end.
 */
const mostUntold = 20;

/** Nodes that exchange pieces of files, at the start of the run. */
export function swarmSize({ groups }: Pick<Scenario, 'groups'>): number {
  return groups.reduce((sum, group) => (sharesFiles(group) ? sum + group.replicas : sum), 0);
}

/** Whether nodes of the group exchange pieces or messages with each other. */
export function exchanges(group: Group): group is PeerGroup | (ClientGroup & { readonly helps: true }) {
  return group.role === 'peer' || (group.role === 'client' && group.helps);
}

export function sharesFiles(group: Group): boolean {
  return (
    (group.role === 'peer' && group.services.includes('files')) || (group.role === 'client' && group.helps)
  );
}

/** Connections that each node of the swarm may have at once. */
export function swarmNeighbours(scenario: Pick<Scenario, 'groups'>): number {
  const size = swarmSize(scenario);
  return size > mostNeighbours ? mostNeighbours : size + spareConnections;
}

/** Whether there are so many that their addresses would overflow the host's neighbour table. */
export function fillsNeighbourTable(scenario: Pick<Scenario, 'groups'>): boolean {
  return swarmSize(scenario) > mostUntold;
}
