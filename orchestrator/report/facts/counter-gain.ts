// What a counter of a node came to. Pure.
import type { Series } from '../../record/samples.ts';

/**
 * From `before` on, where the first sample stands at more. A node that is restarted, or crashes and comes back, counts from zero again: what it had counted until
 * its last sample of before is not lost.
 */
export function counterGain({ points }: Series, before = 0): number {
  let [gain, last] = [0, before];
  for (const [, value] of points) {
    gain += value >= last ? value - last : value;
    last = value;
  }
  return gain;
}
