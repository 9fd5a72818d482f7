// In which order repeated trials are run. Pure.
import { createRandom } from '../capacity/random.ts';

export interface OrderedTrial {
  /** Index of what is repeated, from 0. */
  readonly subject: number;
  /** From 1. */
  readonly trial: number;
}

/**
 * Rounds, each with one trial of every subject in a random order: what drifts while the trials go on (a host that gets warm, neighbours at noon)
 * meets all subjects alike, and is not taken for a difference between them. The same seed gives the same order.
 * @param trials of each subject, 1 or more. Subjects with fewer trials are missing in the later rounds.
 */
export function trialOrder(trials: readonly number[], seed: number): OrderedTrial[] {
  const random = createRandom(seed);
  const rounds = Math.max(0, ...trials);
  return Array.from({ length: rounds }, (_, round) => {
    const subjects = trials.flatMap((count, subject) => (count > round ? [subject] : []));
    return random.shuffled(subjects).map((subject) => ({ subject, trial: round + 1 }));
  }).flat();
}
