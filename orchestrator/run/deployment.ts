// What a run is made of while it lasts: its network, the agent and Prometheus that observe it, and its nodes. Opened once, it can
// carry one load after the other: a run has one, a capacity study many.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentClient, type GateRefusal } from '../agent/agent-client.ts';
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
import { ScrapeWatch } from '../metrics/scrape-watch.ts';
import type { RunMetrics } from '../metrics/run-metrics.ts';
import {
  BALANCERS_JOB,
  containersTarget,
  hostTarget,
  NODES_JOB,
  orchestratorTarget,
} from '../metrics/scrape-targets.ts';
import type { Plan } from '../plan/plan.ts';
import type { Load } from '../scenario/load/load.ts';
import type { LoadWindow } from '../load/in-k6/settings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TakenSecrets } from '../secrets/take-secrets.ts';
import { createFleet, type Fleet } from '../fleet/create-fleet.ts';
import type { GroupCount } from '../fleet/roster.ts';
import { Generators } from './generators.ts';
import type { Recorder } from '../record/recorder.ts';
import { ownerLabel, thisOwner } from './run-owner.ts';
import { patient } from '../patience.ts';

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

/** Targets and the orchestrator's metrics go to the agent this often; it is the interval of scrapes as well. */
const PUSH_INTERVAL_MS = 1000;
/** Prometheus is asked this often how its scrapes go. */
const LOOK_INTERVAL_MS = 2000;
const LOOK_WITHIN_MS = 5000;
/** Failures in a row that mean that an observer has gone, and not that it is late. */
const FAILURES_OF_THE_GONE = 5;
/** Prometheus takes up to 5 s to follow a change of targets, and two scrapes to tell a rate. */
const FIRST_SAMPLES_WITHIN_MS = 20_000;
const LAST_SAMPLES_WITHIN_MS = 15_000;
const READS_ITS_LOG_WITHIN_MS = 30_000;

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
  readonly #lost = new AbortController();
  /** What the gate refused and was told, by node and reason. */
  readonly #refused = new Set<string>();
  /** Aborts what accompanies the run: the watch on containers, the pushes to the agent. */
  readonly #accompany = new AbortController();
  /** What the agent knows already, as JSON. */
  readonly #sent = new Map<string, string>();

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
    const agent = await AgentClient.connect(engine, agentId, run);
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
    void deployment.#watchScrapes();
    return deployment;
  }

  /** Aborts when an observer has died, with the error that says so: what goes on from then on is not measured. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  #lose(what: string, cause?: unknown): void {
    if (this.#accompany.signal.aborted || this.#lost.signal.aborted) return;
    const { offsetMs } = this.#options.recorder;
    const when = offsetMs === null ? 'before the load began' : `at ${(offsetMs / 1000).toFixed(1)} s`;
    this.#lost.abort(
      new TopolabError(`${what} ${when}: from then on the run was not measured`, {
        code: 'observer-lost',
        hint: "The generators' own summaries and the nodes' logs are in the run folder.",
        cause,
      }),
    );
  }

  /** Takes in what the engine saw of the run's containers, its observers among them. */
  #seen(event: ContainerEvent): void {
    this.fleet.sightings.observe(event);
    const { kind, containerId, exitCode } = event;
    // Those of a stack don't carry this run's label, and are seen by their silence.
    const place = this.#observerIds.indexOf(containerId);
    if (place === -1 || kind === 'started') return;
    const name = place === 0 ? 'The agent' : 'Prometheus';
    this.#lose(
      kind === 'out-of-memory' ? `${name} ran out of memory` : `${name} ended with exit code ${exitCode}`,
    );
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

  /** Waits until Prometheus can tell a rate for every container, so that charts and figures cover the load from its start. */
  async awaitSamples(): Promise<void> {
    const { signal, recorder, run, scenario } = this.#options;
    const wanted = this.fleet.measured.containers().length;
    // Where every user is served once, the load may be over before Prometheus would have begun to ask the nodes themselves.
    const isShort = scenario.loads.some(({ model }) => model.kind === 'each-node');
    const wantedNodes = isShort ? this.fleet.measured.targets().length : 0;
    const deadline = Date.now() + patient(FIRST_SAMPLES_WITHIN_MS);
    const count = async (series: string, samples: number): Promise<number> =>
      this.#valueNow(`count(count_over_time(${series}[10s]) >= ${samples})`);
    let found = 0;
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      found = await count(`container_cpu_usage_seconds_total{run="${run}"}`, 2);
      const nodes = found < wanted ? 0 : await count(scraped(run), 1);
      if (found >= wanted && nodes >= wantedNodes) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    recorder.warn(`Prometheus has samples of ${found} of ${wanted} containers; the others start unobserved.`);
  }

  /**
   * Waits until every node has told its figures of a moment at or after `sinceMs` (our clock), for 15 s at most: on a host whose
   * CPU was full, scrapes come late or not at all, and what was counted last would be missing. A run that is cut short does not wait.
   */
  async awaitLastSamples(sinceMs: number): Promise<void> {
    const { signal, recorder, run } = this.#options;
    const wanted = this.fleet.measured.targets().length;
    const nodes = scraped(run);
    const sinceSeconds = (sinceMs + this.clockOffsetMs) / 1000;
    const expr = `count((timestamp(${nodes}) >= ${sinceSeconds}) and (${nodes} == 1))`;
    const deadline = Date.now() + patient(LAST_SAMPLES_WITHIN_MS);
    let found = 0;
    while (Date.now() < deadline && !signal.aborted) {
      // Whether Prometheus answers at all is for those to say who need its answers.
      found = await this.#valueNow(expr).catch(() => 0);
      if (found >= wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    if (signal.aborted) return;
    recorder.warn(
      `Prometheus has last samples of ${found} of ${wanted} nodes; totals of the others may be too low.`,
    );
  }

  /**
   * After the engine was away, which ended all containers: starts agent and Prometheus again, so that what was measured can be asked
   * for. Fails where that does not come about within half a minute.
   */
  async revive(): Promise<void> {
    const { engine, run } = this.#options;
    const [agentId = ''] = this.#observerIds;
    this.#accompany.abort();
    for (const id of this.#observerIds) await engine.start(id);
    await this.agent[Symbol.asyncDispose]();
    this.agent = await AgentClient.connect(engine, agentId, run);
    const deadline = Date.now() + READS_ITS_LOG_WITHIN_MS;
    // It answers once it has read its log.
    while ((await this.#valueNow('vector(1)').catch(() => 0)) !== 1) {
      if (Date.now() > deadline)
        throw new TopolabError('start Prometheus again: it does not answer', { code: 'not-revived' });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** Of an expression that gives one; 0 where it gives none. */
  async #valueNow(expr: string): Promise<number> {
    const atSeconds = (Date.now() + this.clockOffsetMs) / 1000;
    return (await this.prometheus.queryInstant(expr, atSeconds))[0]?.value ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#accompany.abort();
    await this.agent.forgetRun().catch(() => {});
    await this.agent[Symbol.asyncDispose]();
  }

  /** Watches containers and keeps the agent's view of the run fresh until the end. */
  async #accompanyRun(): Promise<void> {
    const { signal } = this.#accompany;
    const { engine, run, recorder } = this.#options;
    const watching = engine
      .watch({ [Label.run]: run }, (event) => this.#seen(event), signal)
      .catch((error: unknown) => {
        if (!signal.aborted) recorder.warn(`watch the run's containers: ${messageOf(error)}`);
      });
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#push();
        failures = 0;
      } catch (error) {
        failures++;
        // One late push costs one sample, a lost agent the measurement.
        if (failures === FAILURES_OF_THE_GONE && !signal.aborted) {
          if (isGone(error)) this.#lose('The agent went away', error);
          else recorder.warn(`push metrics to the agent: ${messageOf(error)}`);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PUSH_INTERVAL_MS));
    }
    await watching;
  }

  async #push(): Promise<void> {
    const { agent, fleet } = this;
    const { run, scenario, metrics, beforePush } = this.#options;
    const labels = { run, scenario: scenario.name };
    const shared = [orchestratorTarget(labels), hostTarget(labels), containersTarget(labels)];
    await this.#sendIfNew('targets', [...shared, ...fleet.measured.targets()], (targets) =>
      agent.setTargets(targets),
    );
    await this.#sendIfNew('containers', fleet.measured.containers(), (containers) =>
      agent.setContainers(containers),
    );
    beforePush?.();
    this.#tellRefused(await agent.pushMetrics(await metrics.exposition()));
  }

  /** Samples that a generator's script made up, or too many of them: the figures lack them. */
  #tellRefused(refusals: readonly GateRefusal[]): void {
    for (const { node, reason } of refusals) {
      const message = `Samples of ${node} were not taken: ${reason}.`;
      if (this.#refused.has(message)) continue;
      this.#refused.add(message);
      this.#options.recorder.warn(message);
    }
  }

  /** Names nodes whose metrics Prometheus can't take, and finds out when there is no Prometheus any more. */
  async #watchScrapes(): Promise<void> {
    const { signal } = this.#accompany;
    const { run, recorder } = this.#options;
    const isScraped = (node: string) =>
      this.fleet.measured.targets().some(({ labels }) => labels['node'] === node);
    const watch = new ScrapeWatch({ run, isScraped, warn: (message) => recorder.warn(message) });
    let answered = false;
    let failures = 0;
    while (!signal.aborted) {
      const look = { timeoutMs: LOOK_WITHIN_MS, signal };
      const seen = await this.agent
        .http('GET', PROMETHEUS_ADDRESS, '/api/v1/targets?state=active', look)
        .catch(() => undefined);
      if (seen?.status === 200) {
        answered = true;
        failures = 0;
        watch.take(JSON.parse(seen.body.toString()));
        // Nobody listens there. One that is slow or stopped takes connections all the same.
      } else if (seen?.status === 502 && answered) failures++;
      if (failures === FAILURES_OF_THE_GONE) this.#lose('Prometheus went away');
      await sleep(LOOK_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #sendIfNew<T>(what: string, value: T, send: (value: T) => Promise<void>): Promise<void> {
    const text = JSON.stringify(value);
    if (this.#sent.get(what) === text) return;
    await send(value);
    this.#sent.set(what, text);
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

/** Whether each node and balancer of the run could be scraped. */
function scraped(run: string): string {
  return `up{run="${run}", job=~"${NODES_JOB}|${BALANCERS_JOB}"}`;
}

/** What everything that a run makes carries. */
export function runLabels(run: string, scenario: string): Labels {
  return { [Label.run]: run, [Label.scenario]: scenario, [Label.owner]: ownerLabel(thisOwner()) };
}

function labelsOf({ run, scenario }: DeploymentOptions): Labels {
  return runLabels(run, scenario.name);
}

function isGone(error: unknown): boolean {
  return error instanceof TopolabError && error.code === 'agent-lost';
}

function setGroups(metrics: RunMetrics, counts: readonly GroupCount[]): void {
  for (const { group, limits, link, ...states } of counts) {
    metrics.setGroupNodes(group, states);
    metrics.setGroupLimits(group, limits);
    metrics.setGroupLink(group, link);
  }
}
