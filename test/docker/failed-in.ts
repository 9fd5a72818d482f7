import type { SavedRun } from '../../orchestrator/record/folder/run-folder.ts';

/** What the changes failed of that could not be carried out. */
export function failedIn({ events }: SavedRun): string[] {
  return events.flatMap((event) => (event.type === 'action-finished' ? (event.error ?? []) : []));
}
