// What observes a run: the agent, which reads every container's counters and tells what to scrape, and a Prometheus. A run
// without a stack launches its own; the stack launches one that outlives runs.
import { agentEnvironment } from '../../node-image/contract/agent-environment.ts';
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
import { observersAlias } from './observers-network.ts';
import { AGENT_ADDRESS } from './scrape-targets.ts';

/** Name of the agent in every network that it is connected to. */
export const AGENT_ALIAS = 'agent';
/** Where the stack's Prometheus can be asked, and not be written to: a name that exists on the stack's own network alone. */
export const READER_ALIAS = 'topolab-reader';

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

export interface ObserversOptions {
  /** Networks that the agent is in: the run's, where the nodes are, and the observers' own. */
  readonly networks: readonly [Network, ...Network[]];
  /** The run's id, or `stack`. */
  readonly run: string;
  readonly images: { readonly node: string; readonly prometheus: string };
  /** Further labels on both containers, such as the scenario. */
  readonly labels?: Labels;
  /** A volume that keeps Prometheus' data. Default: data goes with the container. */
  readonly volume?: string;
  /** The host that the agent is on, where it is another than Prometheus': it is scraped over the last of the networks. */
  readonly otherHost?: string;
  /** Whether what is on the first network may ask Prometheus, through the agent. Default: nobody but the agent may. */
  readonly readers?: boolean;
  /** Default `no`. */
  readonly restart?: 'no' | 'unless-stopped';
}

export interface Observers {
  readonly agent: RunningContainer;
  readonly prometheus: RunningContainer;
}

/** Launches one after the other, for Prometheus needs the agent's interfaces. Where it fails, the agent is removed before the error is thrown. */
export async function launchObservers(
  engine: Engine,
  options: ObserversOptions,
  signal?: AbortSignal,
): Promise<Observers> {
  const agent = await engine.launch(agentSpec(options), signal);
  try {
    return { agent, prometheus: await engine.launch(prometheusSpec(options), signal) };
  } catch (error) {
    await engine.remove(agent.id);
    throw error;
  }
}

/** The agent: it sees the counters of the host's processes and cgroups, and nothing of their files nor of the Docker API. */
export function agentSpec(options: ObserversOptions): ContainerSpec {
  const name = nodeOn(AGENT_ALIAS, options.otherHost);
  return {
    ...common(options, 'agent'),
    image: options.images.node,
    env: agentEnvironment.write({
      cgroupRoot: '/host/cgroup',
      ...(options.readers && { readerHost: READER_ALIAS }),
      ...(options.otherHost !== undefined && { scrapeHost: observersAlias(name) }),
    }),
    command: ['agent'],
    cpus: null,
    memoryBytes: AGENT_MEMORY_BYTES,
    network: {
      id: options.networks[0].id,
      aliases: options.readers ? [name, READER_ALIAS] : [name],
    },
    alsoIn: options.networks.slice(1).map(({ id }) => ({
      id,
      aliases: options.otherHost === undefined ? [name] : [name, observersAlias(name)],
    })),
    hostPid: true,
    // Everybody may read the counters in /proc and the cgroup files. What else is there of a process (its files, memory, environment) is for
    // its own user, so the agent's is one that nobody else has: not the nodes' either.
    hardened: true,
    user: AGENT_USER,
    pidsLimit: 128,
    mounts: [{ kind: 'bind', source: '/sys/fs/cgroup', path: '/host/cgroup', readOnly: true }],
  };
}

/**
 * Prometheus has no network of its own: it shares the agent's interfaces and listens on loopback, so that only the agent can ask it or
 * write to it, while it reaches whatever the agent reaches. It runs as its image's own user, who owns the folder of its data; a new
 * volume there takes that owner over.
 */
export function prometheusSpec(options: ObserversOptions): ContainerSpec {
  const config = prometheusConfig({ serviceDiscoveryUrl: `http://${AGENT_ADDRESS}/targets` });
  const { volume } = options;
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
    networkOf: containerName(options, 'agent'),
    files: [
      { path: PROMETHEUS_CONFIG_PATH, content: config },
      { path: PROMETHEUS_RULES_PATH, content: rulesYaml() },
    ],
    ...(volume === undefined
      ? {}
      : { mounts: [{ kind: 'volume' as const, volume, path: PROMETHEUS_DATA_PATH }] }),
  };
}

function common(
  options: ObserversOptions,
  role: 'agent' | 'prometheus',
): Pick<ContainerSpec, 'name' | 'labels' | 'restart' | 'cpuWeight'> {
  return {
    name: containerName(options, role),
    labels: {
      ...options.labels,
      [Label.run]: options.run,
      [Label.group]: 'observers',
      [Label.node]: nodeOn(role, options.otherHost),
      [Label.role]: role,
    },
    restart: options.restart ?? 'no',
    cpuWeight: CPU_WEIGHT,
  };
}

function containerName({ run, otherHost }: ObserversOptions, role: 'agent' | 'prometheus'): string {
  return `topolab-${run}-${nodeOn(role, otherHost)}`;
}

/** What an observer or helper is called that stands on each host: by its name alone on the host of Prometheus. */
export function nodeOn(name: string, otherHost: string | undefined): string {
  return otherHost === undefined ? name : `${name}-${otherHost}`;
}
