// Intervals by the bootstrap, always over independent trials: the requests inside one trial share its luck and are not independent.
import { mean, median, quantileSorted } from 'simple-statistics';
import { createRandom, type Random } from './random.ts';
import { normalShareBelow, studentQuantile } from '../statistics/student-t.ts';

/** A figure with the interval that holds its true value with probability `confidence`. */
export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** 0.95 = in 95 of 100 repetitions of the whole measurement the interval holds the truth. */
  readonly confidence: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** How often trials are drawn anew. Default 2,000. */
  readonly resamples?: number;
}

export type Statistic = (trials: number[]) => number;

/**
 * The value of `statistic` over the trials with its interval; null with fewer than two trials.
 *
 * Percentile intervals of few trials are too narrow. As Hesterberg 2015 proposes (What Teachers Should Know About the Bootstrap,
 * The American Statistician 69(4), "expanded percentile interval"), quantiles further out are read instead:
 * Φ(-√(n/(n-1)) · t(n-1)), which for a mean makes them as wide as Student's.
 */
export function bootstrapOverTrials(
  trials: readonly number[],
  statistic: Statistic,
  options: BootstrapOptions,
): Estimate | null {
  if (trials.length < 2) return null;
  const { seed, confidence = 0.95, resamples = 2000 } = options;
  const random = createRandom(seed);
  const redrawn = Array.from({ length: resamples }, () => statistic(resample(trials, random)));
  const value = statistic([...trials]);
  return intervalOf(redrawn, value, { confidence, trials: trials.length });
}

/** As many values, drawn at random with replacement. */
export function resample<T>(values: readonly T[], random: Random): T[] {
  return values.map(() => values[random.below(values.length)] as T);
}

/** The middle trial: one trial that went wrong (a noisy neighbour) hardly moves it. */
export const medianOf: Statistic = (trials) => median(trials);
export const meanOf: Statistic = (trials) => mean(trials);

/**
 * The interval that redrawn figures give. NaN among them (a redrawn set that allows no figure) is left out.
 * @param options.trials the number of independent trials in each group that is redrawn
 * @param options.degrees degrees of freedom of the spread; default `trials` - 1, more where several groups are redrawn
 */
export function intervalOf(
  redrawn: readonly number[],
  value: number,
  options: {
    readonly confidence: number;
    readonly trials: number;
    readonly degrees?: number;
  },
): Estimate {
  const { confidence, trials, degrees = trials - 1 } = options;
  const sorted = redrawn.filter((each) => !Number.isNaN(each)).sort((a, b) => a - b);
  if (sorted.length === 0) return { value, lower: value, upper: value, confidence };
  const tail = expandedTail(1 - confidence, trials, degrees);
  const at = (share: number) => quantileSorted(sorted, share);
  return { value, lower: at(tail), upper: at(1 - tail), confidence };
}

/** Hesterberg's α'/2; for one trial or none there is nothing to expand by. */
function expandedTail(tails: number, trials: number, degrees: number): number {
  if (trials < 2 || degrees < 1) return tails / 2;
  return normalShareBelow(-Math.sqrt(trials / (trials - 1)) * studentQuantile(tails, degrees));
}
