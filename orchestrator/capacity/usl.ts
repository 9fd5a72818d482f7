// Gunther's Universal Scalability Law, fitted to the capacity of several sizes: how a group scales, where it peaks, what lies between
// and beyond the sizes that were measured.
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { mean, median } from 'simple-statistics';
import { type Estimate, intervalOf, resample } from './bootstrap.ts';
import { createRandom } from './random.ts';

/** C(N) = λN / (1 + σ(N-1) + κN(N-1)). Source: Gunther 2007, Guerrilla Capacity Planning, chapter 4.4 (σ contention, κ coherency). */
export interface UslCoefficients {
  /** Capacity of one node, per second. */
  readonly lambda: number;
  /** Share of the work that can't be done side by side, 0 or more. */
  readonly sigma: number;
  /** Cost of agreement between each pair of nodes, 0 or more. */
  readonly kappa: number;
}

export interface SizeTrials {
  /** Number of nodes, 1 or more. */
  readonly size: number;
  /** The capacity that each independent trial found. */
  readonly capacities: readonly number[];
}

export interface Prediction extends Estimate {
  readonly size: number;
  /** No size as large (or as small) was measured. */
  readonly beyondMeasured: boolean;
}

export interface UslFit {
  readonly lambda: Estimate;
  readonly sigma: Estimate;
  readonly kappa: Estimate;
  /** Share of the medians' variance that the curve explains; 1 = all. */
  readonly rSquared: number;
  /** Size of the highest capacity, √((1-σ)/κ), and that capacity; null where the curve never falls (κ = 0). */
  readonly peak: { readonly size: number; readonly capacity: number } | null;
  /** What capacity approaches without ever falling, λ/σ (κ = 0); null where it peaks instead or grows without limit. */
  readonly plateau: number | null;
  readonly measured: { readonly smallest: number; readonly largest: number };
  readonly warnings: readonly string[];
  /** Capacity of any size; the interval holds the curve, not single trials. */
  readonly predict: (size: number) => Prediction;
}

export interface UslOptions {
  readonly seed: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Default 1,000. */
  readonly resamples?: number;
}

const leastSizes = 3;
const enoughSizes = 4;
const goodRSquared = 0.95;
/** A curve that is further off what was measured at a size does not describe it, as a share. */
export const LARGE_RESIDUAL = 0.1;

/** The law's capacity for `size` nodes. */
export function uslCapacity({ lambda, sigma, kappa }: UslCoefficients, size: number): number {
  return (lambda * size) / (1 + sigma * (size - 1) + kappa * size * (size - 1));
}

/**
 * Fits the law to the medians of the sizes' trials by least squares of relative errors (capacities of 100 and 10,000 are equally well known).
 * Intervals come from redrawing the trials within each size. Null with fewer than three sizes: three coefficients need as many.
 */
export function fitUsl(measured: readonly SizeTrials[], options: UslOptions): UslFit | null {
  const sizes = measured.filter(({ capacities }) => capacities.length > 0).sort((a, b) => a.size - b.size);
  if (new Set(sizes.map(({ size }) => size)).size < leastSizes) return null;
  const { seed, confidence = 0.95, resamples = 1000 } = options;
  const random = createRandom(seed);
  const best = fitMedians(sizes);
  const redrawn = Array.from({ length: resamples }, () =>
    fitMedians(
      sizes.map(({ size, capacities }) => ({ size, capacities: resample(capacities, random) })),
      best,
    ),
  );
  const trials = Math.min(...sizes.map(({ capacities }) => capacities.length));
  const degrees = sizes.reduce((sum, { capacities }) => sum + capacities.length - 1, 0);
  const interval = (pick: (coefficients: UslCoefficients) => number) =>
    intervalOf(redrawn.map(pick), pick(best), { confidence, trials, degrees });
  const range = { smallest: sizes[0]?.size ?? 1, largest: sizes.at(-1)?.size ?? 1 };
  const rSquared = rSquaredOf(sizes, best);
  return {
    lambda: interval(({ lambda }) => lambda),
    sigma: interval(({ sigma }) => sigma),
    kappa: interval(({ kappa }) => kappa),
    rSquared,
    ...limitsOf(best),
    measured: range,
    warnings: warningsOf(sizes, best, rSquared, trials),
    predict: (size) => ({
      size,
      ...interval((coefficients) => uslCapacity(coefficients, size)),
      beyondMeasured: size > range.largest || size < range.smallest,
    }),
  };
}

/** Peak and plateau of the curve; a peak below one node is no peak but one node. */
export function limitsOf(coefficients: UslCoefficients): Pick<UslFit, 'peak' | 'plateau'> {
  const { lambda, sigma, kappa } = coefficients;
  if (kappa > 0) {
    const size = Math.max(1, Math.sqrt(Math.max(0, 1 - sigma) / kappa));
    return { peak: { size, capacity: uslCapacity(coefficients, size) }, plateau: null };
  }
  return { peak: null, plateau: sigma > 0 ? lambda / sigma : null };
}

