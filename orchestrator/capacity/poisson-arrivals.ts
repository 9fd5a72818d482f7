// Arrivals of a Poisson process, what each of them waits for, and arrivals chosen so that their own mean is the process's. Pure; the
// generator of `topolab calibrate` draws the same arrivals from the same seed.
import { createRandom } from './random.ts';

/** Arrival times in milliseconds, ascending, the first after one interval: exponential intervals with mean 1000 / ratePerSecond. */
export function drawArrivals(seed: number, ratePerSecond: number, count: number): number[] {
  const { uniform } = createRandom(seed);
  let atMs = 0;
  return Array.from({ length: count }, () => {
    atMs -= (Math.log(1 - uniform()) * 1000) / ratePerSecond;
    return atMs;
  });
}

/**
 * What each arrival waits for in a first-come-first-served queue with constant service time that is empty at first. Lindley 1952, The
 * theory of queues with a single server: w' = max(0, w + s - interval).
 */
export function waitsOf(arrivalsMs: readonly number[], serviceMs: number): number[] {
  let freeAtMs = 0;
  return arrivalsMs.map((atMs) => {
    const beginMs = Math.max(atMs, freeAtMs);
    freeAtMs = beginMs + serviceMs;
    return beginMs - atMs;
  });
}

export interface ChosenArrivals {
  /** Gives the arrivals again, by `drawArrivals`. */
  readonly seed: number;
  /** What the chosen arrivals wait for on average, milliseconds. */
  readonly meanWaitMs: number;
  /** One standard error of the mean over draws of this length, as a share of the expectation: what luck alone would do. */
  readonly luck: number;
}

/** Draws that are looked at. */
const draws = 400;

/**
 * Of 400 draws, the one whose mean wait comes closest to the expectation. Waits of neighbours in a queue are alike, so their mean over a
 * minute is far from its expectation by chance alone (`luck`: at ρ = 0.9 and 3,600 arrivals about a quarter). That part is known
 * before anything is measured, and choosing among draws by it removes it; what is left is the error of the measurement.
 */
export function chooseArrivals(options: {
  readonly seed: number;
  readonly ratePerSecond: number;
  readonly count: number;
  readonly serviceMs: number;
  readonly expectedMs: number;
}): ChosenArrivals {
  const { seed, ratePerSecond, count, serviceMs, expectedMs } = options;
  const means = Array.from({ length: draws }, (_, index) => ({
    seed: seed + index,
    meanWaitMs: meanOf(waitsOf(drawArrivals(seed + index, ratePerSecond, count), serviceMs)),
  }));
  const squares = means.reduce((sum, { meanWaitMs }) => sum + (meanWaitMs / expectedMs - 1) ** 2, 0);
  const off = ({ meanWaitMs }: { readonly meanWaitMs: number }) => Math.abs(meanWaitMs - expectedMs);
  const best = means.reduce((best, each) => (off(each) < off(best) ? each : best));
  return { ...best, luck: Math.sqrt(squares / draws) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
