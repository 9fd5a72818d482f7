// What observes a run: the agent, which reads every container's counters and tells what to scrape, and a Prometheus. A run
// without a stack launches its own; the stack launches one that outlives runs.
import { rulesYaml } from '../../dashboards/rules/rules-yaml.ts';
import {
  type ContainerSpec,
  type Engine,
  Label,
  type Labels,
  type Network,
  type RunningContainer,
} from '../engine/engine.ts';
import {
  PROMETHEUS_CONFIG_PATH,
  PROMETHEUS_DATA_PATH,
  PROMETHEUS_RULES_PATH,
  prometheusArguments,
  prometheusConfig,
} from './prometheus-config.ts';
import { AGENT_ADDRESS } from './scrape-targets.ts';

export const PROMETHEUS_PORT = 9090;
/** Names of the two in every network that they are connected to; runs connect the stack's containers under them. */
export const AGENT_ALIAS = 'agent';
export const PROMETHEUS_ALIAS = 'prometheus';

/**
 * Observers take a few per cent of a core, but among a hundred nodes that fill the host an equal share is less: without it a run of
 * 100 peers had next to no samples.
 */
const CPU_WEIGHT = 20;
/** Must be the one that node-image/Dockerfile compiles the program for. */
const AGENT_USER = '64999:64999';
const MiB = 2 ** 20;
const GiB = 2 ** 30;
/** Six containers were seen to give 700 series and to take 30 MiB: this is room for a few hundred nodes. */
const PROMETHEUS_MEMORY_BYTES = GiB;
const AGENT_MEMORY_BYTES = 256 * MiB;

export interface ObservatoryOptions {
  readonly network: Network;
  /** The run's id, or `stack`. */
  readonly run: string;
  readonly images: { readonly node: string; readonly prometheus: string };
  /** Further labels on both containers, such as the scenario. */
  readonly labels?: Labels;
  /** A volume that keeps Prometheus' data. Default: data goes with the container. */
  readonly volume?: string;
  /** Publish Prometheus on this port of loopback; 0 = any free one. Default: not published. */
  readonly publish?: { readonly prometheusPort: number };
  /** Default `no`. */
  readonly restart?: 'no' | 'unless-stopped';
}

export interface Observatory {
  readonly agent: RunningContainer;
  readonly prometheus: RunningContainer;
}

/** Launches both at once. Where one fails, the other is removed before the error is thrown. */
export async function launchObservatory(
  engine: Engine,
  options: ObservatoryOptions,
  signal?: AbortSignal,
): Promise<Observatory> {
  const launches = await Promise.allSettled([
    engine.launch(agentSpec(options), signal),
    engine.launch(prometheusSpec(options), signal),
  ]);
  const [agent, prometheus] = launches;
  if (agent.status === 'fulfilled' && prometheus.status === 'fulfilled') {
    return { agent: agent.value, prometheus: prometheus.value };
  }
  const launched = launches.filter((launch) => launch.status === 'fulfilled');
  await Promise.all(launched.map((launch) => engine.remove(launch.value.id)));
  throw launches.find((launch) => launch.status === 'rejected')?.reason;
}

/** The agent: it sees the counters of the host's processes and cgroups, and nothing of their files nor of the Docker API. */
export function agentSpec(options: ObservatoryOptions): ContainerSpec {
  return {
    ...common(options, 'agent'),
    image: options.images.node,
    env: { CGROUP_ROOT: '/host/cgroup' },
    command: ['agent'],
    cpus: null,
    memoryBytes: AGENT_MEMORY_BYTES,
    network: { id: options.network.id, aliases: [AGENT_ALIAS] },
    hostPid: true,
    // Everybody may read the counters in /proc and the cgroup files. What else is there of a process (its files, memory, environment) is for
    // its own user, so the agent's is one that nobody else has: not the nodes' either.
    hardened: true,
    user: AGENT_USER,
    pidsLimit: 128,
    mounts: [{ kind: 'bind', source: '/sys/fs/cgroup', path: '/host/cgroup', readOnly: true }],
  };
}

/** Prometheus runs as its image's own user, who owns the folder of its data; a new volume there takes that owner over. */
export function prometheusSpec(options: ObservatoryOptions): ContainerSpec {
  const config = prometheusConfig({ serviceDiscoveryUrl: `http://${AGENT_ADDRESS}/targets` });
  const { volume, publish } = options;
  return {
    ...common(options, 'prometheus'),
    image: options.images.prometheus,
    // Collect garbage harder near the limit, rather than be killed at it.
    env: { GOMEMLIMIT: String(Math.round(PROMETHEUS_MEMORY_BYTES * 0.8)) },
    command: prometheusArguments(
      volume === undefined
        ? { retentionDays: 2, retentionBytes: 2 * GiB }
        : { retentionDays: 30, retentionBytes: 5 * GiB },
    ),
    cpus: null,
    memoryBytes: PROMETHEUS_MEMORY_BYTES,
    capabilities: [],
    network: { id: options.network.id, aliases: [PROMETHEUS_ALIAS] },
    files: [
      { path: PROMETHEUS_CONFIG_PATH, content: config },
      { path: PROMETHEUS_RULES_PATH, content: rulesYaml() },
    ],
    ...(volume === undefined
      ? {}
      : { mounts: [{ kind: 'volume' as const, volume, path: PROMETHEUS_DATA_PATH }] }),
    ...(publish === undefined
      ? {}
      : { publish: [{ containerPort: PROMETHEUS_PORT, hostPort: publish.prometheusPort }] }),
  };
}

function common(
  options: ObservatoryOptions,
  role: 'agent' | 'prometheus',
): Pick<ContainerSpec, 'name' | 'labels' | 'restart' | 'cpuWeight'> {
  return {
    name: `topolab-${options.run}-${role}`,
    labels: {
      ...options.labels,
      [Label.run]: options.run,
      [Label.group]: 'observatory',
      [Label.node]: role,
      [Label.role]: role,
    },
    restart: options.restart ?? 'no',
    cpuWeight: CPU_WEIGHT,
  };
}
