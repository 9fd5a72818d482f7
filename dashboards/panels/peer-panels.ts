// Nodes that help each other: who gives bytes to whom, how messages spread, who is connected to whom, and what is left of the service
// while nodes come and go.
import type { Panel } from './panel.ts';

const byNode = 'sum by (run, group, node)';

function bytes(by: string, labels: string, range: '' | '[$window]'): string {
  const series = `topolab_file_bytes_total{run=~"$run", ${labels}}${range}`;
  return `sum by (${by}) (${range === '' ? series : `rate(${series})`})`;
}

/** Clients count what they fetch as peers do; a client that only asks a server has no bytes from peers. */
export const fileBytesPanel: Panel = {
  id: 'file-bytes',
  title: 'Bytes of files',
  help: 'Bytes of files per second that each node receives (down) from other peers and from servers, and sends to other peers (up).',
  unit: 'bytes-per-second',
  queries: [
    {
      expr: bytes('run, group, node, from', 'direction="down"', '[$window]'),
      legend: '{{node}} down from {{from}}',
      needs: ['peer-files'],
    },
    {
      expr: bytes('run, group, node', 'direction="up"', '[$window]'),
      legend: '{{node}} up',
      needs: ['peer-files'],
    },
  ],
};

export const fileSourcesPanel: Panel = {
  id: 'file-sources',
  title: 'Where files come from',
  help: 'Bytes of files per second that all nodes receive, by source: other peers or servers. What peers send, servers don’t have to.',
  unit: 'bytes-per-second',
  style: 'area',
  queries: [
    {
      expr: bytes('run, from', 'direction="down"', '[$window]'),
      legend: 'from {{from}}',
      needs: ['peer-files'],
    },
  ],
};

export const fileBytesTotalPanel: Panel = {
  id: 'file-bytes-total',
  title: 'Bytes of files so far',
  help: 'Bytes of files that each node has received (down) and sent (up) since it started. It shows which nodes do most of the work.',
  unit: 'bytes',
  queries: [
    {
      expr: bytes('run, group, node, direction, from', 'direction="down"', ''),
      legend: '{{node}} down from {{from}}',
      needs: ['peer-files'],
    },
    {
      expr: bytes('run, group, node, direction', 'direction="up"', ''),
      legend: '{{node}} up',
      needs: ['peer-files'],
    },
  ],
};

export const fileDownloadPanel: Panel = {
  id: 'file-download-time',
  title: 'Download time',
  help: 'Time from the first request for a file until its last byte is verified, mean over the files of each node. A line begins when the node has its first file.',
  unit: 'seconds',
  style: 'step',
  queries: [
    {
      expr: `${byNode} (topolab_file_download_seconds_sum{run=~"$run"}) / (${byNode} (topolab_file_download_seconds_count{run=~"$run"}) > 0)`,
      legend: '{{node}}',
      needs: ['peer-files'],
    },
  ],
};

export const filesCompletePanel: Panel = {
  id: 'files-complete',
  title: 'Complete copies',
  help: 'Complete copies of files on all nodes of each group, including seeders. It drops when a node with a copy leaves.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'sum by (run, group) (topolab_files_complete{run=~"$run"})',
      legend: '{{group}}',
      needs: ['peer-files'],
    },
  ],
};

export const fileFailuresPanel: Panel = {
  id: 'file-fetch-failures',
  title: 'Downloads given up',
  help: 'Downloads of files that were given up so far: by all nodes together, and by each such node with the reason.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'sum by (run) (topolab_file_fetches_failed_total{run=~"$run"})',
      legend: 'all nodes',
      needs: ['peer-files'],
    },
    {
      expr: 'sum by (run, group, node, reason) (topolab_file_fetches_failed_total{run=~"$run"}) > 0',
      legend: '{{node}} {{reason}}',
      needs: ['peer-files'],
    },
  ],
};

export const connectionsPanel: Panel = {
  id: 'peer-connections',
  title: 'Connections',
  help: 'Other nodes that each node is connected to: neighbours for messages and records, connections for files.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: `${byNode} (topolab_neighbours{run=~"$run"})`,
      legend: '{{node}} neighbours',
      needs: ['peer-events'],
    },
    {
      expr: `${byNode} (topolab_peer_connections{run=~"$run"})`,
      legend: '{{node}} for files',
      needs: ['peer-files'],
    },
  ],
};

