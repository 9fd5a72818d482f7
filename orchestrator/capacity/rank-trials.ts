// Which of several is ahead, by how much, and whether chance alone may do that. Pure.
import { type Comparison, compareTrials } from './compare.ts';
import { meanOf, medianOf } from './bootstrap.ts';

export interface Contestant {
  readonly name: string;
  /** One value a trial. */
  readonly trials: readonly number[];
}

export interface Rival {
  readonly name: string;
  /** Mean or median of the trials, as it was asked for. */
  readonly centre: number;
  /** The greater of both centres divided by the smaller: 1 or more; null where one of them is 0 or less. */
  readonly factor: number | null;
  /** Its trials against those of the one ahead. */
  readonly comparison: Comparison;
}

export interface Ranking {
  readonly ahead: string;
  readonly centre: number;
  /** The others, the best first. */
  readonly others: readonly Rival[];
}

export interface RankOptions {
  readonly better: 'lower' | 'higher';
  /** What the trials are summed up by. The test is on the difference of means in any case. */
  readonly centre: 'mean' | 'median';
  readonly seed: number;
}

/**
 * By the centres of the trials. Those without any are left out; null where fewer than two are left.
 * The one ahead is compared with each other one, for these are the questions that people ask; how many there are must be corrected for by whoever knows all questions
 * that were asked of the same data (`holm`).
 */
export function rankTrials(
  contestants: readonly Contestant[],
  { better, centre: by, seed }: RankOptions,
): Ranking | null {
  const centreOf = by === 'mean' ? meanOf : medianOf;
  const measured = contestants
    .filter(({ trials }) => trials.length > 0)
    .map((each) => ({ ...each, centre: centreOf([...each.trials]) }))
    .toSorted((a, b) => (better === 'lower' ? a.centre - b.centre : b.centre - a.centre));
  const [best, ...others] = measured;
  if (best === undefined || others.length === 0) return null;
  return {
    ahead: best.name,
    centre: best.centre,
    others: others.map(({ name, centre, trials }) => ({
      name,
      centre,
      factor: factorBetween(best.centre, centre),
      comparison: compareTrials(best.trials, trials, { seed }),
    })),
  };
}

function factorBetween(a: number, b: number): number | null {
  const [least, most] = [Math.min(a, b), Math.max(a, b)];
  if (a === b) return 1;
  return least <= 0 ? null : most / least;
}
