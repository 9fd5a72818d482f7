// Quantiles of the normal and of Student's t distribution, for intervals from few trials.
import { errorFunction, probit } from 'simple-statistics';

/** Φ(z): the share of a standard normal distribution below z, to within 1.2e-7. */
export function normalShareBelow(z: number): number {
  return 0.5 + 0.5 * errorFunction(z / Math.SQRT2);
}

/** Φ⁻¹(p) for 0 < p < 1: the library's approximation, sharpened by two Newton steps on `normalShareBelow`. */
export function normalQuantile(p: number): number {
  const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const sharper = (z: number) => z - (normalShareBelow(z) - p) / density(z);
  return Math.abs(p - 0.5) < 0.4999 ? sharper(sharper(probit(p))) : probit(p);
}

/**
 * The value that |t| exceeds with probability `tails`, for Student's t with `degrees` of freedom (1 or more).
 * Source: Hill 1970, Algorithm 396: Student's t-quantiles, Communications of the ACM 13(10). Six digits from 5 degrees on, three below.
 */
export function studentQuantile(tails: number, degrees: number): number {
  if (degrees === 1) return 1 / Math.tan((tails * Math.PI) / 2);
  if (degrees === 2) return Math.sqrt(2 / (tails * (2 - tails)) - 2);
  const a = 1 / (degrees - 0.5);
  const b = 48 / a ** 2;
  const c = (((20_700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * degrees;
  const y = (d * tails) ** (2 / degrees);
  const squared = y > 0.05 + a ? fromNormal(tails, degrees, { a, b, c, d }) : fromTail(y, degrees, d);
  return Math.sqrt(degrees * squared);
}

interface HillTerms {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Hill's expansion about the normal quantile, for the middle of the distribution. */
function fromNormal(tails: number, degrees: number, { a, b, c: start, d }: HillTerms): number {
  const x = normalQuantile(tails / 2);
  const square = x ** 2;
  const few = degrees < 5 ? 0.3 * (degrees - 4.5) * (x + 0.6) : 0;
  const c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + start + few;
  const ratio = ((((0.4 * square + 6.3) * square + 36) * square + 94.5) / c - square - 3) / b + 1;
  return Math.expm1(a * (ratio * x) ** 2);
}

/** Hill's expansion for the far tail. */
function fromTail(y: number, degrees: number, d: number): number {
  const inner = ((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3;
  const sum = (1 / inner + 0.5 / (degrees + 4)) * y - 1;
  return (sum * (degrees + 1)) / (degrees + 2) + 1 / y;
}
