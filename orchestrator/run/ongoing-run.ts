// One run from its first container to its verdict: prepare → ready → execute → drain → collect.
import { raceSignal } from 'race-signal';
import type { ObservedHost } from '../cluster/observed-host.ts';
import { useOf } from '../cluster/occupancy.ts';
import { messageOf } from '../errors.ts';
import { exchangingNodes } from '../fleet/exchanging.ts';
import { faultCosts } from '../measure/fault-costs.ts';
import { settle } from '../measure/measure-load.ts';
import type { RunMetrics } from '../metrics/run-metrics.ts';
import { pause } from '../pause.ts';
import { offeredAt } from '../plan/load-curve.ts';
import { disturbs } from '../plan/plan.ts';
import type { RunEvent, RunHost, RunOutcome } from '../record/event.ts';
import type { RunFolder } from '../record/folder/run-folder.ts';
import { endsByThemselves } from '../scenario/load/load.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import { warmUpNames } from '../scenario/timeline/timeline.ts';
import { sourceWithout } from '../secrets/without-secrets.ts';
import { Deployment } from './deployment.ts';
import { type Abortion, watchForAbort } from './abort-watch.ts';
import { evaluateRun, stretchOf } from './evaluate-run.ts';
import type { EndedGenerator, Generators } from './generators.ts';
import { checkHost, requireHosts, requireRoom } from './host-check.ts';
import type { Layout } from './lay-out.ts';
import { connectsBeforeLoad, hasPeerNetwork, NetworkWatch } from './network-watch.ts';
import type { Recorder } from '../record/recorder.ts';
import { OwnWrites } from './own-writes.ts';
import type { RunGuard } from './run-guard.ts';
import type { RunOptions } from './run-options.ts';
import { runTimeline, systemClock } from './run-timeline.ts';
import { seeNetwork } from './see-network.ts';

/** Time the generators have to end in an orderly way when a run is interrupted. */
const INTERRUPT_GRACE_MS = 8000;
/** Figures are pushed to the agent once a second, and scraped from there once a second. */
const SCRAPED_WITHIN_MS = 3000;
/** How long Docker, once it went away, is waited for, to keep what was measured. */
const ENGINE_BACK_WITHIN_MS = 60_000;

/** The state of one run while it lasts. Each step leaves what the next one needs. */
export class OngoingRun {
  readonly #options: RunOptions;
  readonly #run: string;
  readonly #folder: RunFolder;
  readonly #recorder: Recorder;
  readonly #metrics: RunMetrics;
  #deployment: Deployment | undefined;
  #generators: Generators | undefined;
  /** Epoch milliseconds of offset 0 on our clock; undefined before the load has started. */
  #loadStartMs: number | undefined;
  /** Where the run stopped short of its plan. */
  #endOffsetMs: number | undefined;
  #ended: readonly EndedGenerator[] = [];
  /** Those of the scripts' own thresholds are known once the scripts have been looked at. */
  #objectives: readonly Objective[];
  /** Aborts when an observer has died, with the error that says so. */
  readonly #unmeasured = new AbortController();
  /** Aborts when there is nothing left to look at. */
  readonly #over = new AbortController();
  readonly #events: readonly RunEvent[];
  readonly #guard: RunGuard;
  /** The user's own, which a run that is lost does not abort. */
  readonly #interrupts: AbortSignal;