/** Which of σ and κ are free to differ from 0. */
const shapes = [
  { sigma: true, kappa: true },
  { sigma: true, kappa: false },
  { sigma: false, kappa: true },
  { sigma: false, kappa: false },
] as const;

/** Below this a coefficient is 0: it changes a capacity of 100 nodes by less than a thousandth. */
const negligible = 1e-7;

/**
 * Least squares with σ, κ ≥ 0. The library keeps bounds by clipping, which can stop short of the best point on a bound; so when a
 * coefficient ends there, the curves without it are fitted too and the best of all is taken.
 */
function fitMedians(sizes: readonly SizeTrials[], start?: UslCoefficients): UslCoefficients {
  const points = sizes.map(({ size, capacities }) => ({ size, capacity: median([...capacities]) }));
  const [whole, ...rest] = shapes.map((shape) => () => fitShape(points, shape, start));
  const first = (whole as () => Fitted)();
  const inside = first.coefficients.sigma > negligible && first.coefficients.kappa > negligible;
  if (inside) return first.coefficients;
  return [first, ...rest.map((fit) => fit())].reduce((best, each) => (each.error < best.error ? each : best))
    .coefficients;
}

interface Point {
  readonly size: number;
  readonly capacity: number;
}

interface Fitted {
  readonly coefficients: UslCoefficients;
  /** Sum of squared relative errors. */
  readonly error: number;
}

/**
 * Scaled so that all three parameters are near 1: λ by the first size's capacity per node, σ and κ by what a large group would show. A fit that
 * begins at one of the same sizes needs a fifth of the iterations; the library stops early only where the error vanishes.
 */
function fitShape(points: readonly Point[], free: (typeof shapes)[number], start?: UslCoefficients): Fitted {
  const perNode = mean(points.map(({ size, capacity }) => capacity / size));
  const largest = Math.max(...points.map(({ size }) => size));
  const scale = { lambda: perNode, sigma: 1 / largest, kappa: 1 / largest ** 2 };
  const coefficientsOf = ([lambda = 1, sigma = 0, kappa = 0]: readonly number[]): UslCoefficients => ({
    lambda: lambda * scale.lambda,
    sigma: free.sigma ? sigma * scale.sigma : 0,
    kappa: free.kappa ? kappa * scale.kappa : 0,
  });
  // x is the point's index and y is 1: so the library's plain squares are those of relative errors.
  const relative = (parameters: readonly number[]) => {
    const coefficients = coefficientsOf(parameters);
    return (index: number) => {
      const { size, capacity } = points[index] as Point;
      return uslCapacity(coefficients, size) / capacity;
    };
  };
  const initialValues =
    start === undefined
      ? [1, free.sigma ? 0.3 : 0, free.kappa ? 0.3 : 0]
      : [start.lambda / scale.lambda, start.sigma / scale.sigma, start.kappa / scale.kappa];
  const { parameterValues } = levenbergMarquardt(
    { x: points.map((_, index) => index), y: points.map(() => 1) },
    relative,
    {
      initialValues,
      minValues: [1e-6, 0, 0],
      maxValues: [1e6, 1e6, 1e6],
      gradientDifference: 1e-6,
      damping: 1e-3,
      maxIterations: start === undefined ? 100 : 20,
      errorTolerance: 1e-14,
      improvementThreshold: 1e-3,
    },
  );
  const at = relative(parameterValues);
  const error = points.reduce((sum, _, index) => sum + (at(index) - 1) ** 2, 0);
  return { coefficients: coefficientsOf(parameterValues), error };
}

function rSquaredOf(sizes: readonly SizeTrials[], coefficients: UslCoefficients): number {
  const points = sizes.map(({ size, capacities }) => ({ size, capacity: median([...capacities]) }));
  const centre = mean(points.map(({ capacity }) => capacity));
  const total = points.reduce((sum, { capacity }) => sum + (capacity - centre) ** 2, 0);
  const left = points.reduce(
    (sum, { size, capacity }) => sum + (capacity - uslCapacity(coefficients, size)) ** 2,
    0,
  );
  return total === 0 ? 1 : 1 - left / total;
}

function warningsOf(
  sizes: readonly SizeTrials[],
  coefficients: UslCoefficients,
  rSquared: number,
  trials: number,
): readonly string[] {
  const off = sizes.filter(({ size, capacities }) => {
    const measured = median([...capacities]);
    return Math.abs(uslCapacity(coefficients, size) / measured - 1) > LARGE_RESIDUAL;
  });
  return [
    ...(sizes.length < enoughSizes
      ? [
          `The curve's three coefficients were fitted to only ${sizes.length} sizes, so it fits almost any values. Measure ${enoughSizes} sizes or more.`,
        ]
      : []),
    ...(rSquared < goodRSquared
      ? [`The curve explains only ${(rSquared * 100).toFixed(0)} % of the differences between sizes.`]
      : []),
    ...off.map(
      ({ size }) =>
        `At ${size} nodes the curve is more than ${LARGE_RESIDUAL * 100} % off what was measured.`,
    ),
    ...(trials < 2 ? ['At least one size has a single trial: its share in the intervals is missing.'] : []),
  ];
}
