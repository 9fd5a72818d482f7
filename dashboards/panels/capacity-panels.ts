// A capacity study as it goes on. The nodes of a trial are one run, `<study>-s<size>-t<trial>-<digits>`; the generators of each probe
// call themselves `<that>-p<probe>`, so what users see is asked for under both names.
import { latencyQuantile } from './latency-quantile.ts';
import type { Panel } from './panel.ts';
import * as bound from './objective-bounds.ts';

const selector = 'run=~"(?:$run)(-p[0-9]+)?"';
const iterations = `sum by (run) (rate(k6_iterations_total{${selector}}[$window]))`;
const dropped = `(sum by (run) (rate(k6_dropped_iterations_total{${selector}}[$window])) or 0 * ${iterations})`;
const requests = `sum by (run) (rate(k6_http_reqs_total{${selector}}[$window]))`;

function percentile(quantile: number): string {
  return latencyQuantile(quantile, { by: 'run', selector, range: '$window' });
}

export const probeRatePanel: Panel = {
  id: 'probe-rate',
  title: 'Offered and served by each probe',
  help: 'Offered: iterations that were due, including dropped ones. Served: requests answered as expected. If served stays below offered, the probe exceeded the capacity of its size.',
  unit: 'per-second',
  queries: [
    { expr: `${iterations} + ${dropped}`, legend: 'offered' },
    {
      expr: `sum by (run) (rate(k6_http_reqs_total{${selector}, expected_response="true"}[$window]))`,
      legend: 'served',
    },
    bound.servedBounds,
  ],
};

export const probeLatencyPanel: Panel = {
  id: 'probe-latency',
  title: 'Latency of each probe',
  help: 'Duration of HTTP requests as users see it, or the wait for a connection where that is longer, from the merged histograms of all generators. It rises steeply if a probe exceeds the capacity.',
  unit: 'seconds',
  queries: [
    { expr: percentile(0.5), legend: 'p50' },
    { expr: percentile(0.95), legend: 'p95' },
    { expr: percentile(0.99), legend: 'p99' },
    bound.latencyBounds,
  ],
};

export const probeErrorsPanel: Panel = {
  id: 'probe-errors',
  title: 'Failed requests of each probe',
  help: 'Requests that failed or were answered with an unexpected status, as a share of all requests of the probe.',
  unit: 'share',
  queries: [
    {
      expr: `(sum by (run) (rate(k6_http_reqs_total{${selector}, expected_response="false"}[$window])) or 0 * ${requests}) / (${requests} > 0)`,
      legend: 'failed',
    },
    bound.errorBounds,
  ],
};

export const probeDroppedPanel: Panel = {
  id: 'probe-dropped',
  title: 'Load that was not offered',
  help: 'Dropped iterations as a share of those that were due. If it exceeds 1 % in a probe whose objectives held, the probe is invalid: it had too few virtual users. A dashed red line is the bound of an objective for the delivered share.',
  unit: 'share',
  queries: [
    { expr: `${dropped} / (${iterations} + ${dropped} > 0)`, legend: 'dropped' },
    bound.droppedShareBounds,
  ],
  thresholds: { warning: 0.001, critical: 0.01 },
};

export const probeUsersPanel: Panel = {
  id: 'probe-virtual-users',
  title: 'Virtual users of each probe',
  help: 'Busy and allocated virtual users, over all generators of the probe.',
  unit: 'count',
  queries: [
    { expr: `sum by (run) (k6_vus{${selector}})`, legend: 'busy' },
    { expr: `sum by (run) (k6_vus_max{${selector}})`, legend: 'allocated' },
  ],
};
