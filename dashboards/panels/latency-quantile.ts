// Latency in PromQL: the figure of verdicts (latencyMs in orchestrator/measure/figures/measure-figures.ts), for panels, rules and the live view.

export interface AskedLatency {
  /** Labels that are kept: `run, group`. */
  readonly by: string;
  /** Of the samples, such as `run=~"$run"`. Default: all. */
  readonly selector?: string;
  /** What histograms gained: a function over `range`. Default `rate`. */
  readonly gained?: 'rate' | 'increase';
  /** Such as `$window`. */
  readonly range: string;
}

/**
 * In seconds. k6 times a request from when it has a connection: where the same quantile of the wait for one is longer, that is the latency. Histograms of all
 * generators are added up before the quantile is taken: averaging quantiles gives a number that no user ever waited. A request without an answer
 * (status 0) has no latency: a refused one would pass for a quick one.
 */
export function latencyQuantile(
  quantile: number,
  { by, selector = '', gained = 'rate', range }: AskedLatency,
): string {
  const labels = [...(selector === '' ? [] : [selector]), 'status!="0"'].join(', ');
  const of = (metric: string) =>
    `histogram_quantile(${quantile}, sum by (${by}) (${gained}(${metric}{${labels}}[${range}])))`;
  const answered = of('k6_http_req_duration_seconds');
  // Without a label of its own it would be the same series as the other.
  const connected = `label_replace(${of('k6_http_req_blocked_seconds')}, "of", "connection", "", "")`;
  return `max by (${by}) (${answered} or ${connected})`;
}
