// The orchestrator's own metrics of one run, on a registry of their own. The run code sets them and pushes the exposition
// to the agent, where Prometheus scrapes it.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { distributionBound, type DistributionLinks } from '../distribution/distribution-bounds.ts';
import type { Link } from '../scenario/groups/group.ts';
import { isUntagged, type Objective } from '../scenario/objectives/objective.ts';
import { kindOf } from '../scenario/objectives/objective-kinds.ts';
import { type Action, groupsOf, nameOfChange } from '../plan/plan.ts';
import type { RunEvent } from '../record/event.ts';
import { FaultMetrics } from './fault-metrics.ts';
import { Metric, type RunState } from './metric-names.ts';

// The aim for lag is a p99 of 10 ms, so the buckets are finest around it.
const LAG_BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1, 5];
/**
 * Of more actions than these the earlier ones are not told any more: Prometheus has them by then, for it asks once a second, and each is two series
 * of every push, of which an agent takes 8 MiB.
 */
const MOST_ACTIONS_TOLD = 2000;

const DURATION_BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The default of 10 ms wakes the process a hundred times a second, which was a third of the CPU that a run of 40 nodes took. */
const LOOP_DELAY_PRECISION_MS = 100;

export interface RunMetricsOptions {
  readonly run: string;
  readonly scenario: string;
  /** Milliseconds since 1970. Default: now. */
  readonly startedAtMs?: number;
  /** CPU, memory and event loop of the orchestrator itself. Default true. */
  readonly processMetrics?: boolean;
}

