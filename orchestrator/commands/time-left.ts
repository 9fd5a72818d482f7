// How much time a study is expected to take still, in words.
import { formatDuration } from '../format/format-value.ts';

/** `, about 5 min left`, in whole minutes; nothing where that is not known. */
export function timeLeft(leftMs: number | undefined): string {
  return leftMs === undefined ? '' : `, about ${formatDuration(Math.ceil(leftMs / 60_000) * 60_000)} left`;
}
