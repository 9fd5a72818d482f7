// Whether two sets of trials differ: a permutation test over trials, the size of the difference and its interval.
import { mean } from 'simple-statistics';
import { type Estimate, intervalOf, resample } from './bootstrap.ts';
import { createRandom, type Random } from './random.ts';

export interface CompareOptions {
  readonly seed: number;
  /** A p-value below this counts as a difference. Default 0.05. */
  readonly significance?: number;
  /** Random permutations and redrawn sets where trying all of them would take too long. Default 5,000. */
  readonly resamples?: number;
}

export interface Comparison {
  /**
   * `differs`: significant. `no-difference-seen`: a difference of this size could be chance, which is no proof that there is none.
   * `too-few-trials`: with these numbers of trials not even the clearest difference would be significant.
   */
  readonly outcome: 'differs' | 'no-difference-seen' | 'too-few-trials';
  /** Means of both. */
  readonly a: number;
  readonly b: number;
  /** b - a with its interval (bootstrap over trials); null with fewer than two trials on a side. */
  readonly difference: Estimate | null;
  /** (b - a) / a; null where a is 0. */
  readonly relative: number | null;
  /** How often chance alone gives a difference at least this large, in either direction. */
  readonly pValue: number;
  /**
   * Cliff's delta, -1 to 1: how much oftener a trial of b exceeds one of a than the reverse (Cliff 1993, Dominance statistics, Psychological
   * Bulletin 114). 0 = no tendency, 1 = every trial of b above every one of a.
   */
  readonly effect: number;
  /** The smallest p-value that these numbers of trials can give. */
  readonly leastPValue: number;
  /** In words. */
  readonly sentence: string;
}

/** All ways to divide the trials are tried up to this many: 9 + 9 trials. */
const mostDivisions = 50_000;

/**
 * Permutation test on the difference of means, two-sided: exact where all divisions can be tried, otherwise random ones with the observed
 * one counted among them (Phipson & Smyth 2010, Permutation P-values should never be zero). It assumes nothing about the
 * distribution but that, without a difference, the labels could be exchanged.
 */
export function compareTrials(
  a: readonly number[],
  b: readonly number[],
  options: CompareOptions,
): Comparison {
  if (a.length === 0 || b.length === 0)
    throw new RangeError('A comparison needs at least one trial on each side.');
  const { seed, significance = 0.05, resamples = 5000 } = options;
  const random = createRandom(seed);
  const means = { a: mean([...a]), b: mean([...b]) };
  const divisions = binomial(a.length + b.length, a.length);
  const leastPValue = Math.min(1, (a.length === b.length ? 2 : 1) / divisions);
  const pValue = divisions <= mostDivisions ? exactPValue(a, b) : sampledPValue(a, b, random, resamples);
  const decided = pValue < significance ? 'differs' : 'no-difference-seen';
  const figures = {
    outcome: leastPValue >= significance ? 'too-few-trials' : decided,
    ...means,
    difference: differenceOf(a, b, random, { confidence: 1 - significance, resamples }),
    relative: means.a === 0 ? null : (means.b - means.a) / means.a,
    pValue,
    effect: cliffsDelta(a, b),
    leastPValue,
  } as const;
  return { ...figures, sentence: sentenceOf(figures, a.length, b.length) };
}

function exactPValue(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const total = all.reduce((sum, each) => sum + each, 0);
  const observed = gap(sumOf(a), total, a.length, b.length);
  let asLarge = 0;
  let divisions = 0;
  eachSum(all, a.length, (sum) => {
    divisions += 1;
    if (isAtLeast(gap(sum, total, a.length, b.length), observed)) asLarge += 1;
  });
  return asLarge / divisions;
}

function sampledPValue(
  a: readonly number[],
  b: readonly number[],
  random: Random,
  resamples: number,
): number {
  const all = [...a, ...b];
  const total = sumOf(all);
  const observed = gap(sumOf(a), total, a.length, b.length);
  let asLarge = 1;
  for (let draw = 0; draw < resamples; draw++) {
    const sum = sumOf(random.shuffled(all).slice(0, a.length));
    if (isAtLeast(gap(sum, total, a.length, b.length), observed)) asLarge += 1;
  }
  return asLarge / (resamples + 1);
}

/** Calls back with the sum of every choice of `count` values. */
function eachSum(
  values: readonly number[],
  count: number,
  found: (sum: number) => void,
  from = 0,
  sum = 0,
): void {
  if (count === 0) {
    found(sum);
    return;
  }
  for (let index = from; index <= values.length - count; index++) {
    eachSum(values, count - 1, found, index + 1, sum + (values[index] as number));
  }
}

/** Absolute difference of the means when one side's values sum to `sum`. */
function gap(sum: number, total: number, countA: number, countB: number): number {
  return Math.abs((total - sum) / countB - sum / countA);
}

/** Sums of the same values in another order differ in the last digits: those count as equal. */
function isAtLeast(value: number, observed: number): boolean {
  return value >= observed * (1 - 1e-12) - 1e-12;
}

function differenceOf(
  a: readonly number[],
  b: readonly number[],
  random: Random,
  { confidence, resamples }: { readonly confidence: number; readonly resamples: number },
): Estimate | null {
  if (a.length < 2 || b.length < 2) return null;
  const differences = Array.from(
    { length: resamples },
    () => mean(resample(b, random)) - mean(resample(a, random)),
  );
  // The smaller side decides how much too narrow the plain percentiles are.
  const trials = Math.min(a.length, b.length);
  return intervalOf(differences, mean([...b]) - mean([...a]), {
    confidence,
    trials,
    degrees: a.length + b.length - 2,
  });
}

function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  const signs = b.flatMap((second) => a.map((first) => Math.sign(second - first)));
  return sumOf(signs) / signs.length;
}

function sentenceOf(figures: Omit<Comparison, 'sentence'>, countA: number, countB: number): string {
  const { outcome, relative, pValue, leastPValue } = figures;
  const change =
    relative === null ? 'a change' : `${relative >= 0 ? '+' : ''}${(relative * 100).toFixed(1)} %`;
  switch (outcome) {
    case 'differs':
      return `${change}: a difference (p = ${written(pValue)}).`;
    case 'no-difference-seen':
      return `${change}, which can be chance (p = ${written(pValue)}).`;
    case 'too-few-trials':
      return `${change}, but too few trials to tell: ${countA} against ${countB} can't give a p below ${written(leastPValue)}.`;
  }
}

function written(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toPrecision(2);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}

function binomial(n: number, k: number): number {
  let ways = 1;
  for (let factor = 1; factor <= k; factor++) ways = (ways * (n - k + factor)) / factor;
  return Math.round(ways);
}
