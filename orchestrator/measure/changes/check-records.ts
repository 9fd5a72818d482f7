// From the records that a run has written and read back to what each destruction cost: records lost, and how far back the service was set. Pure.
import { destroysStorage } from '../../faults/registry.ts';
import {
  type CheckedRecords,
  type LedgerEntry,
  type LostRecords,
  lostOf,
  type RecordLoss,
} from '../../record/checked-records.ts';
import type { RunEvent } from '../../record/event.ts';

/** A destruction, milliseconds after the start of the load. */
export interface Destruction {
  /** Id of the fault: `f1`. */
  readonly fault: string;
  /** When it was begun. */
  readonly atMs: number;
  /** When all that it hit was seen to be gone: what was acknowledged by then may be lost. */
  readonly goneMs: number;
}

export function destructionsIn(events: readonly RunEvent[]): Destruction[] {
  const started = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.type === 'action-started' && event.action.change.kind === 'fault')
      started.set(event.action.change.id, event.startedMs);
    if (event.type !== 'fault-began' || event.offsetMs === null) return [];
    if (!destroysStorage(event) || event.nodes.length === 0) return [];
    return [{ fault: event.fault, atMs: started.get(event.fault) ?? event.offsetMs, goneMs: event.offsetMs }];
  });
}

/** @param destructions in order of time. */
export function checkRecords(
  entries: readonly LedgerEntry[],
  destructions: readonly Destruction[],
): CheckedRecords {
  const acknowledged = entries.filter((entry) => entry.acknowledged);
  return {
    written: entries.length,
    acknowledged: acknowledged.length,
    ...lostIn(acknowledged),
    losses: destructions.map((destruction, nth) => {
      const sinceMs = destructions[nth - 1]?.goneMs ?? Number.NEGATIVE_INFINITY;
      const untilMs = destructions[nth + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      return lossFrom(destruction, entries, { sinceMs, untilMs });
    }),
  };
}

function lossFrom(
  { fault, atMs, goneMs }: Destruction,
  entries: readonly LedgerEntry[],
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): RecordLoss {
  // A write that began before all was gone may have been taken in by what was destroyed.
  const before = entries.filter(
    ({ acknowledged, begunMs }) => acknowledged && begunMs > sinceMs && begunMs <= goneMs,
  );
  const meanwhile = entries.filter(({ begunMs }) => begunMs < untilMs);
  const failed = meanwhile
    .filter(({ acknowledged, endedMs }) => !acknowledged && endedMs >= atMs)
    .map(({ endedMs }) => endedMs - atMs);
  const served = meanwhile
    .filter(({ acknowledged, begunMs }) => acknowledged && begunMs > goneMs)
    .map(({ endedMs }) => endedMs - atMs);
  return {
    fault,
    acknowledged: before.length,
    idleMs: leastOf(before.map(({ endedMs }) => Math.max(0, atMs - endedMs))),
    ...lostIn(before),
    rpoMs: setBackMs(before, atMs),
    noticedAfterMs: leastOf(failed),
    firstWriteAfterMs: leastOf(served),
  };
}

/** Acknowledgements in order: the last one before the first lost record is where the service was set back to. */
function setBackMs(before: readonly LedgerEntry[], atMs: number): number {
  const inOrder = before.toSorted((a, b) => a.endedMs - b.endedMs);
  const firstLost = inOrder.findIndex((entry) => lostOf(lostIn([entry])) > 0);
  if (firstLost === -1) return 0;
  // Where the very first one is lost, nothing tells how much further back it goes than that.
  const safe = inOrder[firstLost - 1] ?? inOrder[firstLost];
  // Both may have been acknowledged while it was being destroyed: what is lost is never nothing.
  return Math.max(1, Math.round(atMs - (safe?.endedMs ?? atMs)));
}

function lostIn(acknowledged: readonly LedgerEntry[]): LostRecords {
  const count = (found: LedgerEntry['found']): number =>
    acknowledged.filter((entry) => entry.found === found).length;
  // One that was not read back is not known to be there.
  return {
    missing: count('missing'),
    wrong: count('wrong'),
    unreadable: count('unreadable') + count(undefined),
  };
}

function leastOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.round(values.reduce((least, value) => Math.min(least, value)));
}
