// The delays of links that came about, as the run recorded them.
import type { MeasuredDelays } from '../../delays/delays.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';

/** Null where no program delayed packets, or the run did not come to measuring it. */
export function delaysOf({ events }: SavedRun): MeasuredDelays | null {
  const event = events.findLast(({ type }) => type === 'delays-measured');
  if (event?.type !== 'delays-measured') return null;
  const { delays, lost } = event;
  return { delays, ...(lost === undefined ? {} : { lost }) };
}
