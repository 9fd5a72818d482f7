// How many nodes of a scenario share files with each other, and what their number asks for. Pure.
import type { Files, Group } from './group.ts';
import type { Exchanged } from './role.ts';
import { roleOf } from './role-of.ts';

/**
 * Everybody knows everybody in swarms up to here: then all can divide a file's pieces among themselves (swarm.py). Every piece that
 * somebody has is told to all who are connected, so that larger swarms cost less when each knows only so many.
 */
const mostNeighbours = 50;
/** Two that call each other at the same moment have two connections for a while; without room for them some would never meet. */
const spareConnections = 16;
/**
 * From here on their addresses are told to the nodes (net-admin/neighbour-tables.ts). Linux keeps 1024 entries for the neighbours of all
 * containers of a host together (net.ipv4.neigh.default.gc_thresh3), 512 of them for long, and a connection takes one at either end.
 */
const mostUntold = 20;

interface Grouped {
  readonly groups: readonly Group[];
}

/** Nodes that exchange pieces of files, at the start of the run. */
export function swarmSize({ groups }: Grouped): number {
  return groups.reduce((sum, group) => (sharesFiles(group) ? sum + group.replicas : sum), 0);
}

/** Whether nodes of the group exchange files or messages with each other. */
export function exchanges(group: Group): group is Extract<Group, { readonly files: Files }> {
  return exchangedBy(group).length > 0;
}

export function sharesFiles(group: Group): boolean {
  return exchangedBy(group).includes('files');
}

export function exchangesMessages(group: Group): boolean {
  return exchangedBy(group).includes('messages');
}

function exchangedBy(group: Group): readonly Exchanged[] {
  return roleOf(group).exchanges?.(group) ?? [];
}

/** Connections that each node of the swarm may have at once. */
export function swarmNeighbours(scenario: Grouped): number {
  const size = swarmSize(scenario);
  return size > mostNeighbours ? mostNeighbours : size + spareConnections;
}

/** Whether there are so many that their addresses would overflow the host's neighbour table. */
export function fillsNeighbourTable(scenario: Grouped): boolean {
  return swarmSize(scenario) > mostUntold;
}
