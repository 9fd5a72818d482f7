// What Prometheus shall scrape for a run, as entries of HTTP service discovery, and the labels that every sample gets:
// `run`, `scenario`, `group`, `node`, `role`, `host` and `job`, and `zone` where the group has one. `instance` is made from `node` (prometheus-config.ts), for the address
// says nothing where the agent answers for another.
import { agentPort, type ScrapeTarget } from '../../node-image/contract/agent-protocol.ts';

/** Where the agent serves Prometheus, which shares its network interfaces; those of other hosts are at addresses of the observers' network. */
export const AGENT_ADDRESS = `127.0.0.1:${agentPort}`;

export interface RunLabels {
  readonly run: string;
  readonly scenario: string;
}

export interface NodeLabels extends RunLabels {
  readonly group: string;
  readonly node: string;
  /** server, balancer, store, generator; agent and prometheus for what observes the run. */
  readonly role: string;
  /** Name of the host that it runs on. */
  readonly host: string;
  /** Of its group; absent = none. */
  readonly zone?: string;
}

/**
 * CPU, memory and network counters of all containers of a run on a host, read by its agent. One target, whose exposition says itself
 * which node each series is of: Prometheus takes up to 5 s to follow a change of targets, and a node that joins shall
 * be seen at once.
 */
export function containersTarget({ run, scenario }: RunLabels, agentAddress = AGENT_ADDRESS): ScrapeTarget {
  return target('containers', agentAddress, `/runs/${run}/containers/metrics`, { run, scenario });
}

/** Prometheus' jobs for what it scrapes from the run's network, and from what is ours on the observers' one. */
export const NODES_JOB = 'nodes';
export const BALANCERS_JOB = 'balancers';

/**
 * A node's own exposition. Give its address and not a name: a Prometheus that serves several runs is in all of their
 * networks, where the same name may stand for different nodes.
 */
export function nodeTarget(
  labels: NodeLabels,
  address: string,
  metrics: { readonly port: number; readonly path: string },
): ScrapeTarget {
  return target(NODES_JOB, `${address}:${metrics.port}`, metrics.path, pick(labels));
}

/** The exposition of a balancer of ours, at its address on the observers' network: what it says of servers is believed. */
export function balancerTarget(
  labels: NodeLabels,
  address: string,
  metrics: { readonly port: number; readonly path: string },
): ScrapeTarget {
  return target(BALANCERS_JOB, `${address}:${metrics.port}`, metrics.path, pick(labels));
}

/** The orchestrator's own metrics. No `group`: its metrics have a label of that name themselves. */
export function orchestratorTarget({ run, scenario }: RunLabels): ScrapeTarget {
  const labels = { run, scenario, node: 'orchestrator', role: 'orchestrator' };
  return target('orchestrator', AGENT_ADDRESS, `/runs/${run}/metrics`, labels);
}

/** CPU, load and memory of a host, which its agent tells. */
export function hostTarget(
  { run, scenario }: RunLabels,
  host: string,
  agentAddress = AGENT_ADDRESS,
): ScrapeTarget {
  const labels = { run, scenario, group: 'host', node: 'host', role: 'host', host };
  return target('host', agentAddress, '/host/metrics', labels);
}

function target(
  job: string,
  address: string,
  path: string,
  labels: Readonly<Record<string, string>>,
): ScrapeTarget {
  return { targets: [address], labels: { job, __metrics_path__: path, ...labels } };
}

// Callers pass richer objects, and every field here would become a label.
function pick({
  run,
  scenario,
  group,
  node,
  role,
  host,
  zone,
}: NodeLabels): Readonly<Record<string, string>> {
  return { run, scenario, group, node, role, host, ...(zone !== undefined && { zone }) };
}
