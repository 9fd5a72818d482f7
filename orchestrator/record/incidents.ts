// What went wrong with nodes and hosts by itself, from the event log.
import type { RunEvent } from './event.ts';
import { type HostLoss, hostLosses, wentWithHost } from './host-losses.ts';

/** Something that went wrong with a node, or a host, by itself. `e1`, `e2`, … in order of time, also on the charts. */
export interface Incident {
  readonly id: string;
  readonly offsetMs: number | null;
  /** Its name; of a host `host box2`. */
  readonly node: string;
  readonly what: string;
}

export function incidentsOf(events: readonly RunEvent[]): Incident[] {
  const losses = hostLosses(events);
  const found: Incident[] = [];
  for (const event of events) {
    const incident = incidentOf(event, losses);
    if (incident !== undefined) found.push({ id: `e${found.length + 1}`, ...incident });
  }
  return found;
}

function incidentOf(event: RunEvent, losses: readonly HostLoss[]): Omit<Incident, 'id'> | undefined {
  if (event.type === 'host-gone') {
    const { host, goneMs, nodes, needed } = event;
    const lost = [...nodes, ...needed];
    const what = lost.length === 0 ? 'was lost' : `was lost with ${lost.join(', ')}`;
    return { offsetMs: goneMs, node: `host ${host}`, what };
  }
  const what = whatOf(event, losses);
  if (what === undefined || !('node' in event)) return undefined;
  return { offsetMs: event.offsetMs, node: event.node, what };
}

function whatOf(event: RunEvent, losses: readonly HostLoss[]): string | undefined {
  if (event.type === 'node-out-of-memory') return 'was killed: out of memory';
  if (event.type !== 'node-exited' || event.expected || wentWithHost(event.node, losses)) return undefined;
  return event.exitCode === null ? 'exited unexpectedly' : `exited unexpectedly with code ${event.exitCode}`;
}
