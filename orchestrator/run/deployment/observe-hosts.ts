// Makes hosts ready for a run: its networks, and what observes what will be placed there. Prometheus is on the first of them, and asks
// the agents of the others over the observers' network.
import { agentPort } from '../../../node-image/contract/agent-protocol.ts';
import { AgentClient } from '../../agent/agent-client.ts';
import type { Host, Hosts } from '../../cluster/host.ts';
import type { ObservedHost } from '../../cluster/observed-host.ts';
import type { Network, NewNetwork, RunningContainer } from '../../engine/engine.ts';
import { NETADMIN_IMAGE, PRESSURE_IMAGE } from '../../image-names.ts';
import {
  AGENT_ALIAS,
  agentSpec,
  launchObservers,
  nodeOn,
  type Observers,
  type ObserversOptions,
} from '../../metrics/observers.ts';
import { TopolabError } from '../../errors.ts';
import { gateUrl, type ObserversNetwork } from '../../metrics/observers-network.ts';
import { AGENT_ADDRESS } from '../../metrics/scrape-targets.ts';
import { type FindProcesses, NetAdmin } from '../../net-admin/net-admin.ts';
import { hostNeeds, needsNetAdmin, pressedGroups, writesControlGroups } from '../../plan/host-needs.ts';
import { providePressureVolume } from '../../pressure/pressure-volume.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { runLabels } from '../identity/run-labels.ts';

export interface Observation {
  /** Prometheus is on the first. */
  readonly hosts: Hosts<ObservedHost>;
  /** The run's own, where its nodes are. */
  readonly network: Network;
  readonly observers: ObserversNetwork;
  /** The address of the first host's agent in the run's network. */
  readonly agentAddress: string;
  /** Those without which the run is not measured, by container id: `The agent`. */
  readonly observerNames: ReadonlyMap<string, string>;
  /** Those on the first host that don't come back by themselves, or an agent of the stack's. The agent first: Prometheus is on its network interfaces. */
  readonly leadIds: readonly string[];
  /** Of the program that presses on nodes from within; undefined where no fault does. */
  readonly pressureVolume: string | undefined;
  /** What the run launched that is no node: observers and helpers. */
  readonly helpers: readonly Helper[];
}

export interface Helper {
  readonly node: string;
  readonly role: string;
  readonly host: ObservedHost;
  readonly container: RunningContainer;
}

/** A host on which a run may be observed: its kernel can do what the scenario asks. */
interface ReadyHost {
  readonly host: Host;
  /** Known once there is an agent. */
  agent: AgentClient | undefined;
  readonly netAdmin: NetAdmin | undefined;
  readonly pressureVolume: string | undefined;
}

/** The containers of the agent and Prometheus on the first host, the run's own or the stack's. */
interface LeadObservers {
  readonly own: Observers | undefined;
  readonly agentId: string;
  /** The agent's addresses in the run's network and in the observers'. */
  readonly agentAddress: string;
  readonly gateAddress: string;
}

type RunNetworks = readonly [NewNetwork, NewNetwork];

