// Whether the measurement can be believed: the host, the generators, and what Topolab itself costs.
import type { Panel } from './panel.ts';

const host = 'sum by (run, host) (rate(node_cpu_seconds_total{run=~"$run"}[$window]))';

function hostMode(modes: string): string {
  return `sum by (run, host) (rate(node_cpu_seconds_total{run=~"$run", mode=~"${modes}"}[$window])) / ${host}`;
}

export const generatorCpuPanel: Panel = {
  id: 'generator-cpu',
  title: 'Generator CPU',
  help: 'CPU that each load generator uses, and its limit if it has one. A generator at its limit measures itself instead of the system.',
  unit: 'cores',
  queries: [
    {
      expr: 'sum by (run, node) (rate(container_cpu_usage_seconds_total{run=~"$run", role="generator"}[$window]))',
      legend: '{{node}}',
    },
    {
      expr: 'sum by (run, node) (container_spec_cpu_cores{run=~"$run", role="generator"})',
      legend: '{{node}} limit',
      needs: ['generator-cpu-limit'],
    },
  ],
};

export const hostCpuPanel: Panel = {
  id: 'host-cpu',
  title: 'Host CPU',
  help: 'Busy: share of a host’s CPU in use. Stolen: share that its hypervisor gave to other machines. If a host is full, figures of single nodes mean little.',
  unit: 'share',
  max: 1,
  queries: [
    { expr: `1 - ${hostMode('idle|iowait')}`, legend: '{{host}} busy' },
    { expr: hostMode('steal'), legend: '{{host}} stolen' },
  ],
  thresholds: { warning: 0.8, critical: 0.95 },
};

export const hostMemoryPanel: Panel = {
  id: 'host-memory',
  title: 'Host memory',
  help: 'Share of a host’s memory that is not available to new work.',
  unit: 'share',
  max: 1,
  queries: [
    {
      expr: '1 - sum by (run, host) (node_memory_MemAvailable_bytes{run=~"$run"}) / sum by (run, host) (node_memory_MemTotal_bytes{run=~"$run"})',
      legend: '{{host}} in use',
    },
  ],
  thresholds: { warning: 0.8, critical: 0.95 },
};

export const hostNetworkPanel: Panel = {
  id: 'host-network',
  title: 'Host network',
  help: 'Bytes that each host receives (in) and sends (out), by interface; those that only join its own containers are left out. Topolab does not know how much its line carries.',
  unit: 'bytes-per-second',
  queries: [
    {
      expr: 'sum by (run, host, device) (rate(node_network_receive_bytes_total{run=~"$run"}[$window]))',
      legend: '{{host}} {{device}} in',
    },
    {
      expr: 'sum by (run, host, device) (rate(node_network_transmit_bytes_total{run=~"$run"}[$window]))',
      legend: '{{host}} {{device}} out',
    },
  ],
};

export const observerCpuPanel: Panel = {
  id: 'observer-cpu',
  title: 'Cost of observing',
  help: 'CPU that Topolab’s own containers and the orchestrator use while measuring.',
  unit: 'cores',
  style: 'area',
  queries: [
    {
      expr: 'sum by (run, node) (rate(container_cpu_usage_seconds_total{run=~"$run", role=~"agent|prometheus"}[$window]))',
      legend: '{{node}}',
    },
    {
      expr: 'sum by (run) (rate(process_cpu_seconds_total{run=~"$run", role="orchestrator"}[$window]))',
      legend: 'orchestrator',
    },
  ],
};

export const actionLagPanel: Panel = {
  id: 'action-lag',
  title: 'Lateness of actions',
  help: 'How much later than planned the actions of the timeline started, over the run so far.',
  unit: 'seconds',
  queries: [
    {
      expr: 'histogram_quantile(0.5, sum by (run, le) (topolab_action_lag_seconds_bucket{run=~"$run"}))',
      legend: 'p50',
      needs: ['action'],
    },
    {
      expr: 'histogram_quantile(0.99, sum by (run, le) (topolab_action_lag_seconds_bucket{run=~"$run"}))',
      legend: 'p99',
      needs: ['action'],
    },
  ],
};
