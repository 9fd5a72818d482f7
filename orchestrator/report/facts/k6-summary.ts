// The end-of-test summary of one k6 generator. Figures it does not hold are null.
import { readK6Metric } from '../../measure/readings/k6-summary.ts';

/** Latencies in milliseconds. */
export interface GeneratorFigures {
  readonly node: string;
  readonly requests: number | null;
  readonly requestsPerSecond: number | null;
  readonly iterations: number | null;
  /** Iterations that found no free virtual user. */
  readonly dropped: number | null;
  readonly failedShare: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  readonly mostVirtualUsers: number | null;
}

export function readK6Summary(node: string, summary: unknown): GeneratorFigures {
  const metric = (name: string, ...figures: readonly string[]) => readK6Metric(summary, name, ...figures);
  return {
    node,
    requests: metric('http_reqs', 'count'),
    requestsPerSecond: metric('http_reqs', 'rate'),
    iterations: metric('iterations', 'count'),
    // k6 leaves out counters that never counted, so a summary with iterations and no dropped ones has dropped none.
    dropped: metric('dropped_iterations', 'count') ?? (metric('iterations', 'count') === null ? null : 0),
    failedShare: metric('http_req_failed', 'rate', 'value'),
    medianMs: metric('http_req_duration', 'med'),
    p95Ms: metric('http_req_duration', 'p(95)'),
    maxMs: metric('http_req_duration', 'max'),
    mostVirtualUsers: metric('vus_max', 'max', 'value'),
  };
}

/** True where nothing of a summary could be read. */
export function isUnreadable(figures: GeneratorFigures): boolean {
  return Object.values({ ...figures, node: null }).every((value) => value === null);
}
