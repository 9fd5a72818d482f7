// What went wrong with nodes by itself, from the event log.
import type { RunEvent } from './event.ts';

/** Something that went wrong with a node by itself. `e1`, `e2`, … in order of time, also on the charts. */
export interface Incident {
  readonly id: string;
  readonly offsetMs: number | null;
  readonly node: string;
  readonly what: string;
}

export function incidentsOf(events: readonly RunEvent[]): Incident[] {
  const found: Incident[] = [];
  for (const event of events) {
    const what = incidentOf(event);
    if (what === undefined || !('node' in event)) continue;
    found.push({ id: `e${found.length + 1}`, offsetMs: event.offsetMs, node: event.node, what });
  }
  return found;
}

function incidentOf(event: RunEvent): string | undefined {
  if (event.type === 'node-out-of-memory') return 'was killed: out of memory';
  if (event.type !== 'node-exited' || event.expected) return undefined;
  return event.exitCode === null ? 'exited unexpectedly' : `exited unexpectedly with code ${event.exitCode}`;
}
