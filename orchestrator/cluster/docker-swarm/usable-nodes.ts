// Which machines of a Swarm a run may use, and what they are called. Pure.
import type { SwarmNode } from '../../engine/swarm-manager.ts';

export interface UsableNodes {
  readonly usable: readonly (SwarmNode & { readonly name: string })[];
  /** Why each of the others is left out: whole sentences. */
  readonly leftOut: readonly string[];
}

/**
 * Two machines of one name are told apart by their ids.
 * @param managerId the manager's own: all hosts run its images, so that others are as it is.
 */
export function usableNodes(nodes: readonly SwarmNode[], managerId?: string): UsableNodes {
  const platform = nodes.find(({ id }) => id === managerId)?.platform;
  const named = nodes.map((node) => {
    const isAmbiguous = nodes.some(({ id, hostName }) => id !== node.id && hostName === node.hostName);
    return { ...node, name: isAmbiguous ? `${node.hostName}-${node.id.slice(0, 8)}` : node.hostName };
  });
  const usable = named.filter((node) => whyNot(node, platform) === undefined);
  const leftOut = named.flatMap((node) => {
    const why = whyNot(node, platform);
    return why === undefined ? [] : [`Host ${node.name} is not used: ${why}.`];
  });
  return { usable: usable.toSorted((one, other) => one.name.localeCompare(other.name)), leftOut };
}

/** @param wanted the platform that images are for; undefined = not known. */
function whyNot(
  { isReady, availability, platform }: SwarmNode,
  wanted: string | undefined,
): string | undefined {
  if (!isReady) return 'its engine does not answer the managers';
  if (wanted !== undefined && platform !== undefined && platform !== wanted)
    return `it takes images for ${platform}, and the manager has them for ${wanted}`;
  if (availability === 'active') return undefined;
  return availability === 'drain'
    ? 'it is drained (docker node update --availability active makes it available)'
    : 'it is paused (docker node update --availability active makes it available)';
}
