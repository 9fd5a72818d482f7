// What accompanies a run on one of its hosts: takes in what happens to containers there, keeps the agent's view of the run fresh, and finds out
// when what observes the run there has died.
import type { Cluster } from '../../cluster/cluster.ts';
import type { ObservedHost } from '../../cluster/observed-host.ts';
import { type ContainerEvent, Label } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import type { Fleet } from '../../fleet/create-fleet.ts';
import type { GroupCount } from '../../fleet/nodes/roster.ts';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { containersTarget, hostTarget, orchestratorTarget } from '../../metrics/scrape-targets.ts';
import { pause } from '../../pause.ts';
import { AgentFeed } from './agent-feed.ts';
import type { DeploymentOptions } from '../options/deployment-options.ts';
import { HelperWatch } from './helper-watch.ts';
import type { ObserverLoss } from './observer-loss.ts';

/** A daemon that ends has its containers end first, and takes so long at most (dockerd's `--shutdown-timeout`). */
const ENDS_WITHIN_MS = 15_000;

export interface HostWatchOptions
  extends Pick<DeploymentOptions, 'run' | 'scenario' | 'recorder' | 'metrics' | 'beforePush' | 'isHostGone'> {
  readonly host: ObservedHost;
  readonly cluster: Cluster<ObservedHost>;
  readonly fleet: Fleet;
  readonly loss: ObserverLoss;
  /** Aborts when nothing is to be watched any more. */
  readonly over: AbortSignal;
}

export class HostWatch {
  readonly #options: HostWatchOptions;
  readonly #isLead: boolean;
  /** Aborts when the watch is over, or the host is lost. */
  readonly #signal: AbortSignal;

  constructor(options: HostWatchOptions) {
    const { host, cluster, over } = options;
    this.#options = options;
    this.#isLead = host === cluster.hosts[0];
    this.#signal = AbortSignal.any([over, cluster.lossOf(host)]);
  }

  /** Resolves when the watch is over, or the host is lost. */
  async goOn(): Promise<void> {
    await Promise.all([this.#watch(), this.#feed().goOn(this.#signal)]);
  }

  async #watch(): Promise<void> {
    const { host, run, recorder, fleet, loss } = this.#options;
    const signal = this.#signal;
    const helper = this.#helperWatch();
    const onEvent = (event: ContainerEvent): void => {
      fleet.sightings.observe(event);
      fleet.backups.observe(event);
      loss.seen(event, this.#wentWithHost);
      void helper?.seen(event);
    };
    await host.engine.watch({ [Label.run]: run }, onEvent, signal).catch((error: unknown) => {
      if (!signal.aborted) recorder.warn(`watch the run's containers: ${messageOf(error)}`);
    });
  }

  #helperWatch(): HelperWatch | undefined {
    const { host, cluster, recorder, fleet, loss } = this.#options;
    const { netAdmin } = host;
    if (netAdmin === undefined) return undefined;
    return new HelperWatch({
      where: cluster.hosts.length === 1 ? '' : ` of ${host.name}`,
      netAdmin,
      applyAgain: () => fleet.faults.applyAgain(),
      recorder,
      lose: (what, cause) =>
        loss.lose(what, {
          cause,
          means: 'its faults could not be undone',
          wentWithHost: this.#wentWithHost,
        }),
      over: this.#signal,
    });
  }

  /** The agent beside Prometheus tells it what to scrape, on every host; each agent reads the counters of its own. */
  #feed(): AgentFeed {
    const { host, run, scenario, cluster, recorder, metrics, fleet, loss, beforePush } = this.#options;
    const { measured } = fleet;
    const labels = { run, scenario: scenario.name };
    const shared = () =>
      cluster.there.flatMap(({ name, scrapedAt }) => [
        hostTarget(labels, name, scrapedAt),
        containersTarget(labels, scrapedAt),
      ]);
    return new AgentFeed({
      agent: host.agent,
      targets: () => (this.#isLead ? [orchestratorTarget(labels), ...shared(), ...measured.targets()] : []),
      containers: () => measured.containers().filter(({ id }) => cluster.hostOf(id) === host),
      exposition: async () => {
        if (!this.#isLead) return '';
        setGroups(metrics, fleet.roster.counts());
        beforePush?.();
        return await metrics.exposition();
      },
      warn: (message) => recorder.warn(message),
      onGone: (cause) =>
        loss.lose(this.#isLead ? 'The agent went away' : `The agent of ${host.name} went away`, {
          cause,
          wentWithHost: this.#wentWithHost,
        }),
    });
  }

  /** Whether what has died there went with its host, and is no loss by itself. */
  readonly #wentWithHost = async (): Promise<boolean> => {
    const { host, isHostGone } = this.#options;
    if (this.#isLead || isHostGone === undefined) return false;
    await pause(ENDS_WITHIN_MS, this.#signal).catch(() => {});
    return this.#signal.aborted || (await isHostGone(host.name));
  };
}

function setGroups(metrics: RunMetrics, counts: readonly GroupCount[]): void {
  for (const { group, limits, link, revisions, ...states } of counts) {
    metrics.setGroupNodes(group, states);
    metrics.setGroupRevisions(group, revisions);
    metrics.setGroupLimits(group, limits);
    metrics.setGroupLink(group, link);
  }
}
