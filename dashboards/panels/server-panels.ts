// What servers, their balancer and their store say about themselves.
import type { Panel } from './panel.ts';

const store = 'run=~"$run", role="store"';

export const balancerQueuePanel: Panel = {
  id: 'balancer-queue',
  title: 'Balancer queue',
  help: 'Requests that wait in the balancer because no server can take them.',
  unit: 'count',
  queries: [
    {
      expr: 'sum by (run, node, proxy) (haproxy_backend_current_queue{run=~"$run"})',
      legend: '{{node}} {{proxy}}',
      needs: ['balancer'],
    },
  ],
  thresholds: { warning: 1, critical: 100 },
};

export const balancerSessionsPanel: Panel = {
  id: 'balancer-sessions',
  title: 'Requests at each server',
  help: 'Requests that the balancer has sent to each server and that are not answered yet.',
  unit: 'count',
  queries: [
    {
      expr: 'sum by (run, server) (haproxy_server_current_sessions{run=~"$run"})',
      legend: '{{server}}',
      needs: ['balancer'],
    },
  ],
};

export const balancerSharePanel: Panel = {
  id: 'balancer-responses',
  title: 'Answers of each server',
  help: 'Responses per second of each server as the balancer counts them: how evenly the load is spread.',
  unit: 'per-second',
  queries: [
    {
      expr: 'sum by (run, server) (rate(haproxy_server_http_responses_total{run=~"$run"}[$window]))',
      legend: '{{server}}',
      needs: ['balancer'],
    },
  ],
};

export const balancerServersPanel: Panel = {
  id: 'balancer-servers',
  title: 'Servers known to the balancer',
  help: 'Servers by their state in the balancer; only servers that are UP get new requests.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'sum by (run, state) (haproxy_server_status{run=~"$run"}) > 0',
      legend: '{{state}}',
      needs: ['balancer'],
    },
  ],
};

export const storeCpuPanel: Panel = {
  id: 'store-cpu',
  title: 'Store CPU',
  help: 'CPU that the store uses, and its limit if it has one. A store at its limit slows down every server that shares it.',
  unit: 'cores',
  queries: [
    {
      expr: `sum by (run, node) (rate(container_cpu_usage_seconds_total{${store}}[$window]))`,
      legend: '{{node}}',
      needs: ['store'],
    },
    {
      expr: `sum by (run, node) (container_spec_cpu_cores{${store}})`,
      legend: '{{node}} limit',
      needs: ['store', 'store-cpu-limit'],
    },
  ],
};

export const serverRequestsPanel: Panel = {
  id: 'server-in-flight',
  title: 'Requests in flight',
  help: 'Requests that each server is working on, as the server counts them.',
  unit: 'count',
  queries: [
    {
      expr: 'sum by (run, node) (topolab_http_requests_in_flight{run=~"$run"})',
      legend: '{{node}}',
      needs: ['server'],
    },
  ],
};

export const serverLatencyPanel: Panel = {
  id: 'server-latency',
  title: 'Time inside the servers, p95',
  help: 'Time within which the servers answered 95 % of the requests of each route, as measured by the servers. Users also wait in queues and on the network.',
  unit: 'seconds',
  queries: [
    {
      expr: 'histogram_quantile(0.95, sum by (run, route, le) (rate(topolab_http_request_duration_seconds_bucket{run=~"$run", route!~"/metrics|/ready|/healthz"}[$window])))',
      legend: '{{route}}',
      needs: ['server'],
    },
  ],
};

export const eventLoopPanel: Panel = {
  id: 'server-event-loop',
  title: 'Event loop delay, p99',
  help: 'Delay of each server’s event loop: an early sign of too little CPU.',
  unit: 'seconds',
  queries: [
    {
      expr: 'max by (run, node) (nodejs_eventloop_lag_p99_seconds{run=~"$run", role="server"})',
      legend: '{{node}}',
      needs: ['server'],
    },
  ],
};

export const recordsWrittenPanel: Panel = {
  id: 'records-written',
  title: "The run's own records",
  help: 'Records that Topolab itself writes, acknowledged and failed. After the load each acknowledged one is read back: the report says what was lost.',
  unit: 'per-second',
  queries: ['acknowledged', 'failed'].map((result) => ({
    expr: `sum by (run) (rate(topolab_records_written_total{run=~"$run", result="${result}"}[$window]))`,
    legend: result,
    needs: ['records'] as const,
  })),
};
