// What a run is made of while it lasts: its network, the agent and Prometheus that observe it, and its nodes. Opened once, it can
// carry one load after the other: a run has one, a capacity study many.
import { randomBytes } from 'node:crypto';
import { AgentClient } from '../agent/agent-client.ts';
import {
  type ContainerEvent,
  type Engine,
  type ImageIdentity,
  Label,
  type Labels,
  type Network,
} from '../engine/engine.ts';
import { messageOf, TopolabError } from '../errors.ts';
import { needsNetAdmin } from '../faults/needs-net-admin.ts';
import { NetAdmin } from '../faults/net-admin.ts';
import { shapedLinks } from '../faults/shaped-links.ts';
import { NETADMIN_IMAGE } from '../images/image-names.ts';
import { AGENT_ALIAS, launchObservers, type Observers } from '../metrics/observers.ts';
import { gateUrl, type ObserversNetwork } from '../metrics/observers-network.ts';
import { createPrometheusClient, type PrometheusClient } from '../metrics/prometheus-client.ts';
import { PROMETHEUS_ADDRESS } from '../metrics/prometheus-config.ts';
import type { RunMetrics } from '../metrics/run-metrics.ts';
import { containersTarget, hostTarget, orchestratorTarget } from '../metrics/scrape-targets.ts';
import { pause } from '../pause.ts';
import type { Plan } from '../plan/plan.ts';
import type { Load } from '../scenario/load/load.ts';
import type { LoadWindow } from '../load/in-k6/settings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TakenSecrets } from '../secrets/take-secrets.ts';
import { createFleet, type Fleet } from '../fleet/create-fleet.ts';
import type { GroupCount } from '../fleet/roster.ts';
import { AgentFeed } from './agent-feed.ts';
import { awaitFirstSamples, awaitLastSamples, type SamplesAwaited, valueNow } from './await-samples.ts';
import { followScrapes } from './follow-scrapes.ts';
import { Generators } from './generators.ts';
import { ObserverLoss } from './observer-loss.ts';
import type { Recorder } from '../record/recorder.ts';
import { ownerLabel, thisOwner } from './run-owner.ts';

/** The long-lived Prometheus and agent of `topolab stack`, where they are up. */
export interface SharedObservers {
  readonly agentId: string;
}

/** What every deployment of a command has in common. */
export interface DeploymentEnvironment {
  readonly engine: Engine;
  /** Image references as they stand on the engine. */
  readonly imageFor: (image: string) => string;
  readonly nodeImage: string;
  readonly prometheusImage: string;
  readonly sharedObservers: SharedObservers | undefined;
  /** What each image is, for the record. */
  readonly images?: Readonly<Record<string, ImageIdentity>>;
  /** What the scenario's groups and loads are handed. */
  readonly secrets: TakenSecrets;
}