  constructor(
    options: RunOptions,
    run: string,
    folder: RunFolder,
    recorder: Recorder,
    metrics: RunMetrics,
    events: readonly RunEvent[],
    guard: RunGuard,
  ) {
    // A run that is lost ends on all of its ways.
    const lost = [guard.lost, this.#unmeasured.signal];
    this.#objectives = options.scenario.objectives;
    this.#options = { ...options, signal: AbortSignal.any([options.signal, ...lost]) };
    this.#interrupts = AbortSignal.any([options.signal, options.hurry]);
    this.#guard = guard;
    this.#run = run;
    this.#folder = folder;
    this.#recorder = recorder;
    this.#metrics = metrics;
    this.#events = events;
  }

  get unmeasured(): AbortSignal {
    return this.#unmeasured.signal;
  }

  /** Prepares the run, waits until it is ready, executes the load and waits for its end. */
  async carryOut(): Promise<void> {
    const { scenario, plan, hosts, layout, signal } = this.#options;
    const recorder = this.#recorder;
    const metrics = this.#metrics;
    metrics.setState('prepare');
    requireHosts(scenario, hosts);
    requireRoom(scenario, plan, hosts, layout.placement, layout.generatorHosts);
    // Before anything else is made: whatever kills this process from here on, nothing stays.
    await this.#guard.start(signal);
    const deployment = await recorder.step('network, agent and Prometheus', () => this.#deploy());
    const generators = deployment.generators(
      scenario.loads,
      scenario.phases.map(({ name, endMs }) => ({ name, untilMs: endMs })),
    );
    const warnings = await recorder.step('k6 scripts', () => generators.inspect(signal));
    for (const warning of warnings) recorder.warn(warning);
    this.#objectives = [...scenario.objectives, ...generators.thresholds];
    metrics.setObjectives(this.#objectives);
    await deployment.launchNodes(plan);
    await deployment.launchCanaries(plan);
    metrics.setState('ready');
    const network = this.#watchNetwork(deployment);
    if (connectsBeforeLoad(scenario)) network?.awaitConnected();
    this.#generators = generators;
    await recorder.step('load generators', () => generators.prepare(signal));
    await recorder.step('first samples of every node', () => deployment.awaitSamples());
    if (connectsBeforeLoad(scenario)) await network?.look('end of start-up');
    await this.#execute(deployment, generators, network);
  }

  /** Saves everything that is still available, the verdict and the report. Returns the exit code. */
  async collect(outcome: RunOutcome, error: unknown): Promise<number> {
    this.#over.abort();
    this.#metrics.setState('collect');
    const { hurry, scenario, plan } = this.#options;
    await using deployment = this.#deployment;
    this.#recorder.record({
      type: 'run-ended',
      outcome,
      ...(outcome === 'broken' ? { error: messageOf(error) } : {}),
    });
    const { lost } = this.#guard;
    const endedAtMs = lost.aborted ? this.#guard.lostAtMs : Date.now();
    if (outcome !== 'completed') this.#endOffsetMs = this.#recorder.offsetAt(endedAtMs) ?? 0;
    // Of a run that was given up or removed, nothing is there to be asked.
    const canAsk = lost.aborted ? this.#guard.engineWentAway && (await this.#reviveObservers()) : true;
    if (canAsk && !hurry.aborted) await raceSignal(this.#keep(outcome), hurry).catch(unlessAborted(hurry));
    const measured = this.#loadStartMs !== undefined && !hurry.aborted && canAsk;
    const exitCode = await evaluateRun({
      folder: this.#folder,
      run: this.#run,
      scenario,
      plan,
      objectives: this.#objectives,
      outcome,
      error,
      prometheus: measured ? deployment?.prometheus : undefined,
      engineStartMs: (this.#loadStartMs ?? 0) + (deployment?.clockOffsetMs ?? 0),
      endOffsetMs: this.#endOffsetMs ?? plan.durationMs,
      settledOffsetMs: (lost.aborted ? this.#endOffsetMs : this.#recorder.offsetMs) ?? 0,
      generators: this.#ended,
      warn: (message) => this.#recorder.warn(message),
      hurry,
    });
    if (measured) await this.#tellFaultCosts();
    return exitCode;
  }

  /** For whoever looks at this run in the stack's Prometheus; a run's own goes with it. */
  async #tellFaultCosts(): Promise<void> {
    const { plan, sharedObservers, hurry } = this.#options;
    if (sharedObservers === undefined) return;
    const costs = faultCosts(this.#folder.saved(), this.#endOffsetMs ?? plan.durationMs);
    if (costs.length === 0) return;
    this.#metrics.setFaultCosts(costs);
    await pause(SCRAPED_WITHIN_MS, hurry).catch(() => {});
  }

  /** Ends the load where it goes on, saves logs and summaries, and waits until Prometheus has all samples. */
  async #keep(outcome: RunOutcome): Promise<void> {
    await this.#deployment?.fleet.lifecycle.settle();
    if (outcome === 'interrupted' || this.unmeasured.aborted) await this.#stopGenerators();
    await this.#keepResults();
    if (this.#loadStartMs === undefined) return;
    const endedAtMs = Date.now();
    await this.#deployment?.compareClocks();
    await this.#keepDelays();
    await this.#keepAccess();
    await settle(this.#options.hurry);
    if (outcome === 'completed') await this.#deployment?.awaitLastSamples(endedAtMs);
  }

  async #keepDelays(): Promise<void> {
    const measured = await this.#deployment?.delays?.measured();
    if (measured === undefined || (measured.delays.length === 0 && measured.lost === undefined)) return;
    this.#recorder.record({ type: 'delays-measured', ...measured });
  }

  /** Canaries that can't tell cost their figures, and nothing else. */
  async #keepAccess(): Promise<void> {
    try {
      await this.#deployment?.access?.keepFigures();
    } catch (error) {
      this.#recorder.warn(`keep what the canaries found: ${messageOf(error)}`);
    }
  }

  /** After Docker went away: waits for it, and starts what knows the samples again. Whether they can be asked for. */
  async #reviveObservers(): Promise<boolean> {
    const deployment = this.#deployment;
    const recorder = this.#recorder;
    const waitMs = ENGINE_BACK_WITHIN_MS;
    recorder.warn(`Docker went away; waiting up to ${waitMs / 1000} s for it, to keep what was measured.`);
    if (!(await this.#guard.reattach(waitMs, this.#interrupts))) {
      recorder.warn('Docker did not come back in time: what was measured is lost.');
      return false;
    }
    if (deployment === undefined || this.#loadStartMs === undefined) return true;
    try {
      await deployment.revive(this.#interrupts);
      return true;
    } catch (error) {
      recorder.warn(`read what was measured: ${messageOf(error)}`);
      return false;
    }
  }

  async #deploy(): Promise<Deployment> {
    const { hosts, layout, scenario, plan, namedAs } = this.#options;
    const [{ engine }] = hosts;
    const recorder = this.#recorder;
    const deployment = await Deployment.open({
      ...this.#options,
      run: this.#run,
      recorder,
      metrics: this.#metrics,
      beforePush: () => this.#setOfferedRates(),
      keepLog: (node, log) => this.#folder.writeText(`logs/${node}.log`, log),
    });
    this.#deployment = deployment;
    const { lost } = deployment;
    lost.addEventListener('abort', () => this.#unmeasured.abort(lost.reason), { once: true });
    recorder.record({
      type: 'run-started',
      run: this.#run,
      scenario: scenario.name,
      seed: scenario.seed,
      ...(namedAs === undefined ? {} : { source: sourceWithout(namedAs) }),
      versions: this.#options.versions,
      ...(this.#options.images === undefined ? {} : { images: this.#options.images }),
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
    ];
    for (const warning of [...notHonoured, ...remarks]) recorder.warn(warning);
    return deployment;
  }

  #setOfferedRates(): void {
    const { offsetMs } = this.#recorder;
    for (const curve of this.#options.plan.loads) {
      const known = offsetMs !== null && curve.unit === 'per-second';
      this.#metrics.setOfferedRate(curve.load, known ? offeredAt(curve, offsetMs) : null);
    }
  }

  /** Undefined where there is no network of peers to look at. */
  #watchNetwork({ agent, fleet }: Deployment): NetworkWatch | undefined {
    const { scenario, signal } = this.#options;
    if (!hasPeerNetwork(scenario)) return undefined;
    return new NetworkWatch({
      see: (until) => seeNetwork(agent, exchangingNodes(fleet.roster), until),
      recorder: this.#recorder,
      metrics: this.#metrics,
      events: () => this.#events,
      signal: AbortSignal.any([signal, this.#over.signal]),
    });
  }

  async #execute(
    deployment: Deployment,
    generators: Generators,
    network: NetworkWatch | undefined,
  ): Promise<void> {
    const { plan, scenario, signal, hurry } = this.#options;
    const { fleet, prometheus, clockOffsetMs } = deployment;
    const recorder = this.#recorder;
    await deployment.delays?.begin();
    const startMs = systemClock.now();
    this.#loadStartMs = Date.now();
    recorder.startClock(this.#loadStartMs);
    await generators.start();
    await deployment.access?.start(plan.durationMs);
    // Nobody follows the run any more.
    hurry.throwIfAborted();
    recorder.record({ type: 'load-started' });
    this.#metrics.setState('execute');
    network?.awaitConnected();
    const loadOver = new AbortController();
    const cut = new AbortController();
    const whileLoaded = AbortSignal.any([signal, loadOver.signal]);
    const own = new OwnWrites({
      scenario,
      deployment,
      recorder,
      onWritten: (acknowledged) => this.#metrics.recordWritten(acknowledged),
      signal: AbortSignal.any([signal, cut.signal]),
    });
    own.begin(whileLoaded);
    this.#options.onProgress({
      run: this.#run,
      startMs: this.#loadStartMs,
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
      onActionStarted: (action, lagMs) => this.#metrics.actionStarted(action, lagMs),
      onActionFinished: (action, tookMs, result) => this.#metrics.actionFinished(action, tookMs, result),
      onPhase: (phase) => {
        this.#metrics.setPhase(phase);
        const before = plan.phases[plan.phases.findIndex(({ name }) => name === phase) - 1];
        if (before !== undefined) void network?.look(`end of phase ${before.name}`);
      },
      onEnd: () => fleet.endWaiting(),
      signal,
    });
    if (endsByThemselves(scenario.loads))
      this.#endOffsetMs = Math.min(recorder.offsetMs ?? plan.durationMs, plan.durationMs);
    this.#metrics.setState('drain');
    // Whoever follows events goes on until then.
    await own.looked();
    loadOver.abort();
    await watching;
    if (cut.signal.aborted) {
      this.#endOffsetMs = Math.min(recorder.offsetMs ?? plan.durationMs, plan.durationMs);
      await generators.stop();
    }
    await network?.look(`end of phase ${plan.phases.at(-1)?.name ?? ''}`);
    this.#ended = await generators.end();
    recorder.record({ type: 'load-ended', generators: this.#ended });
    const keepRecords = (lines: string) => this.#folder.writeText('records.ndjson', lines);
    await own.readBack(this.#events, keepRecords, signal);
  }

  /** Records what ends the run, where an objective does. */
  async #watchForAbort(
    { prometheus, clockOffsetMs }: Deployment,
    signal: AbortSignal,
  ): Promise<Abortion | undefined> {
    const { plan } = this.#options;
    const recorder = this.#recorder;
    const abortion = await watchForAbort({
      objectives: this.#objectives.flatMap((objective) => {
        const window = stretchOf(objective.phase, plan);
        return window === undefined ? [] : [{ objective, window }];
      }),
      prometheus,
      context: {
        run: this.#run,
        startMs: (this.#loadStartMs ?? 0) + clockOffsetMs,
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

  async #stopGenerators(): Promise<void> {
    const generators = this.#generators;
    if (generators === undefined || generators.count === 0) return;
    // One that cannot be told to end is not waited for; what was measured is kept all the same.
    try {
      await generators.stop();
    } catch (error) {
      return this.#recorder.warn(`end the load: ${messageOf(error)}`);
    }
    const grace = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, INTERRUPT_GRACE_MS);
      void generators
        .end()
        .catch(() => {})
        .finally(() => {
          clearTimeout(timer);
          resolve();
        });
    });
    await grace;
  }

  async #keepResults(): Promise<void> {
    await this.#deployment?.fleet.logs.keepAll();
    await this.#deployment?.fleet.backups.keepLogs();
    await this.#generators?.keepResults(
      (name, content) => this.#folder.writeText(name, content),
      (message) => this.#recorder.warn(message),
    );
  }
}

function hostOnRecord(host: ObservedHost, { generatorHosts }: Layout): RunHost {
  const { name, zone, engine, clock } = host;
  const { cpus, memoryBytes } = engine.description;
  const use = useOf(host, generatorHosts);
  return { name, zone, cpus, memoryBytes, clockOffsetMs: clock.offsetMs, clockErrorMs: clock.errorMs, use };
}

/** For what was given up: its failure is none. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
