// Changes of the plan that were not made, from the event log: scaling, limits, churn, updates, backups, rights, and the ends of faults. Faults that
// did not begin are among those that nobody saw bite (unseen-faults.ts). Pure.
import type { RunEvent } from '../../record/event.ts';

export interface FailedChange {
  /** Id of the plan's action. */
  readonly action: string;
  /** `scale servers 2 → 4`. */
  readonly summary: string;
  /** When it began, milliseconds after the start of the load. */
  readonly atMs: number;
  /** The first line of what was said. */
  readonly why: string;
}

export interface FailedChanges {
  /** The system under test could not do what it was asked to. */
  readonly bySystem: readonly FailedChange[];
  /** Topolab, the engine or the host could not make them. */
  readonly byOthers: readonly FailedChange[];
}

/**
 * Codes of errors that are the system's own answer: a node of it never got ready, its update failed, its store could not be backed up, none of its nodes let a
 * newcomer in or took a change of rights. Whatever else went wrong is nothing that it did.
 */
const BY_SYSTEM: ReadonlySet<string> = new Set([
  'node-not-ready',
  'update-failed',
  'backup-failed',
  'not-invited',
  'canary-refused',
]);

/** In the order in which they ended. Of a run of an earlier version nobody knows whose failure it was: it counts as others'. */
export function failedChanges(events: readonly RunEvent[]): FailedChanges {
  const failed = events.flatMap((event) => {
    if (event.type !== 'action-finished' || event.error === undefined) return [];
    const { id, summary, change } = event.action;
    if (change.kind === 'fault') return [];
    const [why = ''] = event.error.split('\n');
    const isOfSystem = event.errorCode !== undefined && BY_SYSTEM.has(event.errorCode);
    return [{ isOfSystem, change: { action: id, summary, atMs: event.startedMs, why } }];
  });
  const of = (isOfSystem: boolean) =>
    failed.filter((each) => each.isOfSystem === isOfSystem).map(({ change }) => change);
  return { bySystem: of(true), byOthers: of(false) };
}