export interface DeploymentOptions extends DeploymentEnvironment {
  /** The run that everything is labelled with. */
  readonly run: string;
  readonly scenario: Scenario;
  readonly recorder: Recorder;
  readonly metrics: RunMetrics;
  /** Called before every push of metrics, to set those that change by themselves. */
  readonly beforePush?: () => void;
  /** Keeps the log of a node that is about to be removed. */
  readonly keepLog: (node: string, log: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Prometheus reads its log when it is started again. */
const READS_ITS_LOG_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

/**
 * A deployment that stands. Disposing of it ends what accompanies it; its containers are removed with everything else that
 * carries the run's label (removeLeftovers).
 */
export class Deployment implements AsyncDisposable {
  /** Another one after `revive`. */
  agent: AgentClient;
  readonly fleet: Fleet;
  readonly prometheus: PrometheusClient;
  /** Engine host's clock minus ours, milliseconds. */
  readonly clockOffsetMs: number;
  readonly #options: DeploymentOptions;
  readonly #network: Network;
  readonly #observers: ObserversNetwork;
  /** The agent first: Prometheus is on its network interfaces. */
  readonly #observerIds: readonly string[];
  readonly #labels: Labels;
  /** Aborts what accompanies the run: the watch on containers, the pushes to the agent. */
  readonly #accompany = new AbortController();
  readonly #loss: ObserverLoss;

  private constructor(
    options: DeploymentOptions,
    network: Network,
    observers: ObserversNetwork,
    observerIds: readonly string[],
    agent: AgentClient,
    clockOffsetMs: number,
    netAdmin: NetAdmin | undefined,
  ) {
    const { engine, run, scenario, imageFor, recorder, keepLog, metrics, secrets } = options;
    const databasePassword = randomBytes(18).toString('base64url');
    this.#options = options;
    this.#network = network;
    this.#observers = observers;
    this.#observerIds = observerIds;
    this.#labels = labelsOf(options);
    this.agent = agent;
    this.clockOffsetMs = clockOffsetMs;
    this.#loss = new ObserverLoss(observerIds, recorder, this.#accompany.signal);
    this.prometheus = createPrometheusClient(async (path) => {
      const { status, body } = await this.agent.http('GET', PROMETHEUS_ADDRESS, path);
      if (status === 502) throw new TopolabError('Prometheus does not answer', { code: 'prometheus-gone' });
      return JSON.parse(body.toString()) as unknown;
    });
    this.fleet = createFleet({
      engine,
      agent,
      context: {
        run,
        scenario,
        networkId: network.id,
        observersId: observers.id,
        imageFor,
        secrets,
        databasePassword,
      },
      recorder,
      netAdmin,
      onChange: (counts) => setGroups(metrics, counts),
      keepLog,
    });
  }

  /** A deployment with the plan's initial nodes, all of which Prometheus sees. Where it does not come about, what accompanied it has ended. */
  static async openStanding(options: DeploymentOptions, plan: Plan): Promise<Deployment> {
    const deployment = await Deployment.open(options);
    try {
      await deployment.launchNodes(plan);
      await deployment.awaitSamples();
      return deployment;
    } catch (error) {
      await deployment[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes the network, and launches what observes the run or connects the stack's. */
  static async open(options: DeploymentOptions): Promise<Deployment> {
    const { engine, run, scenario, sharedObservers, nodeImage, prometheusImage, signal } = options;
    const labels = labelsOf(options);
    const { internet } = scenario.network;
    // First of all, for the kernel may not be able to do what is asked.
    const netAdmin = await launchNetAdmin(options);
    const [network, closed] = await Promise.all([
      engine.createNetwork({ name: `topolab-${run}`, labels, internet }),
      engine.createNetwork({ name: `topolab-${run}-observers`, labels, closed: true }),
    ]);
    let own: Observers | undefined;
    let agentAddress: string;
    if (sharedObservers === undefined) {
      const images = { node: nodeImage, prometheus: prometheusImage };
      own = await launchObservers(engine, { networks: [network, closed], run, images, labels }, signal);
      agentAddress = own.agent.addresses[closed.id] ?? '';
    } else {
      await engine.connect(network.id, sharedObservers.agentId, [AGENT_ALIAS]);
      agentAddress = await engine.connect(closed.id, sharedObservers.agentId, [AGENT_ALIAS]);
    }
    const agentId = own?.agent.id ?? sharedObservers?.agentId ?? '';
    // Those of a stack come back by themselves.
    const observerIds = own === undefined ? [agentId] : [agentId, own.prometheus.id];
    const agent = await AgentClient.connect(engine, agentId, run, signal);
    await agent.openGate(agentAddress);
    const observers = { ...closed, gateUrl: gateUrl(agentAddress) };
    const clockOffsetMs = await agent.clockOffsetMs();
    const deployment = new Deployment(
      options,
      network,
      observers,
      observerIds,
      agent,
      clockOffsetMs,
      netAdmin,
    );
    const helpers = { ...own, ...(netAdmin === undefined ? {} : { netadmin: netAdmin.container }) };
    for (const [node, container] of Object.entries(helpers)) {
      deployment.fleet.measured.add({ group: 'observers', node, role: node }, container);
    }
    void deployment.#accompanyRun();
    return deployment;
  }

  /** Aborts when an observer has died, with the error that says so: what goes on from then on is not measured. */
  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** Launches the plan's initial nodes, group after group. */
  async launchNodes({ initialNodes }: Plan): Promise<void> {
    const { recorder, signal } = this.#options;
    for (const { group, nodes } of initialNodes) {
      if (nodes.length === 0) continue;
      const step = nodes.length === 1 ? `node of ${group}` : `${nodes.length} nodes of ${group}`;
      await recorder.step(step, () => this.fleet.joining.launch(group, nodes, signal));
    }
  }

  /**
   * Generators for these loads, to be prepared and started.
   * @param windows named stretches of the load, by which figures are asked for.
   * @param run what their samples carry, where it isn't the deployment's.
   */
  generators(loads: readonly Load[], windows: readonly LoadWindow[], run = this.#options.run): Generators {
    const { engine, scenario } = this.#options;
    return new Generators({
      engine,
      agent: this.agent,
      fleet: this.fleet,
      scenario,
      loads,
      windows,
      run,
      networkId: this.#network.id,
      observers: this.#observers,
      labels: this.#labels,
      secrets: this.#options.secrets,
    });
  }

  /** Waits until Prometheus sees every container, so that charts and figures cover the load from its start. */
  async awaitSamples(): Promise<void> {
    const { signal, scenario } = this.#options;
    const { measured } = this.fleet;
    // Where every user is served once, the load may be over before Prometheus would have begun to ask the nodes themselves.
    const isShort = scenario.loads.some(({ model }) => model.kind === 'each-node');
    const wanted = {
      containers: measured.containers().length,
      nodes: isShort ? measured.targets().length : 0,
    };
    await awaitFirstSamples(this.#samplesAwaited(signal), wanted);
  }

  /** Waits until every node has told its figures of a moment at or after `sinceMs` (our clock); see `awaitLastSamples`. */
  async awaitLastSamples(sinceMs: number): Promise<void> {
    const { signal } = this.#options;
    await awaitLastSamples(this.#samplesAwaited(signal), this.fleet.measured.targets().length, sinceMs);
  }

  #samplesAwaited(signal: AbortSignal): SamplesAwaited {
    const { run, recorder } = this.#options;
    const { prometheus, clockOffsetMs } = this;
    return { run, prometheus, clockOffsetMs, warn: (message) => recorder.warn(message), signal };
  }

  /**
   * After the engine was away, which ended all containers: starts agent and Prometheus again, so that what was measured can be asked
   * for. Fails where that does not come about within half a minute, or the signal aborts.
   */
  async revive(signal: AbortSignal): Promise<void> {
    const { engine, run } = this.#options;
    const [agentId = ''] = this.#observerIds;
    this.#accompany.abort();
    for (const id of this.#observerIds) await engine.start(id);
    await this.agent[Symbol.asyncDispose]();
    this.agent = await AgentClient.connect(engine, agentId, run, signal);
    const deadline = Date.now() + READS_ITS_LOG_WITHIN_MS;
    // It answers once it has read its log.
    while ((await valueNow(this, 'vector(1)').catch(() => 0)) !== 1) {
      if (Date.now() > deadline)
        throw new TopolabError('start Prometheus again: it does not answer', { code: 'not-revived' });
      await pause(ASK_AGAIN_MS, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#accompany.abort();
    await this.agent.forgetRun().catch(() => {});
    await this.agent[Symbol.asyncDispose]();
  }

  /** Watches the run's containers and its observers, and keeps the agent's view of the run fresh, until the end. */
  async #accompanyRun(): Promise<void> {
    const { signal } = this.#accompany;
    const { engine, run, scenario, recorder, metrics, beforePush } = this.#options;
    const { agent, fleet } = this;
    const { measured } = fleet;
    const labels = { run, scenario: scenario.name };
    const shared = [orchestratorTarget(labels), hostTarget(labels), containersTarget(labels)];
    const warn = (message: string) => recorder.warn(message);
    const onEvent = (event: ContainerEvent): void => {
      fleet.sightings.observe(event);
      this.#loss.seen(event);
    };
    const feed = new AgentFeed({
      agent,
      targets: () => [...shared, ...measured.targets()],
      containers: () => measured.containers(),
      exposition: async () => {
        beforePush?.();
        return await metrics.exposition();
      },
      warn,
      onGone: (cause) => this.#loss.lose('The agent went away', cause),
    });
    const scrapes = {
      run,
      agent,
      isScraped: (node: string) => measured.targets().some(({ labels }) => labels['node'] === node),
      warn,
      onGone: () => this.#loss.lose('Prometheus went away'),
    };
    await Promise.all([
      engine.watch({ [Label.run]: run }, onEvent, signal).catch((error: unknown) => {
        if (!signal.aborted) warn(`watch the run's containers: ${messageOf(error)}`);
      }),
      feed.goOn(signal),
      followScrapes(scrapes, signal),
    ]);
  }
}

/** The helper, where the scenario shapes links or has a large swarm. Fails with `kernel-lacks`. */
async function launchNetAdmin(options: DeploymentOptions): Promise<NetAdmin | undefined> {
  const { engine, run, scenario, imageFor, signal } = options;
  if (!needsNetAdmin(scenario)) return undefined;
  const spec = { run, image: imageFor(NETADMIN_IMAGE), labels: labelsOf(options) };
  const netAdmin = await NetAdmin.launch(engine, spec, signal);
  await netAdmin.checkKernel(shapedLinks(scenario));
  return netAdmin;
}

/** What everything that a run makes carries. */
export function runLabels(run: string, scenario: string): Labels {
  return { [Label.run]: run, [Label.scenario]: scenario, [Label.owner]: ownerLabel(thisOwner()) };
}

function labelsOf({ run, scenario }: DeploymentOptions): Labels {
  return runLabels(run, scenario.name);
}

function setGroups(metrics: RunMetrics, counts: readonly GroupCount[]): void {
  for (const { group, limits, link, ...states } of counts) {
    metrics.setGroupNodes(group, states);
    metrics.setGroupLimits(group, limits);
    metrics.setGroupLink(group, link);
  }
}
