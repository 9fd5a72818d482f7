// Events as they stand in a run's folder: of an action its id, since the action itself stands in plan.json. Pure.
import type { Action, Plan } from '../../plan/plan.ts';
import type { RunEvent } from '../event.ts';
import { damaged } from './saved-documents.ts';

type OfAction = Extract<RunEvent, { readonly action: Action }>;

/** As read: folders of version 3 and earlier have the whole action in each event. */
export type SavedEvent =
  | Exclude<RunEvent, OfAction>
  | (Omit<OfAction, 'action'> & { readonly action: Action | string });

export function eventToSave(event: RunEvent): SavedEvent {
  return 'action' in event ? { ...event, action: event.action.id } : event;
}

/**
 * @param file whose lines the events are, named where one is wrong.
 * @throws TopolabError `folder-damaged` where the plan has no such action.
 */
export function eventsOf(
  saved: readonly SavedEvent[],
  { actions }: Pick<Plan, 'actions'>,
  file: string,
): RunEvent[] {
  const byId = new Map(actions.map((action) => [action.id, action]));
  return saved.map((event, index): RunEvent => {
    if (!('action' in event)) return event;
    const action = typeof event.action === 'string' ? byId.get(event.action) : event.action;
    if (action !== undefined) return { ...event, action } as RunEvent;
    throw damaged(`${file}:${index + 1}`, `action ${JSON.stringify(event.action)} is not in plan.json`);
  });
}
