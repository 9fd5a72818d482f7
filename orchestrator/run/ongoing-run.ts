// One run from its first container to the end of its load: prepare → ready → execute → drain. What comes after is in collect-run.ts.
import type { ObservedHost } from '../cluster/observed-host.ts';
import { useOf } from '../cluster/occupancy.ts';
import { exchangingNodes } from '../fleet/nodes/exchanging.ts';
import { offeredAt } from '../plan/load-curve.ts';
import { disturbs } from '../plan/plan.ts';
import { unmovedNodes } from '../plan/unmoved-nodes.ts';
import type { RunHost, RunOutcome } from '../record/event.ts';
import { endsByThemselves } from '../scenario/load/load.ts';
import { warmUpNames } from '../scenario/timeline/timeline.ts';
import { sourceWithout } from '../secrets/without-secrets.ts';
import { Deployment } from './deployment/deployment.ts';
import { type Abortion, watchForAbort } from './execute/abort-watch.ts';
import { RunCollector } from './collect/collect-run.ts';
import { stretchOf } from './collect/evaluate-run.ts';
import type { Generators } from './deployment/generators.ts';
import { checkHost, requireHosts, requireRoom } from './needs/host-check.ts';
import type { Layout } from './needs/lay-out.ts';
import { connectsBeforeLoad, hasPeerNetwork, NetworkWatch } from './execute/network-watch.ts';
import { OwnWrites } from './own-writes/own-writes.ts';
import type { Reached, RunContext } from './collect/run-context.ts';
import { runTimeline, systemClock } from './execute/run-timeline.ts';
import { seeNetwork } from './execute/see-network.ts';

/** The state of one run while it lasts. Each step leaves what the next one needs. */
export class OngoingRun {
  readonly #context: RunContext;
  /** Aborts when the run is to end, and when it is lost: it then ends on all of its ways. */
  readonly #signal: AbortSignal;
  readonly #reached: Reached;
  /** Aborts when an observer has died, with the error that says so. */
  readonly #unmeasured = new AbortController();
  /** Aborts when there is nothing left to look at. */
  readonly #over = new AbortController();
  /** Ends the load where it stands. */
  readonly #cut = new AbortController();
  /** The generators are at work. */
  #isMeasuring = false;
  /** Of the load that was ended because what measures it was lost: how far it had come by then. */
  #unmeasuredFromMs: number | undefined;

  constructor(context: RunContext) {
    const { options, guard } = context;
    this.#context = context;
    this.#signal = AbortSignal.any([options.signal, guard.lost, this.#unmeasured.signal]);
    this.#reached = { objectives: options.scenario.objectives, ended: [] };
  }

  get unmeasured(): AbortSignal {
    return this.#unmeasured.signal;
  }

