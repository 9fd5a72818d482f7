// Faults whose nodes were chosen only in the run: the events say whom they hit.
import type { ActionChange } from '../plan/plan.ts';
import type { RunEvent } from './event.ts';

/** The change with the nodes that its fault has hit, found by its id; as it was planned where nothing says so. */
export function withNodesHit<Change extends ActionChange>(
  change: Change,
  events: readonly RunEvent[],
): Change {
  if (change.kind !== 'fault' || change.nodes.length > 0) return change;
  const began = events.find((event) => event.type === 'fault-began' && event.fault === change.id);
  return began?.type === 'fault-began' ? { ...change, nodes: began.nodes } : change;
}
