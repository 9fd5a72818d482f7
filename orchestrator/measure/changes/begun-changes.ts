// Changes of one kind that a run has begun, from its event log. Pure.
import type { ActionChange } from '../../plan/plan.ts';
import type { RunEvent } from '../../record/event.ts';

/** The beginning of an action that makes such a change. */
export type Begun<Kind extends ActionChange['kind']> = Extract<
  RunEvent,
  { readonly type: 'action-started' }
> & { readonly action: { readonly change: Extract<ActionChange, { readonly kind: Kind }> } };

/** In order of time. */
export function begunChanges<Kind extends ActionChange['kind']>(
  events: readonly RunEvent[],
  kind: Kind,
): Begun<Kind>[] {
  return events.filter(
    (event): event is Begun<Kind> => event.type === 'action-started' && event.action.change.kind === kind,
  );
}
