// Percentiles of answers where some requests were never answered. Leaving those out would make a system look quicker the more users it
// lets wait; counting them with the time they had waited would say that they were answered then. Their latency is only known to be longer:
// they are right-censored, and the product-limit estimator takes them for what they are (Kaplan & Meier 1958, Nonparametric estimation
// from incomplete observations). Without them it comes to the ordinary percentile.
import type { Bucket } from '../../statistics/merged-histogram.ts';
import { positionIn } from '../../statistics/merged-histogram.ts';

export interface Waits {
  /** Times of the answers. */
  readonly answers: readonly Bucket[];
  /** How long each request without an answer had waited. */
  readonly unanswered: readonly Bucket[];
  /** Requests that were cut off after a wait that nobody knows; they outlast all others. Default 0. */
  readonly cutOff?: number;
}

export interface CensoredPercentile {
  readonly value: number;
  /** True where it lies beyond the last answer: `value` is the longest wait seen, and the percentile is no less. */
  readonly atLeast: boolean;
}

/**
 * The time within which `share` (0 to 1) of the requests are answered; null where none was. In the unit of the buckets. A refused
 * connection, over at once, leaves the percentiles of answers as they are: nothing is known of it but that it took longer.
 */
export function censoredPercentile(
  { answers, unanswered, cutOff = 0 }: Waits,
  share: number,
): CensoredPercentile | null {
  const edges = byUpperBound(answers, unanswered);
  if (!edges.some(({ answered }) => answered > 0)) return null;
  let atRisk = edges.reduce((sum, each) => sum + each.answered + each.censored, cutOff);
  let waiting = 1;
  for (const { lower, upper, answered, censored } of edges) {
    // Within a bucket those that were answered come first.
    const after = waiting * (1 - answered / atRisk);
    if (answered > 0 && 1 - after >= share - ROUNDING) {
      const part = (share - (1 - waiting)) / (waiting - after);
      return { value: positionIn({ lower, upper }, Math.min(1, Math.max(0, part))), atLeast: false };
    }
    waiting = after;
    atRisk -= answered + censored;
    if (atRisk <= ROUNDING) break;
  }
  return { value: edges.at(-1)?.lower ?? 0, atLeast: true };
}

/** Counts read between two pushes are off by a hair's breadth. */
const ROUNDING = 1e-9;

interface Edge {
  readonly lower: number;
  readonly upper: number;
  readonly answered: number;
  readonly censored: number;
}

function byUpperBound(answers: readonly Bucket[], unanswered: readonly Bucket[]): Edge[] {
  const edges = new Map<string, Edge>();
  const add = ({ lower, upper, count }: Bucket, which: 'answered' | 'censored') => {
    if (count <= ROUNDING) return;
    const key = `${lower} ${upper}`;
    const edge = edges.get(key) ?? { lower, upper, answered: 0, censored: 0 };
    edges.set(key, { ...edge, [which]: edge[which] + count });
  };
  for (const bucket of answers) add(bucket, 'answered');
  for (const bucket of unanswered) add(bucket, 'censored');
  return [...edges.values()].sort((a, b) => a.upper - b.upper || a.lower - b.lower);
}
