// A figure that was measured at some sizes → what it is at others. Where physics bounds it, the law is one of how far it stays off its bound. Pure.
import { fitLaws, type Point, type Range, rangeOf } from './laws.ts';
import { type Check, CONFIDENCE, type Doubt, doubtOfDistance, doubtsOfSizes } from './prediction.ts';

export interface MeasuredFigure {
  /** One point a size, of sizes from 1 on; values that are 0 or less are no points of a law and are left out. */
  readonly points: readonly Point[];
  /** The least that it can be (a time) or the most (a rate) at a size, from the links alone; null = not bounded. */
  readonly bound: { readonly kind: 'least' | 'most'; readonly at: (size: number) => number } | null;
}

export interface PredictedFigure {
  /** The best law first, then others that the points support as well. */
  readonly laws: readonly { readonly name: string; readonly formula: string }[];
  readonly check: Check | null;
  readonly predictions: readonly {
    readonly size: number;
    readonly range: Range;
    readonly bound: number | null;
    readonly doubts: readonly Doubt[];
  }[];
}

/** Null where fewer than three sizes were measured: two coefficients go through any two points. */
export function predictFigure(measured: MeasuredFigure, sizes: readonly number[]): PredictedFigure | null {
  const points = measured.points.filter(({ size, value }) => size >= 1 && value > 0);
  const law = lawOf(points, measured.bound);
  if (law === null) return null;
  const known = points.map(({ size }) => size);
  const check = checkOf(points, measured.bound);
  const general = [...doubtsOfSizes(known, check), ...doubtOfNothing(measured)];
  return {
    laws: law.laws,
    check,
    predictions: sizes.map((size) => ({
      size,
      range: law.at(size),
      bound: measured.bound?.at(size) ?? null,
      doubts: [...general, ...doubtOfDistance(size, known)],
    })),
  };
}

function doubtOfNothing({ points }: MeasuredFigure): Doubt[] {
  const nothing = points.find(({ size, value }) => size >= 1 && value <= 0);
  return nothing === undefined ? [] : [{ code: 'nothing-there', at: nothing.size }];
}

function lawOf(
  points: readonly Point[],
  bound: MeasuredFigure['bound'],
): { readonly laws: PredictedFigure['laws']; readonly at: (size: number) => Range } | null {
  const boundAt = (size: number) => bound?.at(size) ?? 1;
  const supported = fitLaws(
    points.map(({ size, value }) => ({ size, value: value / boundAt(size) })),
    CONFIDENCE,
  );
  if (supported.length === 0) return null;
  return {
    laws: supported.map(({ name, formula }) => ({ name, formula })),
    at: (size) => {
      const { value, lower, upper } = rangeOf(supported, size) as Range;
      const within = (ratio: number) => keptBy(bound?.kind ?? null, ratio) * boundAt(size);
      return { value: within(value), lower: within(lower), upper: within(upper) };
    },
  };
}

/** Nothing is faster than its bound, whatever a law says far from where it was fitted. */
function keptBy(kind: 'least' | 'most' | null, ratio: number): number {
  if (kind === 'least') return Math.max(1, ratio);
  return kind === 'most' ? Math.min(1, ratio) : ratio;
}

function checkOf(points: readonly Point[], bound: MeasuredFigure['bound']): Check | null {
  const largest = points.toSorted((a, b) => b.size - a.size)[0];
  if (largest === undefined) return null;
  const law = lawOf(
    points.filter((each) => each !== largest),
    bound,
  );
  if (law === null) return null;
  const predicted = law.at(largest.size);
  const held = largest.value >= predicted.lower && largest.value <= predicted.upper;
  return { size: largest.size, predicted, measured: largest.value, held };
}