  /**
   * A host other than the first was lost. @returns whether the run goes on without it: not before the load, for the system of the plan never
   * came about then. What measures the load may have been there: the load ends.
   */
  goesOnWithout(host: string, atMs: number): boolean {
    const { deployment, loadStartMs } = this.#reached;
    const isUnmeasured = deployment?.loseHost(host, atMs, this.#isMeasuring) ?? false;
    if (isUnmeasured) {
      this.#unmeasuredFromMs ??= this.#context.recorder.offsetAt(atMs) ?? 0;
      this.#cut.abort();
    }
    return loadStartMs !== undefined;
  }

  /** Prepares the run, waits until it is ready, executes the load and waits for its end. */
  async carryOut(): Promise<void> {
    const { options, recorder, metrics, guard } = this.#context;
    const { scenario, plan, hosts, layout } = options;
    const signal = this.#signal;
    metrics.setState('prepare');
    requireHosts(scenario, hosts);
    requireRoom(scenario, plan, hosts, layout.placement, layout.generatorHosts);
    // Before anything else is made: whatever kills this process from here on, nothing stays.
    await guard.start(signal);
    const deployment = await recorder.step('network, agent and Prometheus', () => this.#deploy());
    const generators = deployment.generators(
      scenario.loads,
      scenario.phases.map(({ name, endMs }) => ({ name, untilMs: endMs })),
    );
    const warnings = await recorder.step('k6 scripts', () => generators.inspect(signal));
    for (const warning of warnings) recorder.warn(warning);
    this.#reached.objectives = [...scenario.objectives, ...generators.thresholds];
    metrics.setObjectives(this.#reached.objectives);
    await deployment.launchNodes(plan);
    await deployment.launchCanaries(plan);
    metrics.setState('ready');
    const network = this.#watchNetwork(deployment);
    if (connectsBeforeLoad(scenario)) network?.awaitConnected();
    this.#reached.generators = generators;
    await recorder.step('load generators', () => generators.prepare(signal));
    await recorder.step('first samples of every node', () => deployment.awaitSamples());
    if (connectsBeforeLoad(scenario)) await network?.look('end of start-up');
    await this.#execute(deployment, generators, network);
  }

  /** Saves everything that is still available, the verdict and the report. Returns the exit code. */
  async collect(outcome: RunOutcome, error: unknown): Promise<number> {
    this.#over.abort();
    return await new RunCollector(this.#context, this.#reached, this.unmeasured).collect(outcome, error);
  }

  async #deploy(): Promise<Deployment> {
    const { options, run, folder, recorder, metrics, guard } = this.#context;
    const { hosts, layout, scenario, plan, namedAs, versions, images } = options;
    const [{ engine }] = hosts;
    const deployment = await Deployment.open({
      ...options,
      signal: this.#signal,
      run,
      recorder,
      metrics,
      beforePush: () => this.#setOfferedRates(),
      isHostGone: (host) => guard.isGone(host),
      keepLog: (node, log) => folder.writeText(`logs/${node}.log`, log),
    });
    this.#reached.deployment = deployment;
    const { lost } = deployment;
    lost.addEventListener('abort', () => this.#unmeasured.abort(lost.reason), { once: true });
    recorder.record({
      type: 'run-started',
      run,
      scenario: scenario.name,
      seed: scenario.seed,
      ...(namedAs === undefined ? {} : { source: sourceWithout(namedAs) }),
      versions,
      ...(images === undefined ? {} : { images }),
      host: engine.description,
      ...(hosts.length > 1 && {
        hosts: deployment.cluster.hosts.map((host) => hostOnRecord(host, layout)),
        placement: layout.placement,
        ...(layout.generators !== null && { generators: layout.generators }),
      }),
      clockOffsetMs: deployment.clockOffsetMs,
    });
    const { notHonoured = [] } = scenario;
    const tooMuch = hosts.length === 1 ? checkHost(scenario, plan, engine.description) : [];
    const remarks = [
      ...engine.reach.remarks,
      ...tooMuch,
      ...(layout.remark === undefined ? [] : [layout.remark]),
      ...unmovedNodes(scenario),
    ];
    for (const warning of [...notHonoured, ...remarks]) recorder.warn(warning);
    return deployment;
  }

  #setOfferedRates(): void {
    const { options, metrics, recorder } = this.#context;
    const { offsetMs } = recorder;
    for (const curve of options.plan.loads) {
      const known = offsetMs !== null && curve.unit === 'per-second';
      metrics.setOfferedRate(curve.load, known ? offeredAt(curve, offsetMs) : null);
    }
  }

  /** Undefined where there is no network of peers to look at. */
  #watchNetwork({ agent, fleet }: Deployment): NetworkWatch | undefined {
    const { options, recorder, metrics, events } = this.#context;
    const { scenario } = options;
    if (!hasPeerNetwork(scenario)) return undefined;
    return new NetworkWatch({
      see: (until) => seeNetwork(agent, exchangingNodes(fleet.roster), until),
      recorder,
      metrics,
      events: () => events,
      signal: AbortSignal.any([this.#signal, this.#over.signal]),
    });
  }

  async #execute(
    deployment: Deployment,
    generators: Generators,
    network: NetworkWatch | undefined,
  ): Promise<void> {
    const { options, run, folder, recorder, metrics, events } = this.#context;
    const { plan, scenario, hurry } = options;
    const { fleet, prometheus, clockOffsetMs } = deployment;
    const signal = this.#signal;
    await deployment.delays?.begin();
    const startMs = systemClock.now();
    this.#reached.loadStartMs = Date.now();
    recorder.startClock(this.#reached.loadStartMs);
    this.#isMeasuring = true;
    await generators.start();
    await deployment.access?.start(plan.durationMs);
    // Nobody follows the run any more.
    hurry.throwIfAborted();
    recorder.record({ type: 'load-started' });
    metrics.setState('execute');
    network?.awaitConnected();
    const loadOver = new AbortController();
    const cut = this.#cut;
    const whileLoaded = AbortSignal.any([signal, loadOver.signal]);
    const own = new OwnWrites({
      scenario,
      deployment,
      recorder,
      onWritten: (acknowledged) => metrics.recordWritten(acknowledged),
      signal: AbortSignal.any([signal, cut.signal]),
    });
    own.begin(whileLoaded);
    options.onProgress({
      run,
      startMs: this.#reached.loadStartMs,
      counts: () => fleet.roster.counts(),
      prometheus,
      clockOffsetMs,
    });
    const watching = this.#watchForAbort(deployment, whileLoaded).then(
      (abortion) => abortion !== undefined && cut.abort(),
    );
    const nothing = () => {};
    await runTimeline({
      ...(endsByThemselves(scenario.loads)
        ? { over: generators.end(plan.durationMs).then(nothing, nothing) }
        : {}),
      plan,
      startMs,
      cut: cut.signal,
      clock: systemClock,
      recorder,
      perform: async (action) => {
        await fleet.dispatcher.perform(action.change, signal).finally(() => own.after(action));
        // Not awaited: looking takes time, and belongs to no action.
        if (disturbs(action.change) || action.change.kind === 'fault-end')
          void network?.look(`after ${action.id}`);
      },
      onActionStarted: (action, lagMs) => metrics.actionStarted(action, lagMs),
      onActionFinished: (action, tookMs, result) => metrics.actionFinished(action, tookMs, result),
      onPhase: (phase) => {
        metrics.setPhase(phase);
        const before = plan.phases[plan.phases.findIndex(({ name }) => name === phase) - 1];
        if (before !== undefined) void network?.look(`end of phase ${before.name}`);
      },
      onEnd: () => fleet.endWaiting(),
      signal,
    });
    if (endsByThemselves(scenario.loads))
      this.#reached.endOffsetMs = Math.min(recorder.offsetMs ?? plan.durationMs, plan.durationMs);
    metrics.setState('drain');
    // Whoever follows events goes on until then.
    await own.looked();
    loadOver.abort();
    await watching;
    if (cut.signal.aborted) {
      const endMs = this.#unmeasuredFromMs ?? recorder.offsetMs ?? plan.durationMs;
      this.#reached.endOffsetMs = Math.min(endMs, plan.durationMs);
      await generators.stop();
    }
    await network?.look(`end of phase ${plan.phases.at(-1)?.name ?? ''}`);
    this.#reached.ended = await generators.end();
    this.#isMeasuring = false;
    recorder.record({ type: 'load-ended', generators: this.#reached.ended });
    const keepRecords = (lines: string) => folder.writeText('records.ndjson', lines);
    await own.readBack(events, keepRecords, signal);
  }

  /** Records what ends the run, where an objective does. */
  async #watchForAbort(
    { prometheus, clockOffsetMs }: Deployment,
    signal: AbortSignal,
  ): Promise<Abortion | undefined> {
    const { options, run, recorder } = this.#context;
    const { plan } = options;
    const abortion = await watchForAbort({
      objectives: this.#reached.objectives.flatMap((objective) => {
        const window = stretchOf(objective.phase, plan);
        return window === undefined ? [] : [{ objective, window }];
      }),
      prometheus,
      context: {
        run,
        startMs: (this.#reached.loadStartMs ?? 0) + clockOffsetMs,
        loads: plan.loads,
        uncounted: warmUpNames(plan.phases),
      },
      now: () => recorder.offsetMs ?? 0,
      signal,
    });
    if (abortion !== undefined) {
      const { objective, measured } = abortion;
      recorder.record({ type: 'run-aborted', objective: objective.name, measured });
    }
    return abortion;
  }
}

function hostOnRecord(host: ObservedHost, { generatorHosts }: Layout): RunHost {
  const { name, zone, engine, clock } = host;
  const { cpus, memoryBytes } = engine.description;
  const use = useOf(host, generatorHosts);
  return { name, zone, cpus, memoryBytes, clockOffsetMs: clock.offsetMs, clockErrorMs: clock.errorMs, use };
}