export const firstNeighbourPanel: Panel = {
  id: 'first-neighbour',
  title: 'Time to the first neighbour',
  help: 'Time until each node was connected to a first other one: from its start for messages and records, from joining the swarm for files.',
  unit: 'seconds',
  style: 'step',
  queries: [
    {
      expr: 'max by (run, group, node) (topolab_time_to_first_neighbour_seconds{run=~"$run"})',
      legend: '{{node}}',
      needs: ['peer-events'],
    },
    {
      expr: 'max by (run, group, node) (topolab_file_time_to_first_neighbour_seconds{run=~"$run"} > 0)',
      legend: '{{node}} for files',
      needs: ['peer-files'],
    },
  ],
};

export const networkPartsPanel: Panel = {
  id: 'network-parts',
  title: 'Parts of the network',
  help: 'Number of parts of the network without a connection between them, when it was last checked. 1 means that the network is connected; nodes in different parts can’t reach each other.',
  unit: 'count',
  style: 'step',
  queries: [{ expr: 'max by (run) (topolab_network_parts{run=~"$run"})', legend: 'parts', needs: ['peers'] }],
  thresholds: { warning: 2, critical: 3 },
};

export const networkConnectedPanel: Panel = {
  id: 'network-connected',
  title: 'Time to a connected network',
  help: 'Time until every node could reach every other one through its neighbours. It counts from the moment when all initial nodes were ready, or from the start of the load if nodes only connect then.',
  unit: 'seconds',
  style: 'step',
  queries: [
    {
      expr: 'max by (run) (topolab_time_to_connected_network_seconds{run=~"$run"})',
      legend: 'connected',
      needs: ['peers'],
    },
  ],
};

function deliveryPercentile(quantile: number): string {
  return `histogram_quantile(${quantile}, sum by (run, le) (rate(topolab_event_delivery_seconds_bucket{run=~"$run"}[$window])))`;
}

export const eventDeliveryPanel: Panel = {
  id: 'event-delivery',
  title: 'Propagation of messages',
  help: 'Time from publishing a message to its arrival at each other peer. Each receiver counts once, so one receiver in a hundred waits longer than p99.',
  unit: 'seconds',
  queries: [
    { expr: deliveryPercentile(0.5), legend: 'p50', needs: ['peer-events'] },
    { expr: deliveryPercentile(0.95), legend: 'p95', needs: ['peer-events'] },
    { expr: deliveryPercentile(0.99), legend: 'p99', needs: ['peer-events'] },
  ],
};

const received = 'sum by (run) (rate(topolab_events_received_total{run=~"$run", role="peer"}[$window]))';
const published = 'sum by (run) (rate(topolab_events_published_total{run=~"$run", role="peer"}[$window]))';
const heard =
  '(sum by (run, node) (rate(topolab_events_received_total{run=~"$run", role="peer"}[$window])) + sum by (run, node) (rate(topolab_events_published_total{run=~"$run", role="peer"}[$window])))';
/** Neither newcomers nor those that have gone, of whom the window holds only a part. */
const allTheWhile =
  'and on (run, node) topolab_events_received_total{run=~"$run", role="peer"} and on (run, node) topolab_events_received_total{run=~"$run", role="peer"} offset $window';

export const deliverySharePanel: Panel = {
  id: 'event-delivery-share',
  title: 'Delivered messages',
  help: 'Share of all published messages that a peer has, including its own: mean over the peers that were there for the last few seconds. Messages in transit make it fluctuate around 100 %.',
  unit: 'share',
  queries: [
    {
      expr: `avg by (run) (${heard} ${allTheWhile}) / (${published} > 0)`,
      legend: 'delivered',
      needs: ['peer-events'],
    },
  ],
};

export const duplicatesPanel: Panel = {
  id: 'event-duplicates',
  title: 'Duplicates for each message',
  help: 'Duplicate messages that peers receive for each new one: the cost of reliable delivery in traffic.',
  unit: 'count',
  queries: [
    {
      expr: `sum by (run) (rate(topolab_events_duplicate_total{run=~"$run"}[$window])) / (${received} > 0)`,
      legend: 'duplicates',
      needs: ['peer-events'],
    },
  ],
};

