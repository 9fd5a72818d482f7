// Whether a probe can be ended early: only when its objectives are missed whatever the rest of it brings. Pure arithmetic on counts.

/** Counts since the measurement began (settling not included). */
export type PartialObjective =
  /** `slower`: requests that took longer than the objective's bound; they count from their intended start. */
  | {
      readonly kind: 'latency';
      readonly percentile: number;
      readonly requests: number;
      readonly slower: number;
    }
  /** `bound`: the largest share of failed requests allowed, 0 to 1. */
  | { readonly kind: 'errors'; readonly bound: number; readonly requests: number; readonly failed: number }
  /** `bound`: the smallest share of the offered iterations that must start, 0 to 1. */
  | { readonly kind: 'delivered'; readonly bound: number; readonly dropped: number };

export interface PartialFigures {
  /** Requests (iterations for `delivered`) per second that the probe offers. */
  readonly rate: number;
  readonly measureMs: number;
  /** Since the measurement began; below 0 while settling. */
  readonly elapsedMs: number;
  readonly objectives: readonly PartialObjective[];
}

/**
 * A probe is lost once more requests have been slow, failed or dropped than the objective allows for *all* requests that the probe can
 * still come to. Requests may come unevenly and each iteration may make several, so the total is taken 10 % larger than
 * expected: rather late than wrong. Nothing is lost while settling, when a node may still be warming up.
 */
export function isClearlyLost({ rate, measureMs, elapsedMs, objectives }: PartialFigures): boolean {
  if (elapsedMs <= 0) return false;
  const offered = (rate * measureMs) / 1000;
  const share = Math.min(1, elapsedMs / measureMs);
  return objectives.some((objective) => {
    if (objective.kind === 'delivered') return objective.dropped > (1 - objective.bound) * offered * margin;
    // Several requests an iteration: what has been seen so far tells how many there will be.
    const total = Math.max(offered, objective.requests / share) * margin;
    if (objective.kind === 'errors') return objective.failed > objective.bound * total;
    return objective.slower > (1 - objective.percentile / 100) * total;
  });
}

const margin = 1.1;
