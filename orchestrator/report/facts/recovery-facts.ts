// What backups were made, and what each destruction cost: records lost, how far back the service was set, and the parts of the time until it was
// as before.
import { destroysStorage } from '../../faults/registry.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import type { RunEvent } from '../../record/event.ts';
import {
  type CheckedRecords,
  lostOf,
  type LostRecords,
  type RecordLoss,
} from '../../record/checked-records.ts';
import { faultsOf } from '../../measure/impacts/run-faults.ts';
import type { BackupType } from '../../scenario/timeline/timeline.ts';
import type { FaultRow } from './fault-rows.ts';

export interface RecoveryFacts {
  /** How stores are backed up, by group. */
  readonly methods: readonly { readonly group: string; readonly method: string }[];
  readonly backups: readonly BackupRow[];
  /** The records that the run itself has written; null where there were none, or they were not read back. */
  readonly records: RecordsTotal | null;
  readonly destructions: readonly DestructionRow[];
}

export interface BackupRow {
  readonly group: string;
  readonly type: BackupType;
  /** When it had been made; null before the load. */
  readonly madeMs: number | null;
  readonly tookMs: number;
}

export interface RecordsTotal extends LostRecords {
  readonly written: number;
  readonly acknowledged: number;
  readonly lost: number;
}

/** Times in milliseconds from the destruction on, each null where it did not come about or nobody can tell. */
export interface DestructionRow {
  /** Of the action, as on the timeline and in `faults`. */
  readonly id: string;
  readonly what: string;
  readonly atMs: number;
  /** What became of records; null where none were written, or they were not read back. */
  readonly records: (RecordLoss & { readonly lost: number }) | null;
  /** The first write that failed. */
  readonly noticedAfterMs: number | null;
  /** When the restore was begun: as the timeline says. */
  readonly begunAfterMs: number | null;
  /** When the backup's files were in place. */
  readonly restoredAfterMs: number | null;
  /** When what was logged since the backup had been replayed, and the store took writes. */
  readonly replayedAfterMs: number | null;
  /** When a write was acknowledged again. */
  readonly firstWriteAfterMs: number | null;
  /** When users were served as before (RTO); of `faults`. */
  readonly recoveredAfterMs: number | null;
}

/** null where nothing was backed up or destroyed, and no records were written. */
export function recoveryFacts(run: SavedRun, faults: readonly FaultRow[]): RecoveryFacts | null {
  const { events, scenario } = run;
  const checked = events.findLast((event) => event.type === 'records-checked') ?? null;
  const backups = events.flatMap((event) =>
    event.type === 'backup-made'
      ? [{ group: event.group, type: event.kind, madeMs: event.offsetMs, tookMs: event.tookMs }]
      : [],
  );
  const destructions = destructionRows(events, faults, checked);
  if (checked === null && backups.length === 0 && destructions.length === 0) return null;
  return {
    methods: scenario.groups.flatMap((group) =>
      group.role === 'store' && group.backup ? [{ group: group.name, method: group.backup.method }] : [],
    ),
    backups,
    records: checked === null ? null : totalOf(checked),
    destructions,
  };
}

function totalOf(checked: CheckedRecords): RecordsTotal {
  const { written, acknowledged, missing, wrong, unreadable } = checked;
  return { written, acknowledged, missing, wrong, unreadable, lost: lostOf(checked) };
}

function destructionRows(
  events: readonly RunEvent[],
  faults: readonly FaultRow[],
  checked: CheckedRecords | null,
): DestructionRow[] {
  const all = faultsOf(events);
  return events.flatMap((event): DestructionRow[] => {
    if (event.type !== 'action-finished' || event.action.change.kind !== 'fault') return [];
    const { id, change } = event.action;
    const fault = all.find((each) => each.id === id);
    if (!destroysStorage(change.fault) || fault === undefined) return [];
    const { atMs } = fault;
    const loss = checked?.losses.find((each) => each.fault === change.id) ?? null;
    const restore = restoreAfter(events, atMs, change.fault.target.groups);
    const since = (ms: number | null): number | null => (ms === null ? null : Math.round(ms - atMs));
    return [
      {
        id,
        what: fault.what,
        atMs,
        records: loss === null ? null : { ...loss, lost: lostOf(loss) },
        noticedAfterMs: loss?.noticedAfterMs ?? null,
        begunAfterMs: since(restore?.begunMs ?? null),
        restoredAfterMs: since(restore?.restoredMs ?? null),
        replayedAfterMs: since(restore?.replayedMs ?? null),
        firstWriteAfterMs: loss?.firstWriteAfterMs ?? null,
        recoveredAfterMs: faults.find((each) => each.id === id)?.recoveredSinceBeginningMs ?? null,
      },
    ];
  });
}

interface Restore {
  readonly begunMs: number;
  readonly restoredMs: number | null;
  readonly replayedMs: number | null;
}

/** The first restore of one of these groups that began after a moment. */
function restoreAfter(
  events: readonly RunEvent[],
  atMs: number,
  groups: readonly string[],
): Restore | undefined {
  const started = events.find(
    (event) =>
      event.type === 'action-started' &&
      event.action.change.kind === 'restore' &&
      event.startedMs >= atMs &&
      groups.includes(event.action.change.group),
  );
  if (started?.type !== 'action-started' || started.action.change.kind !== 'restore') return undefined;
  const [node] = started.action.change.nodes;
  const offsetOf = (type: RunEvent['type']): number | null =>
    events.find((event) => event.type === type && 'node' in event && event.node === node)?.offsetMs ?? null;
  const launchedMs = offsetOf('node-launched');
  const done = events.find((event) => event.type === 'store-restored' && event.node === node);
  const copied = done?.type === 'store-restored' && launchedMs !== null;
  return {
    begunMs: started.startedMs,
    restoredMs: copied ? launchedMs + done.copyMs : null,
    replayedMs: offsetOf('node-ready'),
  };
}
