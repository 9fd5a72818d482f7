// Quantiles of the normal and of Student's t distribution, for intervals from few trials: those of the Cephes library (S. L. Moshier).
import { compiled, ndtr, stdtri } from 'cephes';

// Before anybody can ask for one: it is WebAssembly.
await compiled;

/** Φ(z): the share of a standard normal distribution below z. */
export const normalShareBelow: (z: number) => number = ndtr;

/** The value that |t| exceeds with probability `tails`, for Student's t with `degrees` of freedom (1 or more). */
export function studentQuantile(tails: number, degrees: number): number {
  return stdtri(degrees, 1 - tails / 2);
}
