// k6's own thresholds hold where there are no samples: those that nothing was measured for are named. Pure.

interface SummaryMetric {
  readonly type?: string;
  readonly values?: Readonly<Record<string, number>>;
  readonly thresholds?: object;
}

/**
 * Metrics of thresholds that found no samples in any generator, as the script names them. A counter without samples has counted nothing, which is
 * an answer; a percentile or a rate of nothing is none.
 *
 * @param summaries k6's end-of-test summaries.
 */
export function unsampledThresholds(summaries: readonly unknown[]): string[] {
  const metrics = summaries.map(
    (summary) => (summary as { metrics?: Readonly<Record<string, SummaryMetric>> } | null)?.metrics ?? {},
  );
  const named = new Set(
    metrics.flatMap((each) => Object.keys(each).filter((name) => each[name]?.thresholds !== undefined)),
  );
  return [...named].filter((name) => metrics.every((each) => isEmpty(each[name])));
}

function isEmpty(metric: SummaryMetric | undefined): boolean {
  const values = metric?.values;
  if (values === undefined) return true;
  if (metric?.type === 'trend') return values['count'] === 0;
  return metric?.type === 'rate' && (values['passes'] ?? 0) + (values['fails'] ?? 0) === 0;
}
