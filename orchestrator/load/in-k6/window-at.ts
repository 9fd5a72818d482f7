// Which window of the load a moment lies in. Pure.
import type { LoadWindow } from './settings.ts';

/** Window of what begins after the last one has ended, such as the second request of an iteration that began just before. No name of a phase. */
export const AFTER_THE_LOAD = 'after the load';
/** k6 starts no iteration after the end of its stages, but a busy machine may begin its work a moment later. */
const LATE_MS = 100;

/** Empty where there are no windows. */
export function windowAt(windows: readonly LoadWindow[], offsetMs: number): string {
  const last = windows.at(-1);
  if (last === undefined) return '';
  const within = windows.find(({ untilMs }) => offsetMs < untilMs);
  if (within !== undefined) return within.name;
  return offsetMs < last.untilMs + LATE_MS ? last.name : AFTER_THE_LOAD;
}
