// A straight line through a few points, and how well a further point is known by it. Pure.
import { studentQuantile } from '../statistics/student-t.ts';

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** How much it counts: 1 over the variance that it has, up to a factor common to all. */
  readonly weight: number;
}

export interface Line {
  readonly at: (x: number) => number;
  /** Half of the interval in which a further point at x, of this weight, lies with the probability `confidence`. */
  readonly halfWidth: (x: number, weight: number, confidence: number) => number;
}

/**
 * Weighted least squares; null with fewer than three points, or all at one x: two coefficients leave nothing to tell an error by.
 * Source of the prediction interval: Draper & Smith 1998, Applied Regression Analysis, chapters 3.1 and 9.2.
 */
export function fitLine(points: readonly LinePoint[]): Line | null {
  const degrees = points.length - 2;
  const sum = (of: (point: LinePoint) => number) => points.reduce((total, each) => total + of(each), 0);
  const weights = sum(({ weight }) => weight);
  const centreX = sum(({ x, weight }) => weight * x) / weights;
  const centreY = sum(({ y, weight }) => weight * y) / weights;
  const spread = sum(({ x, weight }) => weight * (x - centreX) ** 2);
  if (degrees < 1 || spread === 0) return null;
  const slope = sum(({ x, y, weight }) => weight * (x - centreX) * (y - centreY)) / spread;
  const at = (x: number) => centreY + slope * (x - centreX);
  const variance = sum(({ x, y, weight }) => weight * (y - at(x)) ** 2) / degrees;
  return {
    at,
    halfWidth: (x, weight, confidence) =>
      studentQuantile(1 - confidence, degrees) *
      Math.sqrt(variance * (1 / weight + 1 / weights + (x - centreX) ** 2 / spread)),
  };
}
