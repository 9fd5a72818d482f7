// The faults of a run, from its event log: those of the timeline, and nodes that failed by themselves. Pure.
import { type Action, disturbs } from '../../plan/plan.ts';
import type { RunEvent } from '../../record/event.ts';
import { incidentsOf } from '../../record/incidents.ts';
import { hitNobody, withNodesHit } from '../../record/nodes-hit.ts';

export interface RunFault {
  /** Of the action or the incident, as on the timeline. */
  readonly id: string;
  /** The fault's own id and kind, as in the events (`f1`, `pause`); null for a node that failed by itself. */
  readonly fault: { readonly id: string; readonly kind: string } | null;
  /** When it began, milliseconds after the start of the load. */
  readonly atMs: number;
  /**
   * When it was first seen to bite on a node, milliseconds after the start of the load: what others take to notice and to get over it counts from here.
   * null where nobody saw it, as in runs of earlier versions, and for nodes that failed by themselves.
   */
  readonly effectMs: number | null;
  /** When it ended the program of one of its nodes for the last time: a crash loop hurts users anew each time. null where it ended none. */
  readonly lastDownMs: number | null;
  /** When it had been taken back; null where it was not, or there is nothing to take back. */
  readonly endedMs: number | null;
  readonly what: string;
}

/** In order of time, without those that hit nobody: that users got over them would be no merit. */
export function faultsOf(events: readonly RunEvent[]): RunFault[] {
  const planned = events.flatMap((event) =>
    event.type === 'action-finished' &&
    disturbs(event.action.change) &&
    event.error === undefined &&
    !hitNobody(event.action.change, events)
      ? [
          {
            id: event.action.id,
            fault: idOf(event.action),
            // Timers may end within a millisecond before their time, and a fault at the beginning of a phase belongs to that phase.
            atMs: Math.max(event.startedMs, event.plannedMs),
            effectMs: effectOf(event.action, events),
            lastDownMs: lastDownOf(event.action, events),
            endedMs: endOf(event.action, events),
            what: faultWords(event.action, events),
          },
        ]
      : [],
  );
  const incidents = incidentsOf(events).flatMap(({ id, offsetMs, node, what }) =>
    offsetMs === null
      ? []
      : [
          {
            id,
            fault: null,
            atMs: offsetMs,
            effectMs: null,
            lastDownMs: null,
            endedMs: null,
            what: `${node} ${what}`,
          },
        ],
  );
  return [...planned, ...incidents].toSorted((a, b) => a.atMs - b.atMs);
}

function idOf({ change }: Action): RunFault['fault'] {
  return change.kind === 'fault' ? { id: change.id, kind: change.fault.kind } : null;
}

function effectOf({ change }: Action, events: readonly RunEvent[]): number | null {
  if (change.kind !== 'fault') return null;
  const seen = events.flatMap((event) =>
    event.type === 'fault-confirmed' &&
    event.fault === change.id &&
    event.moment === 'began' &&
    event.seenMs !== null
      ? [event.seenMs]
      : [],
  );
  return seen.length === 0 ? null : Math.min(...seen);
}

function endOf({ change }: Action, events: readonly RunEvent[]): number | null {
  if (change.kind !== 'fault') return null;
  return events.find((event) => event.type === 'fault-ended' && event.fault === change.id)?.offsetMs ?? null;
}

/** Which fault ended a program is not in the event: one of its own nodes, while it was in force. */
function lastDownOf({ change }: Action, events: readonly RunEvent[]): number | null {
  if (change.kind !== 'fault') return null;
  const { nodes } = withNodesHit(change, events);
  const ended = events.findIndex((event) => event.type === 'fault-ended' && event.fault === change.id);
  const downs = events
    .slice(0, ended === -1 ? undefined : ended)
    .flatMap((event) =>
      event.type === 'node-down' && nodes.includes(event.node) && event.offsetMs !== undefined
        ? [event.offsetMs]
        : [],
    );
  return downs.at(-1) ?? null;
}

/** With the names of nodes, and of hosts, that were chosen only then. */
function faultWords({ change, summary }: Action, events: readonly RunEvent[]): string {
  if (change.kind !== 'fault' || change.nodes.length > 0 || change.newcomers) return summary;
  const { nodes } = withNodesHit(change, events);
  const began = events.find((event) => event.type === 'fault-began' && event.fault === change.id);
  const hosts = began?.type === 'fault-began' ? began.hosts : undefined;
  const who = nodes.length === 0 ? [] : [nodes.join(', ')];
  const where = hosts === undefined ? [] : [`on ${hosts.join(' and ')}`];
  return who.length === 0 ? summary : `${summary}: ${[...who, ...where].join(' ')}`;
}
