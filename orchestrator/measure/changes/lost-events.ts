// Events that a switch has lost or doubled, from the event log of a run. Pure.
import type { RunEvent } from '../../record/event.ts';
import type { CheckedEvents } from '../../record/switch-check.ts';

export interface LostEvents extends Pick<CheckedEvents, 'acknowledged' | 'lost' | 'doubled' | 'gaps'> {
  /** `s1`, as in the plan. */
  readonly switch: string;
}

/** Switches after which not each event was there once, in order of time. */
export function lostEvents(events: readonly RunEvent[]): LostEvents[] {
  return events.flatMap((event) => {
    if (event.type !== 'switch-checked' || event.events === null) return [];
    const { acknowledged, lost, doubled, gaps } = event.events;
    return lost + doubled + gaps === 0 ? [] : [{ switch: event.switch, acknowledged, lost, doubled, gaps }];
  });
}
