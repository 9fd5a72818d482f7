// What a run is made of while it lasts: its network, the agent and Prometheus that observe it, and its nodes. Opened once, it can
// carry one load after the other: a run has one, a capacity study many.
import { randomBytes } from 'node:crypto';
import { canaryPort } from '../../../node-image/contract/canary-protocol.ts';
import { clockEnvironment } from '../../../node-image/contract/host-clock.ts';
import type { AccessControl } from '../../access/access-control.ts';
import { CANARY } from '../../access/canary-spec.ts';
import { Credentials } from '../../access/credentials.ts';
import type { AgentClient } from '../../agent/agent-client.ts';
import { clockAhead, tellMovedClocks } from '../../cluster/clocks.ts';
import { Cluster, GENERATOR } from '../../cluster/cluster.ts';
import { NodeNetworks } from '../../cluster/node-networks.ts';
import type { ObservedHost } from '../../cluster/observed-host.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { DelayWatch } from '../../net-admin/delay-watch.ts';
import type { NetAdmin } from '../../net-admin/net-admin.ts';
import { createPrometheusClient, type PrometheusClient } from '../../metrics/prometheus-client.ts';
import { PROMETHEUS_ADDRESS } from '../../metrics/prometheus-config.ts';
import { preloadedGroups, pressedGroups } from '../../plan/host-needs.ts';
import type { Plan } from '../../plan/plan.ts';
import { storageOf } from '../../scenario/groups/storage-of.ts';
import type { Load } from '../../scenario/load/load.ts';
import type { LoadWindow } from '../../load/in-k6/settings.ts';
import { type CopiedFiles, readCopies } from '../../fleet/containers/copied-files.ts';
import { createFleet, type Fleet } from '../../fleet/create-fleet.ts';
import { agentOfHosts } from './agent-of-hosts.ts';
import { awaitFirstSamples, awaitLastSamples, type SamplesAwaited } from './await-samples.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { followScrapes } from '../watch/follow-scrapes.ts';
import { Generators, type GeneratorsOptions } from './generators.ts';
import { requireRoom } from '../needs/host-check.ts';
import { HostWatch } from '../watch/host-watch.ts';
import { launchNodes } from './launch-nodes.ts';
import { type Observation, observeHosts } from './observe-hosts.ts';
import { openAccess } from './open-access.ts';
import { reviveObservers } from './revive-observers.ts';
import { ObserverLoss } from '../watch/observer-loss.ts';
import { runLabels } from '../identity/run-labels.ts';

/** Of what is placed as nodes are, and measures them. */
const MEASURING_ROLES: readonly string[] = [GENERATOR, CANARY];
const CANARY_METRICS = { port: canaryPort, path: '/metrics' };

/**
 * A deployment that stands. Disposing of it ends what accompanies it; its containers are removed with everything else that
 * carries the run's label (removeLeftovers).
 */
export class Deployment implements AsyncDisposable {
  /** Where its containers are. */
  readonly cluster: Cluster<ObservedHost>;
  readonly fleet: Fleet;
  /** Undefined where users have no rights. */
  readonly access: AccessControl | undefined;
  readonly prometheus: PrometheusClient;
  /** Undefined where the scenario shapes no links. */
  readonly delays: DelayWatch | undefined;
  readonly #options: DeploymentOptions;
  readonly #observed: Observation;
  /** Aborts what accompanies the run: the watch on containers, the pushes to the agent. */
  readonly #accompany = new AbortController();
  readonly #loss: ObserverLoss;

