// Capacities of some sizes → how many nodes more users would need, by the Universal Scalability Law. Pure.
import { median } from 'simple-statistics';
import type { Estimate } from '../capacity/bootstrap.ts';
import { fitUsl, LARGE_RESIDUAL, type SizeTrials, type UslFit, type UslOptions } from '../capacity/usl.ts';
import { type Check, type Doubt, doubtOfDistance, doubtsOfSizes } from './prediction.ts';

/** Of a search for a number of nodes: nobody runs more of one group. */
const MOST_NODES = 1_000_000;
/** Between two numbers that are looked at: no curve that carries a rate at all crosses it twice within so little. */
const STEP = 1.1;

export interface PredictedNodes {
  readonly usl: UslFit;
  readonly check: Check | null;
  readonly predictions: readonly {
    readonly users: number;
    /** Operations per second that they make. */
    readonly rate: number;
    /** null = no number of nodes carries it. `value` null: by the curve none does, at the best of its interval `lower` do; `upper` null: it may be that none does. */
    readonly nodes: {
      readonly value: number | null;
      readonly lower: number;
      readonly upper: number | null;
    } | null;
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
  // A curve that missed the largest size is off somewhere.
  const ofCurve = check?.held === false ? [] : doubtsOfCurve(usl, measured);
  const general = [...doubtsOfSizes(sizes, check), ...ofCurve];
  const capacityOf = remembering(usl.predict);
  return {
    usl,
    check,
    predictions: users.map((count) => {
      const rate = count * ratePerUser;
      const fewest = (of: (capacity: Estimate) => number) =>
        fewestNodes((size) => of(capacityOf(size)) >= rate);
      const value = fewest((capacity) => capacity.value);
      const lower = fewest((capacity) => capacity.upper);
      return {
        users: count,
        rate,
        nodes: lower === null ? null : { value, lower, upper: fewest((capacity) => capacity.lower) },
        doubts: [...general, ...doubtOfDistance(value ?? Math.ceil(usl.peak?.size ?? MOST_NODES), sizes)],
      };
    }),
  };
}

/** Each costs as many curves as trials were redrawn. */
function remembering(predict: UslFit['predict']): UslFit['predict'] {
  const known = new Map<number, ReturnType<UslFit['predict']>>();
  return (size) => {
    const capacity = known.get(size) ?? predict(size);
    known.set(size, capacity);
    return capacity;
  };
}

/** Looked for from one node on, for the ends of an interval rise and fall at other sizes than the curve. null where no number carries it. */
function fewestNodes(carries: (size: number) => boolean): number | null {
  let [least, most] = [0, 1];
  while (!carries(most)) {
    if (most === MOST_NODES) return null;
    [least, most] = [most, Math.min(MOST_NODES, Math.max(most + 1, Math.floor(most * STEP)))];
  }
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (carries(middle)) most = middle;
    else least = middle;
  }
  return most;
}

function doubtsOfCurve(usl: UslFit, measured: readonly SizeTrials[]): Doubt[] {
  const known = measured.filter(({ capacities }) => capacities.length > 0);
  const off = known.map(({ size, capacities }) => ({
    at: size,
    share: Math.abs(usl.predict(size).value / median([...capacities]) - 1),
  }));
  const [worst] = off.toSorted((a, b) => b.share - a.share);
  const single = known.find(({ capacities }) => capacities.length === 1);
  return [
    ...(worst !== undefined && worst.share > LARGE_RESIDUAL
      ? [{ code: 'off-curve' as const, ...worst }]
      : []),
    ...(single === undefined ? [] : [{ code: 'single-trial' as const, at: single.size }]),
  ];
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
