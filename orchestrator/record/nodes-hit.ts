// Whom faults have hit: where nodes were chosen only in the run, the events alone say so, and whoever was planned may not have been there.
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

/**
 * Whether a fault began and was on nobody: those whom it was meant for were not there. One that waits for nodes to come is on whoever it was looked for
 * at, and of a run of an earlier version, that does not tell, nobody knows.
 */
export function hitNobody(change: ActionChange, events: readonly RunEvent[]): boolean {
  if (change.kind !== 'fault' || change.newcomers) return false;
  const own = events.filter((event) => 'fault' in event && event.fault === change.id);
  return (
    own.some((event) => event.type === 'fault-began' && event.nodes.length === 0) &&
    !own.some((event) => event.type === 'fault-confirmed' || event.type === 'fault-unconfirmed')
  );
}
