// p-values of several tests at once. Pure.

/** Holm 1979, A simple sequentially rejective multiple test procedure: with many metrics, one seems to differ by chance alone. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((x, y) => x.p - y.p);
  const adjusted: number[] = [];
  let worst = 0;
  for (const [rank, { p, index }] of order.entries()) {
    worst = Math.max(worst, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = worst;
  }
  return adjusted;
}
