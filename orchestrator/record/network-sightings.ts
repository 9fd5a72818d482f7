// The moments at which a run's network was looked at, and when it was connected. Pure, from the event log.
import type { RunEvent } from './event.ts';
import { type GraphFigures, measureGraph } from './network-graph.ts';

export type NetworkSighting = Extract<RunEvent, { type: 'network-seen' }>;

export interface ConnectedNetwork {
  /** Until the first look at which every node could reach every other one; right to the time between two looks. */
  readonly afterMs: number;
  /** Counted from when the last of its nodes was ready, or from the start of the load where that came later. */
  readonly since: 'last-node-ready' | 'load-started';
  /** When that look was, milliseconds since 1970. */
  readonly atMs: number;
  readonly figures: GraphFigures;
}

export function sightingsOf(events: readonly RunEvent[]): NetworkSighting[] {
  return events.filter((event): event is NetworkSighting => event.type === 'network-seen');
}

/** null: it was never seen connected. */
export function connectedNetwork(events: readonly RunEvent[]): ConnectedNetwork | null {
  for (const sighting of sightingsOf(events)) {
    const figures = measureGraph(sighting);
    if (figures.nodes < 2 || figures.parts.length !== 1) continue;
    const nodes = new Set(sighting.nodes);
    const readyMs = events.flatMap((event) =>
      event.type === 'node-ready' && nodes.has(event.node) ? [event.atMs] : [],
    );
    const loadMs = sighting.offsetMs === null ? Number.NEGATIVE_INFINITY : sighting.atMs - sighting.offsetMs;
    const lastReadyMs = Math.max(...readyMs);
    const fromMs = Math.max(lastReadyMs, loadMs);
    if (!Number.isFinite(fromMs)) return null;
    return {
      afterMs: Math.max(0, sighting.atMs - fromMs),
      since: lastReadyMs > loadMs ? 'last-node-ready' : 'load-started',
      atMs: sighting.atMs,
      figures,
    };
  }
  return null;
}