  private constructor(
    options: DeploymentOptions,
    observed: Observation,
    credentials: Credentials | undefined,
    copied: CopiedFiles,
  ) {
    const { run, scenario, imageFor, recorder, keepLog, metrics, secrets } = options;
    const { hosts, network, observers, agentAddress, observerNames, helpers, pressureVolume } = observed;
    this.#options = options;
    this.#observed = observed;
    const hasNetAdmin = hosts.some(({ netAdmin }) => netAdmin !== undefined);
    this.delays = !hasNetAdmin
      ? undefined
      : new DelayWatch(
          () => this.#netAdmins.map((netAdmin) => netAdmin.delays()),
          (delays) => {
            for (const { node, askedMs = null, medianMs } of delays)
              metrics.setPacketDelay(node, askedMs, medianMs);
          },
        );
    this.#loss = new ObserverLoss(observerNames, recorder, this.#accompany.signal);
    this.prometheus = createPrometheusClient(async (path) => {
      const { status, body } = await this.agent.http('GET', PROMETHEUS_ADDRESS, path);
      if (status === 502) throw new TopolabError('Prometheus does not answer', { code: 'prometheus-gone' });
      return JSON.parse(body.toString()) as unknown;
    });
    const storages = storageOf(scenario.groups);
    this.cluster = new Cluster(hosts, {
      placement: options.layout.placement,
      generatorHosts: options.layout.generatorHosts,
      zoneOf: (name) => scenario.groups.find((group) => group.name === name)?.zone ?? null,
      storageOf: (group) => storages.get(group),
      environmentOn: ({ clock }) => clockEnvironment(clockAhead(clock, hosts[0].clock)),
      ...(options.isHostGone && { isGone: options.isHostGone }),
    });
    const databasePassword = randomBytes(18).toString('base64url');
    this.fleet = createFleet({
      cluster: this.cluster,
      agent: agentOfHosts(this.cluster),
      agentAddress,
      over: this.#accompany.signal,
      context: {
        run,
        scenario,
        networkId: network.id,
        observersId: observers.id,
        imageFor,
        secrets,
        credentials,
        databasePassword,
        copied,
        pressure:
          pressureVolume === undefined
            ? undefined
            : {
                volume: pressureVolume,
                groups: pressedGroups(scenario),
                preloaded: preloadedGroups(scenario),
              },
      },
      recorder,
      netAdmin: hasNetAdmin ? new NodeNetworks(this.cluster) : undefined,
      neighbours: hosts.length === 1 ? hosts[0].netAdmin : undefined,
      access: { perform: async (change) => this.access?.perform(change) },
      onChange: () => this.access?.nodesChanged(),
      keepLog,
    });
    this.access =
      scenario.access && credentials && openAccess(scenario.access, credentials, this, options, observed);
    for (const { node, role, host, container } of helpers) {
      this.cluster.adopt(container.id, host);
      this.fleet.measured.add({ group: 'observers', node, role }, container);
    }
  }

  /** Of the host that Prometheus is on. Another one after `revive`. */
  get agent(): AgentClient {
    return this.#observed.hosts[0].agent;
  }

  /** Prometheus' clock minus ours, milliseconds. */
  get clockOffsetMs(): number {
    return this.#observed.hosts[0].clock.offsetMs;
  }