/** Launches what observes the run, or connects the stack's. Fails with `kernel-lacks` before anything else is made. */
export async function observeHosts(options: DeploymentOptions): Promise<Observation> {
  const { hosts } = options;
  // First of all, for a kernel may not be able to do what is asked.
  const ready = await Promise.all(hosts.map((host) => makeReady(host, options)));
  const networks = await makeNetworks(hosts, options);
  const [network, closed] = networks;
  const found = await observeLead(hosts[0], networks, options);
  await using opened = new AsyncDisposableStack();
  const [lead, ...others] = await Promise.all(
    ready.map(async (each, place) => {
      const isLead = place === 0;
      const launched = isLead ? undefined : await launchAgent(each.host, networks, options);
      const id = launched?.id ?? found.agentId;
      each.agent = opened.use(await AgentClient.connect(each.host.engine, id, options.run, options.signal));
      return {
        ...each.host,
        agent: each.agent,
        scrapedAt: isLead ? AGENT_ADDRESS : `${launched?.addresses[closed.id]}:${agentPort}`,
        netAdmin: each.netAdmin,
        clock: await each.agent.readClock(),
        agentContainer: launched ?? found.own?.agent,
      };
    }),
  );
  if (lead === undefined) throw new TopolabError('observe a run without hosts', { code: 'bug' });
  await lead.agent.openGate(found.gateAddress);
  opened.move();
  const prometheus = found.own?.prometheus;
  return {
    hosts: [lead, ...others],
    network,
    observers: { ...closed, gateUrl: gateUrl(found.gateAddress) },
    agentAddress: found.agentAddress,
    pressureVolume: ready[0]?.pressureVolume,
    leadIds: prometheus === undefined ? [found.agentId] : [found.agentId, prometheus.id],
    observerNames: new Map([
      [found.agentId, 'The agent'],
      ...(prometheus === undefined ? [] : [[prometheus.id, 'Prometheus'] as const]),
      ...others.map((host) => [host.agentContainer?.id ?? '', `The agent of ${host.name}`] as const),
    ]),
    helpers: [lead, ...others].flatMap((host) => helpersOn(host, host === lead ? prometheus : undefined)),
  };

  function helpersOn(
    host: ObservedHost & { readonly agentContainer: RunningContainer | undefined },
    prometheus: RunningContainer | undefined,
  ): readonly Helper[] {
    const otherHost = host.name === hosts[0].name ? undefined : host.name;
    const containers = { agent: host.agentContainer, prometheus, netadmin: host.netAdmin?.container };
    return Object.entries(containers).flatMap(([role, container]) =>
      container === undefined ? [] : [{ node: nodeOn(role, otherHost), role, host, container }],
    );
  }
}

async function makeReady(host: Host, options: DeploymentOptions): Promise<ReadyHost> {
  const ready: { agent: AgentClient | undefined } = { agent: undefined };
  const processesOf: FindProcesses = async (ids) => (await ready.agent?.processesOf(ids)) ?? new Map();
  const netAdmin = await launchNetAdmin(host, processesOf, options);
  const pressureVolume = await providePressure(host, options);
  return Object.assign(ready, { host, netAdmin, pressureVolume });
}

async function makeNetworks(hosts: Hosts, { run, scenario }: DeploymentOptions): Promise<RunNetworks> {
  const labels = runLabels(run, scenario.name);
  const spansHosts = hosts.length > 1;
  const { internet } = scenario.network;
  const [{ engine }] = hosts;
  return await Promise.all([
    engine.createNetwork({ name: `topolab-${run}`, labels, internet, spansHosts }),
    engine.createNetwork({ name: `topolab-${run}-observers`, labels, closed: true, spansHosts }),
  ]);
}

async function observeLead(
  { engine }: Host,
  networks: RunNetworks,
  options: DeploymentOptions,
): Promise<LeadObservers> {
  const { sharedObservers, signal } = options;
  const [network, closed] = networks;
  if (sharedObservers === undefined) {
    const own = await launchObservers(engine, observersOptions(networks, options), signal);
    const { id, addresses } = own.agent;
    return {
      own,
      agentId: id,
      agentAddress: addresses[network.id] ?? '',
      gateAddress: addresses[closed.id] ?? '',
    };
  }
  const { agentId } = sharedObservers;
  return {
    own: undefined,
    agentId,
    agentAddress: await engine.connect(network.id, agentId, [AGENT_ALIAS]),
    gateAddress: await engine.connect(closed.id, agentId, [AGENT_ALIAS]),
  };
}

async function launchAgent(
  { name, engine }: Host,
  networks: RunNetworks,
  options: DeploymentOptions,
): Promise<RunningContainer> {
  const spec = agentSpec({ ...observersOptions(networks, options), otherHost: name });
  return await engine.launch(spec, options.signal);
}

function observersOptions(networks: RunNetworks, options: DeploymentOptions): ObserversOptions {
  const { run, scenario, nodeImage, prometheusImage } = options;
  const images = { node: nodeImage, prometheus: prometheusImage };
  return { networks, run, images, labels: runLabels(run, scenario.name) };
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
  const controlGroups = writesControlGroups(scenario) && engine.description.cgroupVersion === 2;
  const spec = { run, image: imageFor(NETADMIN_IMAGE), labels, processesOf, controlGroups };
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
