// Faults that nobody saw bite, or end, from the event log: what users met meanwhile says nothing about them. Pure.
import type { RunEvent } from '../../record/event.ts';
import { hitNobody } from '../../record/nodes-hit.ts';

type FaultMoment = Extract<RunEvent, { type: 'fault-confirmed' }>['moment'];

/** A fault on one node. */
export interface UnseenFault {
  /** `f1`. */
  readonly fault: string;
  readonly kind: string;
  /** null where it failed as a whole, or hit nobody. */
  readonly node: string | null;
  /** At the last look; null where there was none. */
  readonly saw: string | null;
  /** Other faults that were on the node and may have hidden this one. */
  readonly besides: readonly string[];
}

export interface UnseenFaults {
  /** Never seen to bite while they were in force. */
  readonly begun: readonly UnseenFault[];
  /** Taken back, and seen to be on still, or not looked at though there was time. */
  readonly ended: readonly UnseenFault[];
  /** Taken back, and not seen to be over for want of a look: another fault on the node may hide it, or the load ended first. */
  readonly endsUntold: readonly UnseenFault[];
}

/** A missing look is never a confirmation: what counts as seen has an event that says so, and a node that has gone takes its faults along. */
export function unseenFaults(events: readonly RunEvent[]): UnseenFaults {
  const ends = Map.groupBy(unseen('ended', events), (each) =>
    each.besides.length > 0 || (each.saw === null && endedWithLoad(each, events)) ? 'untold' : 'still on',
  );
  return {
    begun: [...failedFaults(events), ...faultsOnNobody(events), ...unseen('began', events)],
    ended: ends.get('still on') ?? [],
    endsUntold: ends.get('untold') ?? [],
  };
}

/** Whether the load ended before the end of a fault could be looked for as long as it is. */
function endedWithLoad({ fault }: UnseenFault, events: readonly RunEvent[]): boolean {
  const over = events.find((event) => event.type === 'load-ended')?.atMs ?? events.at(-1)?.atMs ?? 0;
  const end = events.find((event) => event.type === 'fault-ended' && event.fault === fault);
  return end !== undefined && over - end.atMs < LOOKED_FOR_MS;
}

function unseen(moment: FaultMoment, events: readonly RunEvent[]): UnseenFault[] {
  const seen = new Set<string>();
  const lastLooks = new Map<string, Extract<RunEvent, { type: 'fault-unconfirmed' }>>();
  const gone = goneNodes(events);
  for (const event of events) {
    if (event.type === 'fault-confirmed' && event.moment === moment) seen.add(keyOf(event));
    if (event.type === 'fault-unconfirmed' && event.moment === moment) lastLooks.set(keyOf(event), event);
  }
  const told = events.flatMap((event) =>
    (event.type === 'fault-began' || event.type === 'fault-ended') && event.type === `fault-${moment}`
      ? event.nodes.map((node) => ({ fault: event.fault, kind: event.kind, node, atMs: event.atMs }))
      : [],
  );
  // Nodes that joined while it was in force stand in no other event.
  const joined = [...lastLooks.values()].filter((look) => !told.some((each) => keyOf(each) === keyOf(look)));
  return [...told, ...joined]
    .filter((each) => !seen.has(keyOf(each)) && !wentWith(each, moment, gone, events))
    .map(({ fault, kind, node }) => {
      const look = lastLooks.get(keyOf({ fault, node }));
      return { fault, kind, node, saw: look?.saw ?? null, besides: look?.besides ?? [] };
    });
}

/** Whether the node ended before the fault did, or within the time in which its end is looked for. */
function wentWith(
  { fault, node, atMs }: { readonly fault: string; readonly node: string; readonly atMs: number },
  moment: FaultMoment,
  gone: ReadonlyMap<string, number>,
  events: readonly RunEvent[],
): boolean {
  const goneMs = gone.get(node);
  if (goneMs === undefined) return false;
  const end = events.find((event) => event.type === 'fault-ended' && event.fault === fault);
  const untilMs = moment === 'ended' ? atMs + LOOKED_FOR_MS : (end?.atMs ?? Number.POSITIVE_INFINITY);
  return goneMs <= untilMs;
}

/** As in faults/fault-watch.ts, and a look. */
const LOOKED_FOR_MS = 15_000;

/** When each node ended for the first time, milliseconds since 1970. */
function goneNodes(events: readonly RunEvent[]): ReadonlyMap<string, number> {
  const gone = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'node-exited' && event.type !== 'node-left') continue;
    if (!gone.has(event.node)) gone.set(event.node, event.atMs);
  }
  return gone;
}

/** Faults that could not be put on their nodes at all. */
function failedFaults(events: readonly RunEvent[]): UnseenFault[] {
  return events.flatMap((event) => {
    if (event.type !== 'action-finished' || event.error === undefined) return [];
    const { change } = event.action;
    if (change.kind !== 'fault') return [];
    return [{ fault: change.id, kind: change.fault.kind, node: null, saw: event.error, besides: [] }];
  });
}

const ENDS: ReadonlySet<RunEvent['type']> = new Set(['node-exited', 'node-left', 'node-killed', 'node-down']);

/** Nobody whom it was meant for was there, and not because all of them had gone before. */
function faultsOnNobody(events: readonly RunEvent[]): UnseenFault[] {
  return events.flatMap((event) => {
    if (event.type !== 'action-finished' || event.error !== undefined) return [];
    const { change } = event.action;
    if (change.kind !== 'fault' || !hitNobody(change, events)) return [];
    const wentBefore = events
      .slice(0, events.indexOf(event))
      .flatMap((each) => (ENDS.has(each.type) && 'node' in each ? [each.node] : []));
    if (change.nodes.length > 0 && change.nodes.every((node) => wentBefore.includes(node))) return [];
    const {
      id: fault,
      fault: { kind },
    } = change;
    return [{ fault, kind, node: null, saw: 'none of its nodes was there', besides: [] }];
  });
}

function keyOf({ fault, node }: { readonly fault: string; readonly node: string }): string {
  return `${fault} ${node}`;
}
