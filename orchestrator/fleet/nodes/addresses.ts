// Where a node is asked, and where a balancer sends requests for it. Pure.
import type { RotationServer } from '../../balancer/rotation.ts';
import type { RunningContainer } from '../../engine/engine.ts';
import type { BalancerGroup } from '../../scenario/groups/balancer-role.ts';
import type { Group } from '../../scenario/groups/group.ts';
import type { PresentNode } from './node.ts';

/** A balancer whose program is ours: it is told of servers, and says of them what is believed. */
export function isOwnBalancer(group: Group): group is BalancerGroup {
  return group.role === 'balancer' && !group.foreignImage;
}

/** With the address at which we ask it: a balancer of ours tells of itself on the observers' network alone. */
export function asAsked(
  { group, container }: Pick<PresentNode, 'group' | 'container'>,
  observersId: string,
): RunningContainer {
  if (!isOwnBalancer(group)) return container;
  return { ...container, address: container.addresses[observersId] ?? '' };
}

export function serverOf({ name, group, container }: PresentNode): RotationServer {
  const { address, prefixLength } = container;
  return { name, address, prefixLength, port: group.port };
}