export const transactionsPanel: Panel = {
  id: 'transactions-applied',
  title: 'Transactions applied',
  help: 'Transactions that each peer has applied, including its own. Lines of peers with the same number coincide; a line below the others is a peer that is behind.',
  unit: 'count',
  queries: [
    {
      expr: `${byNode} (topolab_transactions_applied_total{run=~"$run"})`,
      legend: '{{node}}',
      needs: ['peer-events'],
    },
  ],
};

export const transactionStatesPanel: Panel = {
  id: 'transaction-states',
  title: 'Different sets of transactions',
  help: 'Number of different sets of applied transactions among the peers. There are several while transactions spread; at rest it must be 1.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'count by (run) (count by (run, digest) (topolab_transactions_digest_info{run=~"$run"}))',
      legend: 'sets',
      needs: ['peer-events'],
    },
  ],
};

/**
 * Without `rate`, which needs a longer stretch: a fault that lasts 3 s would be smeared over 5. A counter that k6 has not raised for a
 * while is pushed no more; it stays what it was, or its end would look like fewer operations than none.
 */
function eachSecond(expected: 'true' | 'false'): string {
  const count = (more: string) =>
    `sum by (run) (last_over_time(k6_http_reqs_total{run=~"$run", expected_response="${expected}"}[1d]${more}))`;
  return `((${count('')} - (${count(' offset 2s')} or ${none})) / 2 or ${none})`;
}

const none = '0 * sum by (run) (k6_http_reqs_total{run=~"$run"})';

/**
 * Operations that have waited for 2 s or longer: all that had begun by then, without those that have ended since. Users who hang are in no
 * figure of what has ended, which may be a minute later.
 */
function waiting(since: number): string {
  // Prometheus takes no offset of nothing.
  const count = (what: string, seconds: number) =>
    `sum by (run) (last_over_time(k6_topolab_requests_${what}_total{run=~"$run"}[1d]${seconds === 0 ? '' : ` offset ${seconds}s`}))`;
  return `clamp_min(${count('started', since + 2)} - (${count('ended', since)} or 0 * ${count('started', since + 2)}), 0)`;
}

/** More of them, each second, or fewer. */
const moreWaiting = `((${waiting(0)} - (${waiting(2)} or 0 * ${waiting(0)})) / 2)`;

export const operationsPanel: Panel = {
  id: 'operations-each-second',
  title: 'Operations served and failed',
  help: 'Successful and failed operations per second, over the last two seconds, and the change in operations that have waited for two seconds without an answer. It shows the impact of a fault, and how long it lasted.',
  unit: 'per-second',
  queries: [
    { expr: eachSecond('true'), legend: 'served' },
    { expr: eachSecond('false'), legend: 'failed' },
    { expr: moreWaiting, legend: 'more waiting' },
  ],
};

const answered =
  'sum by (run) (rate(k6_http_req_duration_seconds{run=~"$run", expected_response="true"}[$window]))';

/** The latency objective of the highest percentile: what users call slow. */
const slowBound = 'scalar(max(topolab_objective_bound{run=~"$run", kind="latency"}))';

export const slowOperationsPanel: Panel = {
  id: 'slow-operations',
  title: 'Slow operations',
  help: 'Operations per second that were answered, but later than the latency objective allows (the largest bound, where there are several). The report says for each fault how many it made slow.',
  unit: 'per-second',
  queries: [
    {
      expr: `histogram_count(${answered}) * (1 - histogram_fraction(0, ${slowBound}, ${answered}))`,
      legend: 'slow',
      needs: ['latency-objective'],
    },
  ],
};

const failedOrWaiting = `clamp_min(${eachSecond('false')} + (${moreWaiting} or ${none}), 0)`;

export const availabilityPanel: Panel = {
  id: 'availability',
  title: 'Availability',
  help: 'Successful operations as a share of all that succeeded, failed or began to hang, over the last two seconds. Faults, joins and leaves are marked.',
  unit: 'share',
  max: 1,
  queries: [
    {
      expr: `${eachSecond('true')} / (${eachSecond('true')} + ${failedOrWaiting} > 0)`,
      legend: 'served',
    },
  ],
};
