// Percentiles over several generators: their histograms are added bucket by bucket, and the percentile is read from
// the sum. (The average of percentiles is the percentile of nothing.)

/** One bucket of a native histogram, with its own count (not cumulative). Bounds in the metric's unit. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Adds histograms, each with a weight (default 1). Buckets with the same bounds become one, ascending. */
export function addBuckets(
  parts: readonly { readonly buckets: readonly Bucket[]; readonly weight?: number }[],
): readonly Bucket[] {
  const sum = new Map<string, Bucket>();
  for (const { buckets, weight = 1 } of parts) {
    for (const { lower, upper, count } of buckets) {
      const key = `${lower} ${upper}`;
      sum.set(key, { lower, upper, count: (sum.get(key)?.count ?? 0) + weight * count });
    }
  }
  return [...sum.values()].sort((a, b) => a.upper - b.upper || a.lower - b.lower);
}

/** What a histogram that only grows has gained. */
export function gainedBuckets(before: readonly Bucket[], after: readonly Bucket[]): readonly Bucket[] {
  return addBuckets([{ buckets: after }, { buckets: before, weight: -1 }]);
}

/**
 * The value under which `share` (0 to 1) of the observations lie; null where there are none.
 * Within a bucket observations are taken to be spread evenly on a logarithmic scale, as Prometheus does from 3.0 on
 * (2.x spreads them evenly on a linear one). The true value lies in the same bucket: with k6's bucket factor of
 * 2^(1/8) the answer is off by 9 % at the very most.
 */
export function percentileOf(buckets: readonly Bucket[], share: number): number | null {
  // Subtracting interpolated readings can leave a hair's breadth under zero.
  const filled = buckets.filter(({ count }) => count > 1e-9);
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  let left = share * total;
  for (const [index, { lower, upper, count }] of filled.entries()) {
    if (left > count && index < filled.length - 1) {
      left -= count;
      continue;
    }
    return positionIn({ lower, upper }, Math.min(1, left / count));
  }
  return null;
}

/** Where a part (0 to 1) of a bucket's observations lies. Below zero, where a script's own metric may be, it is as above it from the other end. */
export function positionIn({ lower, upper }: Pick<Bucket, 'lower' | 'upper'>, part: number): number {
  if (lower > 0) return lower * (upper / lower) ** part;
  return upper < 0 ? upper * (lower / upper) ** (1 - part) : upper * part;
}

/** How many observations lie above a value; within a bucket they are taken to be spread as `percentileOf` does. */
export function countAbove(buckets: readonly Bucket[], value: number): number {
  return buckets.reduce((sum, { lower, upper, count }) => {
    if (lower >= value) return sum + count;
    if (upper <= value) return sum;
    const below = lower > 0 ? Math.log(value / lower) / Math.log(upper / lower) : value / upper;
    return sum + count * (1 - below);
  }, 0);
}
