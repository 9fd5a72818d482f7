// Makes a host ready for a run: its networks, and what observes what will be placed there.
import { AgentClient } from '../agent/agent-client.ts';
import type { Host } from '../cluster/host.ts';
import type { ObservedHost } from '../cluster/observed-host.ts';
import type { Network, RunningContainer } from '../engine/engine.ts';
import { hostNeeds, needsNetAdmin, pressedGroups, slowsSomeDisk } from '../plan/host-needs.ts';
import { type FindProcesses, NetAdmin } from '../net-admin/net-admin.ts';
import { NETADMIN_IMAGE, PRESSURE_IMAGE } from '../image-names.ts';
import { AGENT_ALIAS, launchObservers, type Observers } from '../metrics/observers.ts';
import { gateUrl, type ObserversNetwork } from '../metrics/observers-network.ts';
import { providePressureVolume } from '../pressure/pressure-volume.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import { runLabels } from './run-labels.ts';

export interface HostObservation {
  readonly host: ObservedHost;
  /** The run's own, where its nodes are. */
  readonly network: Network;
  readonly observers: ObserversNetwork;
  /** The agent's address in the run's network. */
  readonly agentAddress: string;
  /** Those that the run launched, or an agent of the stack's. The agent first: Prometheus is on its network interfaces. */
  readonly observerIds: readonly string[];
  /** Of the program that presses on nodes from within; undefined where no fault does. */
  readonly pressureVolume: string | undefined;
  /** What the run launched there that is no node: observers and helpers, by role. */
  readonly helpers: Readonly<Record<string, RunningContainer>>;
}

/** Launches what observes the run, or connects the stack's. Fails with `kernel-lacks` before anything else is made. */
export async function observeHost(host: Host, options: DeploymentOptions): Promise<HostObservation> {
  const { engine } = host;
  const { run, scenario, sharedObservers, nodeImage, prometheusImage, signal } = options;
  const labels = runLabels(run, scenario.name);
  const { internet } = scenario.network;
  // First of all, for the kernel may not be able to do what is asked.
  let agent: AgentClient | undefined;
  const processesOf: FindProcesses = async (ids) => (await agent?.processesOf(ids)) ?? new Map();
  const netAdmin = await launchNetAdmin(host, processesOf, options);
  const pressureVolume = await providePressure(host, options);
  const [network, closed] = await Promise.all([
    engine.createNetwork({ name: `topolab-${run}`, labels, internet }),
    engine.createNetwork({ name: `topolab-${run}-observers`, labels, closed: true }),
  ]);
  let own: Observers | undefined;
  let agentAddress: string;
  let gateAddress: string;
  if (sharedObservers === undefined) {
    const images = { node: nodeImage, prometheus: prometheusImage };
    own = await launchObservers(engine, { networks: [network, closed], run, images, labels }, signal);
    agentAddress = own.agent.addresses[network.id] ?? '';
    gateAddress = own.agent.addresses[closed.id] ?? '';
  } else {
    agentAddress = await engine.connect(network.id, sharedObservers.agentId, [AGENT_ALIAS]);
    gateAddress = await engine.connect(closed.id, sharedObservers.agentId, [AGENT_ALIAS]);
  }
  const agentId = own?.agent.id ?? sharedObservers?.agentId ?? '';
  agent = await AgentClient.connect(engine, agentId, run, signal);
  try {
    await agent.openGate(gateAddress);
    const clockOffsetMs = await agent.clockOffsetMs();
    return {
      host: { ...host, agent, netAdmin, clockOffsetMs },
      network,
      pressureVolume,
      observers: { ...closed, gateUrl: gateUrl(gateAddress) },
      agentAddress,
      // Those of a stack come back by themselves.
      observerIds: own === undefined ? [agentId] : [agentId, own.prometheus.id],
      helpers: { ...own, ...(netAdmin === undefined ? {} : { netadmin: netAdmin.container }) },
    };
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    throw error;
  }
}

/** The helper, where the scenario shapes links or has a large swarm. Fails with `kernel-lacks`. */
async function launchNetAdmin(
  { engine }: Host,
  processesOf: FindProcesses,
  options: DeploymentOptions,
): Promise<NetAdmin | undefined> {
  const { run, scenario, imageFor, signal } = options;
  if (!needsNetAdmin(scenario)) return undefined;
  const labels = runLabels(run, scenario.name);
  const slowsDisks = slowsSomeDisk(scenario) && engine.description.cgroupVersion === 2;
  const spec = { run, image: imageFor(NETADMIN_IMAGE), labels, processesOf, slowsDisks };
  const netAdmin = await NetAdmin.launch(engine, spec, signal);
  await netAdmin.checkKernel(hostNeeds(scenario));
  return netAdmin;
}

/** Where some fault presses on nodes from within. */
async function providePressure(
  { engine }: Host,
  { run, scenario, imageFor, signal }: DeploymentOptions,
): Promise<string | undefined> {
  if (pressedGroups(scenario).length === 0) return undefined;
  const spec = { run, image: imageFor(PRESSURE_IMAGE), labels: runLabels(run, scenario.name) };
  return await providePressureVolume(engine, spec, signal);
}