  /**
   * A deployment with the plan's initial nodes, all of which Prometheus sees. Where it does not come about, what accompanied it has ended.
   * @param first what is done before any node is launched.
   */
  static async openStanding(
    options: DeploymentOptions,
    plan: Plan,
    first: (deployment: Deployment) => Promise<void> = async () => {},
  ): Promise<Deployment> {
    const { scenario, hosts, layout } = options;
    requireRoom(scenario, plan, hosts, layout.placement, layout.generatorHosts);
    const deployment = await Deployment.open(options);
    try {
      await first(deployment);
      await deployment.launchNodes(plan);
      await deployment.awaitSamples();
      return deployment;
    } catch (error) {
      await deployment[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes the networks, and launches what observes the run or connects the stack's. */
  static async open(options: DeploymentOptions): Promise<Deployment> {
    const { access } = options.scenario;
    const credentials = access && (await Credentials.make(access));
    const copied = await readCopies(options.scenario.groups);
    const deployment = new Deployment(options, await observeHosts(options), credentials, copied);
    options.metrics.tellTimesBy(deployment.clockOffsetMs);
    void deployment.#accompanyRun();
    return deployment;
  }

  /** Aborts when an observer has died, with the error that says so: what goes on from then on is not measured. */
  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** Launches the plan's initial nodes, group after group; services that wait for nobody together. */
  async launchNodes(plan: Plan): Promise<void> {
    await launchNodes(plan, this, this.#options);
    if (this.access !== undefined) await this.access.install();
  }

  /**
   * Generators for these loads, to be prepared and started.
   * @param windows named stretches of the load, by which figures are asked for.
   * @param of `run`: what their samples carry, where it isn't the deployment's. `facts`: of scripts, where one look serves several generators.
   */
  generators(
    loads: readonly Load[],
    windows: readonly LoadWindow[],
    { run = this.#options.run, ...of }: Pick<Partial<GeneratorsOptions>, 'run' | 'facts'> = {},
  ): Generators {
    const { access } = this;
    const { scenario } = this.#options;
    const { network, observers } = this.#observed;
    return new Generators({
      containers: this.cluster,
      agent: this.agent,
      fleet: this.fleet,
      scenario,
      loads,
      windows,
      run,
      networkId: network.id,
      observers,
      labels: runLabels(this.#options.run, scenario.name),
      secrets: this.#options.secrets,
      imageFor: this.#options.imageFor,
      tokenOf: access && ((user) => access.tokenForLoad(user)),
      ...of,
    });
  }

  /** Canaries that see what users are let do, where users have rights. */
  async launchCanaries(plan: Plan): Promise<void> {
    const { access, fleet } = this;
    const { recorder, signal } = this.#options;
    if (access === undefined) return;
    const container = await recorder.step('canaries', () => access.launch(plan, signal));
    fleet.measured.add({ group: 'observers', node: CANARY, role: CANARY }, container, CANARY_METRICS);
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

  /**
   * A host other than the first was lost: the nodes on it count as killed, and the run's record says what went with it.
   * @param atMs when that was, epoch milliseconds.
   * @param isMeasuring whether the load goes on, which generators and canaries measure.
   * @returns whether it can't be measured any more.
   */
  loseHost(name: string, atMs: number, isMeasuring: boolean): boolean {
    const there = this.cluster.lose(name);
    const measures = there.filter(({ role }) => MEASURING_ROLES.includes(role));
    const needed = isMeasuring ? measures.map(({ node }) => node) : [];
    this.fleet.losing.lose(name, atMs, there, needed);
    return needed.length > 0;
  }

  /** Reads the clocks of several hosts again, and warns of those that moved: what was put right by them is no longer right. */
  async compareClocks(): Promise<void> {
    const hosts = this.cluster.there;
    if (hosts.length === 1) return;
    try {
      const now = await Promise.all(hosts.map(({ agent }) => agent.readClock()));
      for (const moved of tellMovedClocks(hosts, now)) this.#options.recorder.warn(moved);
    } catch (error) {
      this.#options.recorder.warn(`read the clocks of all hosts: ${messageOf(error)}`);
    }
  }

  /** Of the hosts that are there. */
  get #netAdmins(): NetAdmin[] {
    return this.cluster.there.flatMap(({ netAdmin }) => netAdmin ?? []);
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
    this.#accompany.abort();
    await reviveObservers(this.#observed, this, this.#options.run, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#accompany.abort();
    // Not awaited: what it waits for may never answer any more.
    void this.fleet.lifecycle.settle();
    this.access?.[Symbol.dispose]();
    await Promise.all(
      this.#observed.hosts.map(async (host) => {
        const { agent } = host;
        if (!this.cluster.lossOf(host).aborted) await agent.forgetRun().catch(() => {});
        await agent[Symbol.asyncDispose]();
      }),
    );
  }

  /** Watches the run's containers and its observers, and keeps the agents' view of the run fresh, until the end. */
  async #accompanyRun(): Promise<void> {
    const { signal } = this.#accompany;
    const { run, recorder } = this.#options;
    const { agent, cluster, fleet } = this;
    const scrapes = {
      run,
      agent,
      isScraped: (node: string) => fleet.measured.isScraped(node),
      warn: (message: string) => recorder.warn(message),
      onGone: () => this.#loss.lose('Prometheus went away'),
    };
    const watches = cluster.hosts.map(
      (host) => new HostWatch({ ...this.#options, host, cluster, fleet, loss: this.#loss, over: signal }),
    );
    await Promise.all([
      ...watches.map((watch) => watch.goOn()),
      followScrapes(scrapes, signal),
      this.delays?.goOn(signal),
    ]);
  }
}