export class RunMetrics {
  readonly #registry = new Registry();
  readonly #offeredRate = this.#gauge(
    Metric.offeredRate,
    'Iterations per second that the scenario asks for',
    ['load'],
  );
  readonly #nodes = this.#gauge(Metric.groupNodes, 'Nodes of a group by state', ['group', 'state']);
  readonly #revisionNodes = this.#gauge(
    Metric.groupRevisionNodes,
    'Nodes of a group that are ready, by what they run',
    ['group', 'revision'],
  );
  readonly #cpuLimit = this.#gauge(Metric.groupCpuLimitCores, 'CPU limit of each node of a group', ['group']);
  readonly #memoryLimit = this.#gauge(Metric.groupMemoryLimitBytes, 'Memory limit of each node of a group', [
    'group',
  ]);
  readonly #linkRate = this.#gauge(Metric.linkBytesPerSecond, 'Rate of the link of each node of a group', [
    'group',
    'direction',
  ]);
  readonly #linkDelay = this.#gauge(Metric.linkDelaySeconds, 'Delay of the link of each node of a group', [
    'group',
  ]);
  readonly #actions = new Counter({
    name: Metric.actionsTotal,
    help: 'Actions that have ended',
    labelNames: ['kind', 'group', 'action', 'result'],
    registers: [this.#registry],
  });
  readonly #actionStarted = this.#gauge(Metric.actionStartedTimestampSeconds, 'When an action started', [
    'kind',
    'group',
    'action',
  ]);
  readonly #actionLag = new Histogram({
    name: Metric.actionLagSeconds,
    help: 'Actual minus planned start of actions',
    buckets: LAG_BUCKETS_SECONDS,
    registers: [this.#registry],
  });
  readonly #actionDuration = new Histogram({
    name: Metric.actionDurationSeconds,
    help: 'From the start of an action to its end',
    labelNames: ['kind'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers: [this.#registry],
  });
  readonly #faults = new FaultMetrics(this.#registry);
  readonly #packetDelay = this.#gauge(
    Metric.packetDelaySeconds,
    'How long packets that reached a node waited',
    ['target', 'asked', 'quantile'],
  );
  readonly #phase = this.#gauge(Metric.phaseInfo, '1 for the current phase', ['phase']);
  readonly #phaseStarted = this.#gauge(Metric.phaseStartedTimestampSeconds, 'When a phase began', ['phase']);
  readonly #recordsWritten = new Counter({
    name: Metric.recordsWrittenTotal,
    help: 'Records that the run itself has written',
    labelNames: ['result'],
    registers: [this.#registry],
  });
  readonly #networkParts = this.#gauge(Metric.networkParts, 'Parts of the network when last looked at', [
    'network',
  ]);
  readonly #networkConnected = this.#gauge(
    Metric.timeToConnectedNetworkSeconds,
    'Until every peer could reach every other one',
    ['network'],
  );
  readonly #distributionBound = this.#gauge(
    Metric.distributionBoundSeconds,
    'Lower bound of the distribution time, from the links',
    ['topology', 'comparable'],
  );
  readonly #receivers = this.#gauge(Metric.distributionReceivers, 'Nodes that want the files', ['topology']);
  readonly #wantedBytes = this.#gauge(
    Metric.distributionWantedBytes,
    'Bytes of the files times the nodes that want them',
    ['topology'],
  );
  readonly #objectiveBound = this.#gauge(Metric.objectiveBound, 'Bound of an objective, in its base unit', [
    'objective',
    'kind',
    'comparison',
    'percentile',
    'phase',
    'load',
  ]);
  readonly #suite = this.#gauge(Metric.suiteInfo, '1 for the cell of a chart that the run is a trial for', [
    'suite',
    'part',
    'column',
    'trial',
  ]);
  readonly #state = this.#gauge(Metric.runState, '1 for what the run is doing now', ['state']);
  readonly #runStarted = this.#gauge(Metric.runStartedTimestampSeconds, 'When the run began', []);
  readonly #startedAtMs: number;
  /** Prometheus' clock minus ours, milliseconds. */
  #aheadMs = 0;

  /** Actions that have series, the earliest first; `result`: undefined until they have ended. */
  readonly #told = new Map<
    string,
    { readonly kind: string; readonly group: string; result: 'ok' | 'failed' | undefined }
  >();

  /** All that a group has had, for those that are left out. */
  readonly #revisions = new Map<string, Set<number>>();

  constructor({ run, scenario, startedAtMs = Date.now(), processMetrics = true }: RunMetricsOptions) {
    this.#registry.setDefaultLabels({ run, scenario });
    this.#startedAtMs = startedAtMs;
    this.tellTimesBy(0);
    if (processMetrics) {
      collectDefaultMetrics({
        register: this.#registry,
        eventLoopMonitoringPrecision: LOOP_DELAY_PRECISION_MS,
      });
    }
  }

  /** Times are told by the clock of Prometheus, for they are drawn beside its samples. @param aheadMs that clock minus ours. Before it is known: 0. */
  tellTimesBy(aheadMs: number): void {
    this.#aheadMs = aheadMs;
    this.#runStarted.set(this.#toldAt(this.#startedAtMs));
  }

  /** Seconds. @param atMs by our clock. */
  #toldAt(atMs: number): number {
    return (atMs + this.#aheadMs) / 1000;
  }

  /** Iterations per second that the plan asks for now; null where the load model does not say. */
  setOfferedRate(load: string, perSecond: number | null): void {
    setOrRemove(this.#offeredRate, { load }, perSecond);
  }

  setGroupNodes(
    group: string,
    counts: Readonly<Record<'ready' | 'starting' | 'down' | 'leaving', number>>,
  ): void {
    for (const [state, count] of Object.entries(counts)) this.#nodes.set({ group, state }, count);
  }

  /** Nodes that are ready, by revision; those that are left out have none any more. */
  setGroupRevisions(
    group: string,
    revisions: readonly { readonly revision: number; readonly ready: number }[],
  ): void {
    const known = this.#revisions.get(group) ?? new Set();
    this.#revisions.set(group, known);
    for (const { revision } of revisions) known.add(revision);
    for (const revision of known) {
      const ready = revisions.find((each) => each.revision === revision)?.ready ?? 0;
      this.#revisionNodes.set({ group, revision: String(revision) }, ready);
    }
  }

  /** Limits of each node of a group; null = none. */
  setGroupLimits(
    group: string,
    limits: { readonly cpus: number | null; readonly memoryBytes: number | null },
  ): void {
    setOrRemove(this.#cpuLimit, { group }, limits.cpus);
    setOrRemove(this.#memoryLimit, { group }, limits.memoryBytes);
  }

  /** The link in force of each node of a group; null = not shaped. */
  setGroupLink(group: string, link: Link | null): void {
    const rates = { uplink: link?.uplinkBytesPerSecond, downlink: link?.downlinkBytesPerSecond };
    for (const [direction, rate] of Object.entries(rates)) {
      this.#linkRate.set({ group, direction }, rate ?? Number.POSITIVE_INFINITY);
    }
    const delayMs = link?.delayMs ?? 0;
    setOrRemove(this.#linkDelay, { group }, delayMs === 0 ? null : delayMs / 1000);
  }

  /** `lagMs`: actual minus planned start. `atMs`: milliseconds since 1970, default now. */
  actionStarted(action: Action, lagMs: number, atMs = Date.now()): void {
    const kind = nameOfChange(action.change);
    const group = groupsOf(action.change).join(',');
    this.#actionLag.observe(lagMs / 1000);
    this.#actionStarted.set({ kind, group, action: action.id }, this.#toldAt(atMs));
    this.#told.set(action.id, { kind, group, result: undefined });
    const [earliest] = this.#told.keys();
    if (this.#told.size > MOST_ACTIONS_TOLD && earliest !== undefined) this.#forget(earliest);
  }

  /** `tookMs`: from the action's actual start to its end. */
  actionFinished(action: Action, tookMs: number, result: 'ok' | 'failed'): void {
    const kind = nameOfChange(action.change);
    const group = groupsOf(action.change).join(',');
    this.#actionDuration.observe({ kind }, tookMs / 1000);
    const told = this.#told.get(action.id);
    if (told === undefined) return;
    told.result = result;
    this.#actions.inc({ kind, group, action: action.id, result });
  }

  #forget(action: string): void {
    const told = this.#told.get(action);
    this.#told.delete(action);
    if (told === undefined) return;
    const { result, ...labels } = told;
    this.#actionStarted.remove({ ...labels, action });
    if (result !== undefined) this.#actions.remove({ ...labels, action, result });
  }

  /** Null between and after phases. `atMs`: milliseconds since 1970, default now. */
  setPhase(phase: string | null, atMs = Date.now()): void {
    this.#phase.reset();
    if (phase === null) return;
    this.#phase.set({ phase }, 1);
    this.#phaseStarted.set({ phase }, this.#toldAt(atMs));
  }

  /** Parts of the network of peers without a connection to each other. */
  setNetworkParts(parts: number): void {
    this.#networkParts.set({ network: 'peers' }, parts);
  }

  /** How long it took until there was one part only. */
  setConnectedAfter(ms: number): void {
    this.#networkConnected.set({ network: 'peers' }, ms / 1000);
  }

  /** What the distribution of files is held against. `comparable`: whether a measured time may be. */
  setDistribution(links: DistributionLinks, comparable: boolean): void {
    const { topology, receivers, fileBytes } = links;
    this.#receivers.set({ topology }, receivers);
    this.#wantedBytes.set({ topology }, receivers * fileBytes);
    const bound = distributionBound(links);
    if (bound !== null)
      this.#distributionBound.set({ topology, comparable: String(comparable) }, bound.seconds);
  }

  /** What must hold, so that dashboards can draw it; they show nothing by tag. Of several objectives with the same labels the last one's bound counts. */
  setObjectives(objectives: readonly Objective[]): void {
    this.#objectiveBound.reset();
    for (const { name, measure, comparison, bound, phase, load } of objectives.filter(isUntagged)) {
      const isLatency = measure.kind === 'latency';
      const isTime = kindOf(measure).unit === 'ms';
      const labels = {
        objective: name,
        kind: measure.kind,
        comparison,
        percentile: isLatency ? String(measure.percentile) : '',
        phase: phase ?? '',
        load: load ?? '',
      };
      this.#objectiveBound.set(labels, isTime ? bound / 1000 : bound);
    }
  }

  /** Something has happened in the run. */
  take(event: RunEvent): void {
    this.#faults.take(event);
  }

  /** What each fault did to the users, when the run has been measured. */
  setFaultCosts(costs: Parameters<FaultMetrics['setCosts']>[0]): void {
    this.#faults.setCosts(costs);
  }

  /**
   * Median of how long those of a node's packets have waited that were to wait so long, milliseconds; null where there were none. A node that is
   * far from several zones has several delays.
   */
  setPacketDelay(node: string, askedMs: number | null, medianMs: number | null): void {
    setOrRemove(
      this.#packetDelay,
      { target: node, asked: askedMs === null ? '' : `${askedMs} ms`, quantile: '0.5' },
      medianMs === null ? null : medianMs / 1000,
    );
  }

  /** One of the records that the run itself writes has been acknowledged, or refused. */
  recordWritten(acknowledged: boolean): void {
    // Both, so that none of a kind is a zero and no gap.
    this.#recordsWritten.inc({ result: 'acknowledged' }, acknowledged ? 1 : 0);
    this.#recordsWritten.inc({ result: 'failed' }, acknowledged ? 0 : 1);
  }

  /** Which cell of a suite's chart the run is a trial for: its suite, the scenario within it, the column, and the number of the trial. */
  setSuite(place: {
    readonly suite: string;
    readonly part: string;
    readonly column: string;
    readonly trial: number;
  }): void {
    this.#suite.set({ ...place, trial: String(place.trial) }, 1);
  }

  setState(state: RunState): void {
    this.#state.reset();
    this.#state.set({ state }, 1);
  }

  /** All metrics in Prometheus' text format. */
  async exposition(): Promise<string> {
    return await this.#registry.metrics();
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}

function setOrRemove<Label extends string>(
  gauge: Gauge<Label>,
  labels: Record<Label, string>,
  value: number | null,
): void {
  if (value === null) gauge.remove(labels);
  else gauge.set(labels, value);
}
