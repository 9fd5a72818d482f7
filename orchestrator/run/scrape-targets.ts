// What Prometheus scrapes, as entries of HTTP service discovery. Every node gives two: its own exposition, and its container's
// counters, which the agent reads. Both carry the same labels, so a query joins them without a mapping.
import type { ScrapeTarget } from '../agent/agent-client.ts';
import type { RunningContainer } from '../engine/engine.ts';

/** TCP port on which the agent answers Prometheus. */
const AGENT = 'agent:9700';

export interface NodeLabels {
  readonly group: string;
  readonly node: string;
  readonly role: string;
}

/** The counters of a container, read by the agent. */
export function containerTarget(labels: NodeLabels, { id, pid }: RunningContainer): ScrapeTarget {
  return {
    targets: [AGENT],
    labels: {
      ...labels,
      job: 'container',
      instance: labels.node,
      __metrics_path__: `/containers/${id}/metrics`,
      __param_pid: String(pid),
    },
  };
}

/** A node's own exposition. The address, not the name: the stack's Prometheus may be in networks of several runs. */
export function nodeTarget(
  labels: NodeLabels,
  { address }: RunningContainer,
  metrics: { readonly port: number; readonly path: string },
): ScrapeTarget {
  return {
    targets: [`${address}:${metrics.port}`],
    labels: { ...labels, job: 'node', instance: labels.node, __metrics_path__: metrics.path },
  };
}

/** The orchestrator's own metrics as last pushed, and the counters of the engine's host. */
export function runTargets(run: string): ScrapeTarget[] {
  return [
    {
      targets: [AGENT],
      labels: {
        job: 'orchestrator',
        instance: 'orchestrator',
        group: 'orchestrator',
        node: 'orchestrator',
        role: 'orchestrator',
        __metrics_path__: `/runs/${run}/metrics`,
      },
    },
    {
      targets: [AGENT],
      labels: {
        job: 'host',
        instance: 'host',
        group: 'host',
        node: 'host',
        role: 'host',
        __metrics_path__: '/host/metrics',
      },
    },
  ];
}

/** Adds the labels that every sample of a run carries. */
export function withRun(targets: readonly ScrapeTarget[], run: string, scenario: string): ScrapeTarget[] {
  return targets.map(({ targets: addresses, labels }) => ({
    targets: addresses,
    labels: { run, scenario, ...labels },
  }));
}
