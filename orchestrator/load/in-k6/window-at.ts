// Which window of the load a moment lies in. Pure.
import type { LoadWindow } from './settings.ts';

/** Window of what begins after the last one has ended, such as the second request of an iteration that began just before. No name of a phase. */
export const AFTER_THE_LOAD = 'after the load';
/** k6 starts no iteration after the end of its stages, but a busy machine may begin its work a moment later. */
const LATE_MS = 100;

/** The parts of a stretch of time that lie in windows, milliseconds; what lies after the last one is left out. */
export function partsIn(
  windows: readonly LoadWindow[],
  fromMs: number,
  untilMs: number,
): readonly { readonly window: string; readonly ms: number }[] {
  return windows.flatMap((each, index) => {
    const startMs = windows[index - 1]?.untilMs ?? 0;
    const ms = Math.min(untilMs, each.untilMs) - Math.max(fromMs, startMs);
    return ms > 0 ? [{ window: each.name, ms }] : [];
  });
}

/** Empty where there are no windows. */
export function windowAt(windows: readonly LoadWindow[], offsetMs: number): string {
  const last = windows.at(-1);
  if (last === undefined) return '';
  const within = windows.find(({ untilMs }) => offsetMs < untilMs);
  if (within !== undefined) return within.name;
  return offsetMs < last.untilMs + LATE_MS ? last.name : AFTER_THE_LOAD;
}
