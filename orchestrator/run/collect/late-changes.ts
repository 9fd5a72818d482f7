// Changes of the system that came to their end after the phase for which they were meant: its figures are those of another system.
import { kindOf } from '../../faults/registry.ts';
import type { LateChange } from '../../measure/figures/figures.ts';
import type { Action, ActionChange } from '../../plan/plan.ts';
import type { RunEvent } from '../../record/event.ts';
import type { Phase } from '../../scenario/timeline/timeline.ts';
/** Whether it makes the system another one for the rest of a phase. Churn and most faults are meant to disturb. */
function shapes(change: ActionChange): boolean {
  switch (change.kind) {
    case 'scale-out':
    case 'scale-in':
    case 'resize':
      return true;
    case 'fault':
      return kindOf(change.fault).shapes(change.fault);
    case 'join':
    case 'leave':
    case 'fault-end':
    case 'backup':
    case 'restore':
    // Its figures are of old and new together, which may be meant to last.
    case 'update':
    case 'replace':
    case 'switch':
    case 'grant':
    case 'revoke':
      return false;
  }
}

/** @param reachedMs how far the load went: what had not ended by then may have had no time to. */
export function lateChangesOf(phase: Phase, events: readonly RunEvent[], reachedMs: number): LateChange[] {
  return events.flatMap((event): LateChange[] => {
    if (event.type !== 'action-started' || !belongsTo(phase, event.action)) return [];
    const { id, summary } = event.action;
    const finished = events.find((each) => each.type === 'action-finished' && each.action.id === id);
    const finishedMs = finished?.type === 'action-finished' ? finished.finishedMs : null;
    const failed = finished?.type === 'action-finished' && finished.error !== undefined;
    if (failed) return [];
    const isLate = finishedMs === null ? phase.endMs <= reachedMs : finishedMs > phase.endMs;
    return isLate ? [{ action: id, summary, finishedMs }] : [];
  });
}

function belongsTo({ startMs, endMs }: Phase, { offsetMs, change }: Action): boolean {
  return shapes(change) && offsetMs >= startMs && offsetMs < endMs;
}
