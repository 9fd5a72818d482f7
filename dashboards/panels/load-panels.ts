// What users ask for and what they get: rates, errors, latency, as the load generators saw them.
import { latencyQuantile } from './latency-quantile.ts';
import type { Panel } from './panel.ts';
import * as bound from './objective-bounds.ts';

// A counter that nothing has raised yet does not exist: `or 0 * …` turns that into the zero it means.
const allRequests = 'sum by (run) (rate(k6_http_reqs_total{run=~"$run"}[$window]))';
const zeroRequests = `0 * ${allRequests}`;
const servedRequests = `(sum by (run) (rate(k6_http_reqs_total{run=~"$run", expected_response="true"}[$window])) or ${zeroRequests})`;
const failedRequests = `(sum by (run) (rate(k6_http_reqs_total{run=~"$run", expected_response="false"}[$window])) or ${zeroRequests})`;
const iterations = 'sum by (run) (rate(k6_iterations_total{run=~"$run"}[$window]))';

function percentile(quantile: number, by: string): string {
  return latencyQuantile(quantile, { by, selector: 'run=~"$run"', range: '$window' });
}

export const throughputPanel: Panel = {
  id: 'throughput',
  title: 'Offered and served',
  help: 'Offered and completed are iterations of the script, served and failed are HTTP requests; they are equal if each iteration makes one request. If served falls below offered, the system is beyond its capacity.',
  unit: 'per-second',
  queries: [
    {
      expr: 'sum by (run) (topolab_offered_rate{run=~"$run"})',
      legend: 'offered',
      needs: ['open-load'],
    },
    { expr: iterations, legend: 'completed' },
    { expr: servedRequests, legend: 'served' },
    { expr: failedRequests, legend: 'failed' },
    bound.servedBounds,
  ],
};

/** What the wrapped script counts, by the moment at which it happened: a window's own figures are only whole when its last request has ended. */
function counted(metric: string, labels = ''): string {
  return `sum by (run) (rate(k6_topolab_${metric}_total{run=~"$run"${labels}}[$window]))`;
}
const startedIterations = counted('iterations_started');
const madeChecks = counted('checks');

export const errorSharePanel: Panel = {
  id: 'error-share',
  title: 'Errors',
  help: 'Requests that were not answered as expected, as a share of all requests; iterations of the script that ended in an exception, or of which a connection was not made or broke, as a share of those started; checks of the script that failed. Requests that are still waiting are not errors yet: they are in flight.',
  unit: 'share',
  queries: [
    { expr: `${failedRequests} / (${allRequests} > 0)`, legend: 'failed' },
    {
      expr: `(${counted('iterations_ended', ', outcome=~"exception|disconnected"')} or 0 * ${startedIterations}) / (${startedIterations} > 0)`,
      legend: 'iterations failed',
    },
    {
      expr: `(${counted('checks', ', outcome="fail"')} or 0 * ${madeChecks}) / (${madeChecks} > 0)`,
      legend: 'checks failed',
      needs: ['checks'],
    },
    bound.errorBounds,
  ],
};

export const droppedPanel: Panel = {
  id: 'dropped-iterations',
  title: 'Dropped iterations',
  help: 'Iterations that were due but found no free virtual user, so their users were never served. Anything above zero means that the load was not offered in full; a dashed line is the rate that an objective for the delivered share allows.',
  unit: 'per-second',
  queries: [
    {
      expr: `sum by (run) (rate(k6_dropped_iterations_total{run=~"$run"}[$window])) or 0 * ${iterations}`,
      legend: 'dropped',
    },
    bound.droppedRateBounds,
  ],
};

export const latencyPanel: Panel = {
  id: 'latency',
  title: 'Latency',
  help: 'Time until an HTTP request was answered, as users see it, including failed requests; requests that were never answered only count as failed. Where the same percentile of the wait for a connection is longer, it is shown instead, as in the verdict. Percentiles come from the merged histograms of all generators.',
  unit: 'seconds',
  queries: [
    { expr: percentile(0.5, 'run'), legend: 'p50' },
    { expr: percentile(0.95, 'run'), legend: 'p95' },
    { expr: percentile(0.99, 'run'), legend: 'p99' },
    bound.latencyBounds,
  ],
};

export const latencyByLoadPanel: Panel = {
  id: 'latency-by-load',
  title: 'Latency p95 of each load',
  help: 'The time within which 95 % of the requests of each load were answered.',
  unit: 'seconds',
  queries: [{ expr: percentile(0.95, 'run, group'), legend: '{{group}}' }, bound.p95Bounds],
};

export const requestsByStatusPanel: Panel = {
  id: 'requests-by-status',
  title: 'Requests by status',
  help: 'HTTP requests by status; 0 means no answer at all.',
  unit: 'per-second',
  style: 'area',
  queries: [
    {
      expr: 'sum by (run, status) (rate(k6_http_reqs_total{run=~"$run"}[$window]))',
      legend: '{{status}}',
    },
  ],
};

export const virtualUsersPanel: Panel = {
  id: 'virtual-users',
  title: 'Virtual users',
  help: 'Busy and allocated virtual users, over all generators, and requests waiting for an answer. With an open model, slower answers keep more users busy; if requests in flight keep growing, some are never answered.',
  unit: 'count',
  queries: [
    { expr: 'sum by (run) (k6_vus{run=~"$run"})', legend: 'busy' },
    { expr: 'sum by (run) (k6_vus_max{run=~"$run"})', legend: 'allocated' },
    {
      expr: `sum by (run) (k6_topolab_requests_started_total{run=~"$run"}) - (sum by (run) (k6_topolab_requests_ended_total{run=~"$run"}) or 0 * sum by (run) (k6_topolab_requests_started_total{run=~"$run"}))`,
      legend: 'requests in flight',
    },
  ],
};
