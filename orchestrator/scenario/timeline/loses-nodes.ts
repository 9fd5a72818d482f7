// Of which groups a timeline takes nodes otherwise than by scaling.
import { takesNodes } from '../../faults/registry.ts';
import type { TimelineEntry } from './timeline.ts';

/** Whether a fault of the timeline takes nodes of the group for good: how many are left then is known to the plan alone. */
export function losesNodes(group: string, timeline: readonly Pick<TimelineEntry, 'change'>[]): boolean {
  return timeline.some(
    ({ change }) =>
      change.kind === 'fault' && takesNodes(change.fault) && change.fault.target.groups.includes(group),
  );
}
