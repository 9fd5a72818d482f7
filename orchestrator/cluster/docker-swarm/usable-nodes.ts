// Which machines of a Swarm a run may use, and what they are called. Pure.
import type { SwarmNode } from '../../engine/swarm-manager.ts';

export interface UsableNodes {
  readonly usable: readonly (SwarmNode & { readonly name: string })[];
  /** Why each of the others is left out: whole sentences. */
  readonly leftOut: readonly string[];
}

/** Two machines of one name are told apart by their ids. */
export function usableNodes(nodes: readonly SwarmNode[]): UsableNodes {
  const named = nodes.map((node) => {
    const isAmbiguous = nodes.some(({ id, hostName }) => id !== node.id && hostName === node.hostName);
    return { ...node, name: isAmbiguous ? `${node.hostName}-${node.id.slice(0, 8)}` : node.hostName };
  });
  const usable = named.filter((node) => whyNot(node) === undefined);
  const leftOut = named.flatMap((node) => {
    const why = whyNot(node);
    return why === undefined ? [] : [`Host ${node.name} is not used: ${why}.`];
  });
  return { usable: usable.toSorted((one, other) => one.name.localeCompare(other.name)), leftOut };
}

function whyNot({ isReady, availability }: SwarmNode): string | undefined {
  if (!isReady) return 'its engine does not answer the managers';
  if (availability === 'active') return undefined;
  return availability === 'drain'
    ? 'it is drained (docker node update --availability active makes it available)'
    : 'it is paused (docker node update --availability active makes it available)';
}
