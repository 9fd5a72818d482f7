// Capacities of some sizes → how many nodes more users would need, by the Universal Scalability Law. Pure.
import { median } from 'simple-statistics';
import type { Estimate } from '../capacity/bootstrap.ts';
import { fitUsl, type SizeTrials, type UslFit, type UslOptions } from '../capacity/usl.ts';
import { type Check, type Doubt, doubtOfDistance, doubtsOfSizes } from './prediction.ts';

/** Of a search for a number of nodes: nobody runs more of one group. */
const MOST_NODES = 1_000_000;

export interface PredictedNodes {
  readonly usl: UslFit;
  readonly check: Check | null;
  readonly predictions: readonly {
    readonly users: number;
    /** Operations per second that they make. */
    readonly rate: number;
    /** null = no number of nodes carries it; `upper` null = it may be that none does. */
    readonly nodes: { readonly value: number; readonly lower: number; readonly upper: number | null } | null;
    readonly doubts: readonly Doubt[];
  }[];
}

/**
 * @param options.ratePerUser operations per second.
 * @returns null with fewer than three sizes: the law has three coefficients.
 */
export function predictNodes(
  measured: readonly SizeTrials[],
  users: readonly number[],
  { ratePerUser, ...options }: UslOptions & { readonly ratePerUser: number },
): PredictedNodes | null {
  const usl = fitUsl(measured, options);
  if (usl === null) return null;
  const sizes = measured.flatMap(({ size, capacities }) => (capacities.length > 0 ? [size] : []));
  const check = checkOf(measured, options);
  const general = doubtsOfSizes(sizes, check);
  return {
    usl,
    check,
    predictions: users.map((count) => {
      const rate = count * ratePerUser;
      const fewest = (of: (capacity: Estimate) => number) => fewestNodes(usl, rate, of);
      const value = fewest((capacity) => capacity.value);
      const lower = fewest((capacity) => capacity.upper);
      const nodes =
        value === null ? null : { value, lower: lower ?? value, upper: fewest((capacity) => capacity.lower) };
      return {
        users: count,
        rate,
        nodes,
        doubts: [
          ...general,
          ...doubtOfDistance(nodes?.value ?? Math.ceil(usl.peak?.size ?? MOST_NODES), sizes),
        ],
      };
    }),
  };
}

/** The curve rises up to its peak, so that halving finds where it crosses the rate; null where it never does. */
function fewestNodes(usl: UslFit, rate: number, of: (capacity: Estimate) => number): number | null {
  let most = Math.min(MOST_NODES, Math.floor(usl.peak?.size ?? MOST_NODES));
  if (of(usl.predict(most)) < rate) return null;
  let least = 1;
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (of(usl.predict(middle)) >= rate) most = middle;
    else least = middle + 1;
  }
  return least;
}

function checkOf(measured: readonly SizeTrials[], options: UslOptions): Check | null {
  const largest = measured
    .filter(({ capacities }) => capacities.length > 0)
    .toSorted((a, b) => b.size - a.size)[0];
  const usl =
    largest &&
    fitUsl(
      measured.filter((each) => each !== largest),
      options,
    );
  if (largest === undefined || usl == null) return null;
  const predicted = usl.predict(largest.size);
  const { capacities } = largest;
  return {
    size: largest.size,
    predicted,
    measured: median([...capacities]),
    // Trials of that size scatter too: it is met where the interval comes as near as they lie apart.
    held: Math.max(...capacities) >= predicted.lower && Math.min(...capacities) <= predicted.upper,
  };
}
