// The nodes under test: how many there are, and how much of what they were given they use.
import type { Panel } from './panel.ts';

/** Nodes under test: not the generators, nor what Topolab itself runs to observe them. */
const nodes = 'run=~"$run", role!~"generator|agent|prometheus"';
const byNode = 'sum by (run, group, node)';
const cpuUse = `${byNode} (rate(container_cpu_usage_seconds_total{${nodes}}[$window]))`;
const periods = `${byNode} (rate(container_cpu_cfs_periods_total{${nodes}}[$window]))`;
const throttledPeriods = `${byNode} (rate(container_cpu_cfs_throttled_periods_total{${nodes}}[$window]))`;

export const groupNodesPanel: Panel = {
  id: 'group-nodes',
  title: 'Nodes',
  help: 'Nodes of each group that are ready, starting, leaving, or stopped by a fault.',
  unit: 'count',
  style: 'step',
  queries: [
    {
      expr: 'sum by (run, group) (topolab_group_nodes{run=~"$run", state="ready"})',
      legend: '{{group}} ready',
    },
    {
      expr: 'sum by (run, group) (topolab_group_nodes{run=~"$run", state=~"starting|down|leaving"})',
      legend: '{{group}} starting, down or leaving',
    },
  ],
};

export const cpuSharePanel: Panel = {
  id: 'cpu-share',
  title: 'CPU, share of limit',
  help: 'CPU use of each node as a share of its limit. A node near 100 % can’t take any more load.',
  unit: 'share',
  queries: [
    {
      expr: `${cpuUse} / ${byNode} (container_spec_cpu_cores{${nodes}})`,
      legend: '{{node}}',
      needs: ['cpu-limit'],
    },
  ],
  thresholds: { warning: 0.8, critical: 0.95 },
};

export const throttledPanel: Panel = {
  id: 'throttled-share',
  title: 'CPU throttled',
  help: 'Share of scheduler periods in which the CPU limit kept a node from running. This is the sign of a saturated server, even if its average CPU use is below the limit.',
  unit: 'share',
  max: 1,
  queries: [
    // A node that sleeps has no periods at all: nothing was held back.
    {
      expr: `${throttledPeriods} / (${periods} > 0) or 0 * ${periods}`,
      legend: '{{node}}',
      needs: ['cpu-limit'],
    },
  ],
  thresholds: { warning: 0.25, critical: 0.75 },
};

export const cpuCoresPanel: Panel = {
  id: 'cpu-cores',
  title: 'CPU',
  help: 'CPU that each node uses, in cores.',
  unit: 'cores',
  queries: [{ expr: cpuUse, legend: '{{node}}' }],
};

export const memorySharePanel: Panel = {
  id: 'memory-share',
  title: 'Memory, share of limit',
  help: 'Working set of each node as a share of its memory limit. At 100 % the kernel kills the node.',
  unit: 'share',
  max: 1,
  queries: [
    {
      expr: `${byNode} (container_memory_working_set_bytes{${nodes}}) / ${byNode} (container_spec_memory_limit_bytes{${nodes}})`,
      legend: '{{node}}',
      needs: ['memory-limit'],
    },
  ],
  thresholds: { warning: 0.8, critical: 0.95 },
};

export const memoryBytesPanel: Panel = {
  id: 'memory-bytes',
  title: 'Memory',
  help: 'Working set of each node: memory that the kernel can’t easily reclaim.',
  unit: 'bytes',
  queries: [{ expr: `${byNode} (container_memory_working_set_bytes{${nodes}})`, legend: '{{node}}' }],
};

export const networkPanel: Panel = {
  id: 'network',
  title: 'Network',
  help: 'Bytes that each node receives (in) and sends (out), over all of its interfaces.',
  unit: 'bytes-per-second',
  queries: [
    {
      expr: `${byNode} (rate(container_network_receive_bytes_total{${nodes}}[$window]))`,
      legend: '{{node}} in',
    },
    {
      expr: `${byNode} (rate(container_network_transmit_bytes_total{${nodes}}[$window]))`,
      legend: '{{node}} out',
    },
  ],
};

/** A limit that has just been lowered counts once no byte of before is left in the range of the rate; no limit is +Inf. */
function linkShare(counter: string, direction: string): string {
  const limit = `topolab_link_bytes_per_second{run=~"$run", direction="${direction}"}[$window]`;
  return `${byNode} (rate(${counter}{${nodes}}[$window])) / on (run, group) group_left () (max by (run, group) (max_over_time(${limit})) < +Inf)`;
}

export const linkSharePanel: Panel = {
  id: 'link-share',
  title: 'Link, share of rate',
  help: 'Bytes that each node sends (uplink) and receives (downlink) as a share of its link’s rate, if it is limited. Rates are of payload, but the bytes include headers, so a full link shows 100 to 105 %.',
  unit: 'share',
  queries: [
    {
      expr: linkShare('container_network_transmit_bytes_total', 'uplink'),
      legend: '{{node}} uplink',
      needs: ['link-rate'],
    },
    {
      expr: linkShare('container_network_receive_bytes_total', 'downlink'),
      legend: '{{node}} downlink',
      needs: ['link-rate'],
    },
  ],
  thresholds: { warning: 0.8, critical: 0.95 },
};

export const cpuTimePanel: Panel = {
  id: 'cpu-time',
  title: 'CPU time so far',
  help: 'CPU time that each node has used since it started. Reports take the difference from the start of the load to the end of the run.',
  unit: 'seconds',
  queries: [{ expr: `${byNode} (container_cpu_usage_seconds_total{${nodes}})`, legend: '{{node}}' }],
};

export const sentBytesPanel: Panel = {
  id: 'sent-bytes-total',
  title: 'Bytes sent so far',
  help: 'Bytes that each node has sent since it started, to users, to other nodes and to Prometheus. Reports take the difference from the start of the load to the end of the run.',
  unit: 'bytes',
  queries: [{ expr: `${byNode} (container_network_transmit_bytes_total{${nodes}})`, legend: '{{node}}' }],
};

export const outOfMemoryPanel: Panel = {
  id: 'out-of-memory',
  title: 'Out-of-memory kills',
  help: 'Processes that the kernel killed in each node because its memory limit was reached, since the node started.',
  unit: 'count',
  style: 'step',
  queries: [{ expr: `${byNode} (container_oom_events_total{${nodes}})`, legend: '{{node}}' }],
  thresholds: { warning: 1, critical: 1 },
};
