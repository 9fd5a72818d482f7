// Whether a constant rate could go on for ever: whether work in flight grows while it is offered. Pure; why this test, and how often it is
// wrong: docs/decisions/0014-sustainable.md.
//
// Offered for ever, a rate above what is served makes the number in flight grow without end, however late an objective notices. Two series
// tell, both in seconds, so that a growth of 0.02 means that of each second's work a fiftieth is not done in that second:
// - the mean time that iterations took, of those that ended in each stretch. By Little's law it grows with the number in flight, and it
//   tells a fiftieth of an iteration where a count tells one;
// - the number in flight, divided by the rate. It tells of work that never ends, which has no time.
// Waiting near the limit is a random walk, whose neighbouring values are alike: a regression on time would take any of its excursions for a
// trend. Its steps are independent, and growth is their mean, so the steps are what is tested, by Student's t. A single pause is one
// large step among small ones, and no evidence.
import { studentQuantile } from '../../statistics/student-t.ts';

/** What stood at a moment, counted from the start of the load. */
export interface WorkPoint {
  readonly atMs: number;
  /** Iterations that were due. */
  readonly due: number;
  /** Iterations that had ended. */
  readonly ended: number;
  /** All the time that these had taken. */
  readonly tookMs: number;
}

export interface Growth {
  /** `unclear`: this stretch is too short to tell. */
  readonly outcome: 'grows' | 'steady' | 'unclear';
  /** Iterations in flight that each second added. */
  readonly perSecond: number;
  /** Of what is offered, the share that was not done: 0.02 = the rate is 2 % above what is served. */
  readonly share: number;
  /** The share is no more than this, with a confidence of 97.5 %; infinite where too little was seen. */
  readonly upperShare: number;
}

/** Each test calls a rate that is sustained growing with at most this probability; simulated, with 0.01 or less. */
const ALPHA = 0.025;
/** A growth of less of the rate is not told from none: a cache that fills, a table that grows. The capacity found may be as much too high. */
const NEGLIGIBLE = 0.002;
/** A rate is steady where it is shown to be no further above what is served than this. */
export const TOLERANCE = 0.01;
/** An estimate that may be wrong by so much of the rate says nothing. */
const TELLS_NOTHING = 0.25;
/** A number in flight says nothing below this: one that is counted as an iteration begins or ends comes and goes. */
const LEAST_IN_FLIGHT = 2;
/** So many stretches at most: longer ones have less noise, and twenty are enough for a test. */
const MOST_STRETCHES = 20;

/** When to look at the work that is done in a window: evenly, no more often than once a second, which is how often generators tell. */
export function lookTimes(fromMs: number, toMs: number): number[] {
  const stretches = Math.max(1, Math.min(MOST_STRETCHES, Math.floor((toMs - fromMs) / 1000)));
  return Array.from({ length: stretches + 1 }, (_, n) => fromMs + ((toMs - fromMs) * n) / stretches);
}

/** @param points ascending in time, evenly spaced, at least two. */
export function tellGrowth(points: readonly WorkPoint[]): Growth {
  const ratePerSecond = rateOf(points);
  const times = trendOf(meanTimes(points));
  const inFlight = trendOf(
    points.map(({ atMs, due, ended }) => [atMs / 1000, (due - ended) / ratePerSecond]),
  );
  const rise = inFlight.share * secondsBetween(points) * ratePerSecond;
  if (isGrowing(times)) return told('grows', times, ratePerSecond);
  if (isGrowing(inFlight) && rise >= LEAST_IN_FLIGHT) return told('grows', inFlight, ratePerSecond);
  return told(times.upperShare < TOLERANCE ? 'steady' : 'unclear', times, ratePerSecond);
}

/**
 * What to make of a stretch that is too short to tell, where there won't be a longer one: the likelier of the two. Of a handful of
 * iterations neither is, and then objectives decide alone: a higher rate will tell.
 */
export function isLikelyGrowing({ outcome, share, upperShare }: Growth): boolean {
  if (outcome !== 'unclear') return outcome === 'grows';
  return share > TOLERANCE && upperShare - share < TELLS_NOTHING;
}

type Trend = Pick<Growth, 'share' | 'upperShare'> & { readonly lowerShare: number };

function isGrowing({ share, lowerShare }: Trend): boolean {
  return lowerShare > 0 && share > NEGLIGIBLE;
}

function told(outcome: Growth['outcome'], { share, upperShare }: Trend, ratePerSecond: number): Growth {
  return { outcome, perSecond: share * ratePerSecond, share, upperShare };
}

/** [middle of the stretch, mean time], both in seconds; stretches in which nothing ended are left out. */
function meanTimes(points: readonly WorkPoint[]): (readonly [number, number])[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const ended = before === undefined ? 0 : point.ended - before.ended;
    if (before === undefined || ended < LEAST_ENDED) return [];
    return [[(point.atMs + before.atMs) / 2000, (point.tookMs - before.tookMs) / ended / 1000] as const];
  });
}

/** Values between two pushes are interpolated: a fraction of an iteration is none. */
const LEAST_ENDED = 0.5;

/** The mean of a series' steps, each over its own time, and the confidence interval of the mean. */
function trendOf(series: readonly (readonly [number, number])[]): Trend {
  const steps = series.slice(1).map(([at, value], index) => {
    const [atBefore, before] = series[index] ?? [at, value];
    return (value - before) / (at - atBefore);
  });
  const [first, last] = [series[0], series.at(-1)];
  if (first === undefined || last === undefined || steps.length === 0) return UNKNOWN;
  const share = (last[1] - first[1]) / (last[0] - first[0]);
  if (steps.length < 2) return { ...UNKNOWN, share };
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const squares = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0);
  const error = Math.sqrt(squares / (steps.length - 1) / steps.length);
  const width = studentQuantile(2 * ALPHA, steps.length - 1) * error;
  return { share, lowerShare: share - width, upperShare: share + width };
}

const UNKNOWN: Trend = {
  share: 0,
  lowerShare: Number.NEGATIVE_INFINITY,
  upperShare: Number.POSITIVE_INFINITY,
};

function rateOf(points: readonly WorkPoint[]): number {
  return ((points.at(-1)?.due ?? 0) - (points[0]?.due ?? 0)) / secondsBetween(points);
}

function secondsBetween(points: readonly WorkPoint[]): number {
  return ((points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)) / 1000;
}
