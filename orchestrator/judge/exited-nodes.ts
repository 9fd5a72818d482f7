// Nodes that ended by themselves while a load lasted: nobody had asked for it. Pure.
import type { RunEvent } from '../record/event.ts';
import { hostLosses, wentWithHost } from '../record/host-losses.ts';
import type { ExitedNode } from './finding.ts';

/** In order of time. @param untilMs after the start of the load: what ended later is no matter. Default: all of them are. */
export function exitedNodes(
  events: readonly RunEvent[],
  untilMs: number = Number.POSITIVE_INFINITY,
): ExitedNode[] {
  const losses = hostLosses(events);
  const starved = new Set(events.flatMap((each) => (each.type === 'node-out-of-memory' ? [each.node] : [])));
  return events.flatMap((event) => {
    if (event.type !== 'node-exited' || event.expected) return [];
    const { node, group, exitCode, offsetMs } = event;
    if (wentWithHost(node, losses)) return [];
    if (offsetMs !== null && offsetMs > untilMs) return [];
    return [{ node, group, exitCode, offsetMs, outOfMemory: starved.has(node) }];
  });
}
