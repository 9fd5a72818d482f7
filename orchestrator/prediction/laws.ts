// The laws by which a figure may grow with the number of nodes or users. Each has two coefficients and is a straight line in some terms, so
// that all are fitted, and told apart, alike. Pure.
import { fitLine, type LinePoint } from './fit-line.ts';

/** What was measured at one size, 1 or more: a positive value. */
export interface Point {
  readonly size: number;
  readonly value: number;
}

export interface Range {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

interface Law {
  readonly name: 'power' | 'linear' | 'logarithmic';
  /** `c·N^b` */
  readonly formula: string;
  readonly point: (point: Point) => LinePoint;
  readonly x: (size: number) => number;
  /** From the line's y to the figure. */
  readonly value: (y: number) => number;
  /** Of a point not measured, as `point` gives it to those that were. */
  readonly weight: (y: number) => number;
}

/** Errors are relative: a time of 100 s is as well known as one of 1 s. */
const relative = (y: number): number => 1 / Math.max(y * y, Number.MIN_VALUE);

const laws: readonly Law[] = [
  {
    name: 'power',
    formula: 'c·N^b',
    point: ({ size, value }) => ({ x: Math.log(size), y: Math.log(value), weight: 1 }),
    x: Math.log,
    value: Math.exp,
    weight: () => 1,
  },
  {
    name: 'linear',
    formula: 'a + b·N',
    point: ({ size, value }) => ({ x: size, y: value, weight: relative(value) }),
    x: (size) => size,
    value: (y) => y,
    weight: relative,
  },
  {
    name: 'logarithmic',
    formula: 'a + b·ln N',
    point: ({ size, value }) => ({ x: Math.log(size), y: value, weight: relative(value) }),
    x: Math.log,
    value: (y) => y,
    weight: relative,
  },
];

export interface FittedLaw {
  readonly name: Law['name'];
  readonly formula: string;
  readonly at: (size: number) => Range;
}

/** Differences below this are noise of any measurement: a law that fits closer is not better for it. */
const LEAST_ERROR = 0.01;
/** Burnham & Anderson 2002, Model Selection and Multimodel Inference, chapter 2.6: up to here, other models have support too. */
const SUPPORTED = 4;

/**
 * The laws that the points support, the best one first: those whose AIC is at most 4 above its. All have as many coefficients, so that the
 * sum of squared relative errors decides.
 * @returns none with fewer than three sizes.
 */
export function fitLaws(points: readonly Point[], confidence: number): readonly FittedLaw[] {
  const fitted = laws.flatMap((law) => {
    const line = fitLine(points.map(law.point));
    if (line === null) return [];
    const errors = points.map(({ size, value }) => law.value(line.at(law.x(size))) / value - 1);
    const error = errors.reduce((sum, each) => sum + each ** 2, 0) / points.length + LEAST_ERROR ** 2;
    const at = (size: number): Range => {
      const y = line.at(law.x(size));
      const half = line.halfWidth(law.x(size), law.weight(y), confidence);
      // No figure here is ever negative.
      const whole = [y, y - half, y + half].map((each) => Math.max(0, law.value(each)));
      return { value: whole[0] ?? 0, lower: whole[1] ?? 0, upper: whole[2] ?? 0 };
    };
    return [{ name: law.name, formula: law.formula, at, aic: points.length * Math.log(error) }];
  });
  const [best] = fitted.toSorted((one, other) => one.aic - other.aic);
  if (best === undefined) return [];
  return fitted
    .filter(({ aic }) => aic - best.aic <= SUPPORTED)
    .toSorted((one, other) => one.aic - other.aic)
    .map(({ name, formula, at }) => ({ name, formula, at }));
}

/** By the best law; its interval holds those of all laws that the points support, since any of them may be the true one. */
export function rangeOf(supported: readonly FittedLaw[], size: number): Range | null {
  const all = supported.map(({ at }) => at(size));
  const [best] = all;
  if (best === undefined) return null;
  return {
    value: best.value,
    lower: Math.min(...all.map(({ lower }) => lower)),
    upper: Math.max(...all.map(({ upper }) => upper)),
  };
}
