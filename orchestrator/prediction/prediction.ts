// What is predicted for a size that was not measured, and why it must not be believed. Types and rules that all predictions share; reasons
// are data and get their words in report/prediction/. Pure.
import type { Range } from './laws.ts';

export const CONFIDENCE = 0.95;

export type Doubt =
  /** A law has two or three coefficients; fewer sizes show nothing of whether it holds. */
  | { readonly code: 'few-sizes'; readonly sizes: number; readonly needed: number }
  /** The law was seen to hold over `factor` times, and is believed over as many more. */
  | { readonly code: 'too-far'; readonly size: number; readonly believedUpTo: number }
  /** Fitted to all sizes but the largest, the law did not predict that one. */
  | {
      readonly code: 'missed-largest';
      readonly size: number;
      readonly predicted: Range;
      readonly measured: number;
    }
  /** Nobody could look whether it does: leaving one out leaves too few. */
  | { readonly code: 'unchecked'; readonly needed: number }
  /** The others predicted the largest size so vaguely that a system that gives way there would have passed. */
  | { readonly code: 'weak-check'; readonly size: number; readonly predicted: Range }
  /** The figure is 0 at a size, of which these laws know nothing: the size is left out. */
  | { readonly code: 'nothing-there'; readonly at: number }
  /** The curve is off what was measured at a size by this share of it: the system does not scale by that law. */
  | { readonly code: 'off-curve'; readonly at: number; readonly share: number }
  /** A size has one trial, which does not tell how trials scatter: intervals that come from nothing else are too narrow. */
  | { readonly code: 'single-trial'; readonly at: number }
  /** What ran out first is not the same at all sizes, so that it may be another again. */
  | {
      readonly code: 'bottleneck-changes';
      readonly smaller: string;
      readonly larger: string;
      readonly at: number;
    }
  /** Runs of a size that count lack the figure (somebody never had the file): those that have it are the lucky ones, and the size is left out. */
  | { readonly code: 'figure-missing'; readonly at: number }
  /** The machine of the measurement ran out, and not the system: the law is one of that machine. */
  | { readonly code: 'host-ran-out'; readonly at: number };

/** The largest size left out and predicted by the others. */
export interface Check {
  readonly size: number;
  readonly predicted: Range;
  readonly measured: number;
  /** Whether the interval holds what was measured. */
  readonly held: boolean;
}

/** Fewest sizes that a prediction is believed from: one more than leaving one out needs. */
export const ENOUGH_SIZES = 4;

/** A check that the half, or twice as much, would have passed shows nothing. Our choice. */
const WEAK = 2;

/** A law that held over a factor of eight is believed over a factor of eight more, and over ten at most. */
const FURTHEST = 10;

export function believedUpTo(sizes: readonly number[]): number {
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  return largest * Math.min(FURTHEST, largest / smallest);
}

/** What is to be doubted of everything that is predicted from these sizes. */
export function doubtsOfSizes(sizes: readonly number[], check: Check | null): Doubt[] {
  if (sizes.length < ENOUGH_SIZES) return [{ code: 'few-sizes', sizes: sizes.length, needed: ENOUGH_SIZES }];
  if (check === null) return [{ code: 'unchecked', needed: ENOUGH_SIZES }];
  const { size, predicted, measured } = check;
  if (!check.held) return [{ code: 'missed-largest', size, predicted, measured }];
  const isWeak = predicted.upper > WEAK * predicted.value || predicted.lower * WEAK < predicted.value;
  return isWeak ? [{ code: 'weak-check', size, predicted }] : [];
}

export function doubtOfDistance(size: number, sizes: readonly number[]): Doubt[] {
  const limit = believedUpTo(sizes);
  return size > limit ? [{ code: 'too-far', size, believedUpTo: limit }] : [];
}

/** What ran out first at a size; null = nothing did. */
export interface RanOut {
  readonly size: number;
  readonly what: string | null;
  /** Of the measurement, and not of the system. */
  readonly isHost: boolean;
}

/** From the smallest size on. Sizes at which nothing ran out say nothing about those at which something did. */
export function doubtsOfBottlenecks(ranOut: readonly RanOut[]): Doubt[] {
  const known = ranOut.toSorted((a, b) => a.size - b.size).filter(({ what }) => what !== null);
  const host = known.find(({ isHost }) => isHost);
  const changed = known.find(({ what }, nth) => nth > 0 && what !== known[nth - 1]?.what);
  const before = changed && known[known.indexOf(changed) - 1];
  return [
    ...(changed?.what != null && before?.what != null
      ? [
          {
            code: 'bottleneck-changes' as const,
            smaller: before.what,
            larger: changed.what,
            at: changed.size,
          },
        ]
      : []),
    ...(host === undefined ? [] : [{ code: 'host-ran-out' as const, at: host.size }]),
  ];
}
