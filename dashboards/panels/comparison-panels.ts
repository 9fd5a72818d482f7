// Several runs side by side, each condensed to one figure over the time range: runs at different times can't be laid over each
// other in Grafana, but such figures can be compared whenever they ran. `$__range` is Grafana's time range.
import { latencyQuantile } from './latency-quantile.ts';
import type { Panel, PanelNeed } from './panel.ts';

/** Nodes under test: not the generators, nor what Topolab itself runs to observe them. */
const nodes = 'run=~"$run", role!~"generator|agent|prometheus"';
const requests = 'sum by (run) (increase(k6_http_reqs_total{run=~"$run"}[$__range]))';
const served =
  '(sum by (run) (increase(k6_http_reqs_total{run=~"$run", expected_response="true"}[$__range])) or 0 * sum by (run) (increase(k6_http_reqs_total{run=~"$run"}[$__range])))';
const dropped = `(sum by (run) (increase(k6_dropped_iterations_total{run=~"$run"}[$__range])) or 0 * ${requests})`;

/** One bar a run. */
export function figure(panel: Omit<Panel, 'queries'>, expr: string, needs: readonly PanelNeed[] = []): Panel {
  return { ...panel, queries: [{ expr, legend: '{{run}}', needs }] };
}

function percentile(percent: number): Panel {
  return figure(
    {
      id: `compare-p${percent}`,
      title: `Latency p${percent}`,
      help: `The time within which ${percent} % of all requests of the run were answered, slow phases included.`,
      unit: 'seconds',
    },
    latencyQuantile(percent / 100, {
      by: 'run',
      selector: 'run=~"$run"',
      gained: 'increase',
      range: '$__range',
    }),
  );
}

export const servedComparison: readonly Panel[] = [
  figure(
    {
      id: 'compare-served',
      title: 'Highest served rate',
      help: 'The most requests answered as expected per second, as a mean over 15 s.',
      unit: 'per-second',
    },
    'max_over_time(sum by (run) (rate(k6_http_reqs_total{run=~"$run", expected_response="true"}[15s]))[$__range:5s])',
  ),
  percentile(95),
  percentile(99),
  figure(
    {
      id: 'compare-errors',
      title: 'Failed requests',
      help: 'Requests that failed or were answered with an unexpected status, as a share of all requests of the run.',
      unit: 'share',
      thresholds: { warning: 0.001, critical: 0.01 },
    },
    `(${requests} - ${served}) / (${requests} > 0)`,
  ),
  figure(
    {
      id: 'compare-availability',
      title: 'Availability',
      help: 'Requests answered as expected as a share of all that were due; dropped iterations count as due and not served.',
      unit: 'share',
      max: 1,
    },
    `${served} / (${requests} + ${dropped} > 0)`,
  ),
  figure(
    {
      id: 'compare-operations',
      title: 'Operations served',
      help: 'Requests answered as expected within the time range. The other figures refer to these.',
      unit: 'count',
    },
    served,
  ),
];

export const costComparison: readonly Panel[] = [
  figure(
    {
      id: 'compare-bytes',
      title: 'Bytes sent for each operation',
      help: 'Bytes that all nodes under test sent, to users and to each other, for each operation served.',
      unit: 'bytes',
    },
    `sum by (run) (increase(container_network_transmit_bytes_total{${nodes}}[$__range])) / (${served} > 0)`,
  ),
  figure(
    {
      id: 'compare-cpu',
      title: 'CPU-seconds for a million operations',
      help: 'CPU time that all nodes under test used for a million operations served. CPU used between operations counts too.',
      unit: 'count',
    },
    `1e6 * sum by (run) (increase(container_cpu_usage_seconds_total{${nodes}}[$__range])) / (${served} > 0)`,
  ),
  figure(
    {
      id: 'compare-memory',
      title: 'Memory of all nodes',
      help: 'The largest working set of all nodes under test together.',
      unit: 'bytes',
    },
    `max_over_time(sum by (run) (container_memory_working_set_bytes{${nodes}})[$__range:5s])`,
  ),
];
