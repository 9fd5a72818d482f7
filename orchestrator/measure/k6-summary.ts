// A figure of k6's end-of-test summary, in the form that it hands to handleSummary.

/** Null where the summary has none, or is none. */
export function readK6Metric(summary: unknown, metric: string, figure: string): number | null {
  const value = field(field(field(field(summary, 'metrics'), metric), 'values'), figure);
  return typeof value === 'number' ? value : null;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
