// One run, from left to right: prepare → ready → execute → drain → collect → clean up. Whatever happens on the way, the run's
// folder is left readable and nothing of the run is left on the engine.
import { raceSignal } from 'race-signal';
import { distributionLinks, whyIncomparable } from '../capacity/distribution-bounds.ts';
import { isSilent } from '../engine/engine-silent.ts';
import { ExitCode, messageOf, TopolabError } from '../errors.ts';
import { settle } from '../measure/measure-load.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import { RunMetrics } from '../metrics/run-metrics.ts';
import { offeredAt } from '../plan/load-curve.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunEvent, RunOutcome, RunSource } from '../record/event.ts';
import { RunFolder } from '../record/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Deployment, type DeploymentEnvironment, runLabels } from './deployment.ts';
import { hidingFor } from '../secrets/hiding-for.ts';
import { sourceWithout, withoutSecrets } from '../secrets/without-secrets.ts';
import { evaluateRun } from './evaluate-run.ts';
import type { GroupCount } from './fleet.ts';
import type { EndedGenerator, Generators } from './generators.ts';
import { checkHost } from './host-check.ts';
import { type EventListener, Recorder } from './recorder.ts';
import { connectsBeforeLoad, hasPeerNetwork, NetworkWatch } from './network-watch.ts';
import { RunGuard } from './run-guard.ts';
import { makeRunId } from './run-id.ts';
import { runTimeline, systemClock } from './run-timeline.ts';
import { seeNetwork } from './see-network.ts';

/** What a follower of the run (the live view) may ask while it goes on. */
export interface RunProgress {
  readonly run: string;
  readonly startMs: number;
  readonly counts: () => readonly GroupCount[];
  readonly prometheus: PrometheusClient;
  /** Engine host's clock minus ours. */
  readonly clockOffsetMs: number;
}

export interface RunOptions extends DeploymentEnvironment {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** The scenario as written, kept in the run's folder under this name. */
  readonly source: { readonly name: string; readonly text: string };
  /** How the command named it, for whoever runs it again. */
  readonly namedAs?: RunSource;
  readonly runsFolder: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly onEvent: EventListener;
  /** Called once, when the load begins. */
  readonly onProgress: (progress: RunProgress) => void;
  /** Interrupts: what was measured so far is kept. */
  readonly signal: AbortSignal;
  /** Interrupts at once: only cleans up. */
  readonly hurry: AbortSignal;
}

export interface RunResult {
  readonly folder: string;
  readonly outcome: RunOutcome;
  readonly exitCode: number;
  /** Why it broke. */
  readonly error: unknown;
  /** `not-cleaned-up` where not all that the run made could be removed. What it measured counts all the same. */
  readonly left: TopolabError | undefined;
}

/** Time the generators have to end in an orderly way when a run is interrupted. */
const INTERRUPT_GRACE_MS = 8000;
/** How long Docker, once it went away, is waited for, to keep what was measured. */
const ENGINE_BACK_WITHIN_MS = 60_000;

/** Runs a scenario. Resolves in every case in which a run's folder could be written; see `outcome`. */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { engine, scenario, plan, signal, hurry } = options;
  const run = makeRunId(scenario.name, new Date());
  const { hide, hideInSource, hideInEvent, hideInError } = hidingFor(scenario, options.secrets);
  const folder = await RunFolder.create(options.runsFolder, run, hide);
  await folder.write('scenario.json', withoutSecrets(scenario));
  await folder.write('plan.json', plan);
  await folder.writeText(options.source.name, hideInSource(options.source.text));
  const metrics = new RunMetrics({ run, scenario: scenario.name });
  metrics.setObjectives(scenario.objectives);
  const links = distributionLinks(scenario);
  if (links !== null) metrics.setDistribution(links, whyIncomparable(scenario, plan) === null);
  const events: RunEvent[] = [];
  const recorder = new Recorder(folder, [
    (event) => events.push(event),
    (event) => options.onEvent(hideInEvent(event)),
  ]);
  const guard = new RunGuard({
    engine,
    run,
    image: options.nodeImage,
    labels: runLabels(run, scenario.name),
    warn: (message) => recorder.warn(message),
    moment: (atMs) => describeMoment(recorder.offsetAt(atMs)),
  });
  const road = new Road(options, run, folder, recorder, metrics, events, guard);
  let error: unknown;
  try {
    signal.throwIfAborted();
    // What goes on behind its back has been told to end by `signal`.
    await raceSignal(road.travel(), AbortSignal.any([hurry, guard.lost, road.unmeasured]));
  } catch (thrown) {
    error = signal.aborted ? thrown : await guard.explain(thrown);
  }
  const outcome: RunOutcome = error === undefined ? 'completed' : signal.aborted ? 'interrupted' : 'broken';
  const collected = await road.collect(outcome, error).then(
    (exitCode) => ({ exitCode, failure: undefined }),
    (failure: unknown) => ({ exitCode: ExitCode.broken, failure }),
  );
  // In a hurry, a container may still be in the making.
  const left = await removeAll(guard, run, recorder, hurry.aborted);
  // Where the run has an error of its own, that is the one to be told at the end.
  if (left !== undefined && (outcome === 'broken' || collected.failure !== undefined))
    recorder.warn(left.message);
  if (collected.failure !== undefined) throw collected.failure;
  return { folder: folder.path, outcome, exitCode: collected.exitCode, error: hideInError(error), left };
}

/** ` at 15.4 s`; before the load there is nothing to count from. */
function describeMoment(offsetMs: number | null): string {
  return offsetMs === null || offsetMs < 0 ? ' before the load' : ` at ${(offsetMs / 1000).toFixed(1)} s`;
}

/** Whatever carries the run's label, also where the disk is too full to tell of it. What is left is an error to be told. */
async function removeAll(
  guard: RunGuard,
  run: string,
  recorder: Recorder,
  late: boolean,
): Promise<TopolabError | undefined> {
  const step = 'remove containers';
  recorder.tryToRecord({ type: 'step-started', step });
  try {
    await guard.removeAll({ late });
  } catch (cause) {
    return notCleanedUp(run, cause);
  }
  recorder.tryToRecord({ type: 'step-finished', step });
  return undefined;
}

function notCleanedUp(run: string, cause: unknown): TopolabError {
  return new TopolabError(`remove what run ${run} made: ${messageOf(cause)}`, {
    code: 'not-cleaned-up',
    hint: (isSilent(cause) ? cause.hint : undefined) ?? 'Run `topolab clean` once Docker answers again.',
    cause,
  });
}

/** The state of one run on its way. Each step leaves what the next one needs. */
class Road {
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

  async travel(): Promise<void> {
    const { scenario, plan, signal } = this.#options;
    const recorder = this.#recorder;
    const metrics = this.#metrics;
    metrics.setState('prepare');
    // Before anything else is made: whatever kills this process from here on, nothing stays.
    await this.#guard.start(signal);
    const deployment = await recorder.step('network, agent and Prometheus', () => this.#deploy());
    const generators = deployment.generators(
      scenario.loads,
      scenario.phases.map(({ name, endMs }) => ({ name, untilMs: endMs })),
    );
    const warnings = await recorder.step('k6 scripts', () => generators.inspect(signal));
    for (const warning of warnings) recorder.warn(warning);
    await deployment.launchNodes(plan);
    metrics.setState('ready');
    const network = this.#watchNetwork(deployment);
    if (connectsBeforeLoad(scenario)) network?.awaitConnected();
    this.#generators = generators;
    await recorder.step('load generators', () => generators.prepare(signal));
    await recorder.step('first samples of every node', () => deployment.awaitSamples());
    if (connectsBeforeLoad(scenario)) await network?.look('end of start-up');
    await this.#execute(deployment, generators, network);
  }

  /** Saves all that can still be had, the verdict and the report. Returns the exit code. */
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
    return await evaluateRun({
      folder: this.#folder,
      run: this.#run,
      scenario,
      plan,
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
  }

  /** Ends the load where it goes on, saves logs and summaries, and waits until Prometheus has all samples. */
  async #keep(outcome: RunOutcome): Promise<void> {
    if (outcome === 'interrupted' || this.unmeasured.aborted) await this.#stopGenerators();
    await this.#keepResults();
    if (this.#loadStartMs === undefined) return;
    const endedAtMs = Date.now();
    await settle(this.#options.hurry);
    if (outcome === 'completed') await this.#deployment?.awaitLastSamples(endedAtMs);
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
      await deployment.revive();
      return true;
    } catch (error) {
      recorder.warn(`ask for what was measured: ${messageOf(error)}`);
      return false;
    }
  }

  async #deploy(): Promise<Deployment> {
    const { engine, scenario, plan, namedAs } = this.#options;
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
      clockOffsetMs: deployment.clockOffsetMs,
    });
    for (const warning of [...engine.reach.remarks, ...checkHost(scenario, plan, engine.description)])
      recorder.warn(warning);
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
      see: (until) => seeNetwork(agent, fleet.exchanging(), until),
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
    const startMs = systemClock.now();
    this.#loadStartMs = Date.now();
    recorder.startClock(this.#loadStartMs);
    await generators.start();
    // Nobody follows the run any more.
    hurry.throwIfAborted();
    recorder.record({ type: 'load-started' });
    this.#metrics.setState('execute');
    network?.awaitConnected();
    this.#options.onProgress({
      run: this.#run,
      startMs: this.#loadStartMs,
      counts: () => fleet.counts(),
      prometheus,
      clockOffsetMs,
    });
    const endsByItself =
      scenario.loads.length > 0 && scenario.loads.every(({ model }) => model.kind === 'each-node');
    const nothing = () => {};
    await runTimeline({
      ...(endsByItself ? { over: generators.end(plan.durationMs).then(nothing, nothing) } : {}),
      plan,
      startMs,
      clock: systemClock,
      recorder,
      perform: async (action) => {
        await fleet.perform(action.change, signal);
        // Not awaited: looking takes time, and belongs to no action.
        if (action.change.kind === 'kill') void network?.look(`after ${action.id}`);
      },
      onActionStarted: (action, lagMs) => this.#metrics.actionStarted(action, lagMs),
      onActionFinished: (action, tookMs, result) => this.#metrics.actionFinished(action, tookMs, result),
      onPhase: (phase) => {
        this.#metrics.setPhase(phase);
        const before = plan.phases[plan.phases.findIndex(({ name }) => name === phase) - 1];
        if (before !== undefined) void network?.look(`end of phase ${before.name}`);
      },
      signal,
    });
    if (endsByItself) this.#endOffsetMs = Math.min(recorder.offsetMs ?? plan.durationMs, plan.durationMs);
    this.#metrics.setState('drain');
    await network?.look(`end of phase ${plan.phases.at(-1)?.name ?? ''}`);
    this.#ended = await generators.end();
    recorder.record({ type: 'load-ended', generators: this.#ended });
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
    await this.#deployment?.fleet.keepLogs();
    await this.#generators?.keepResults(
      (name, content) => this.#folder.writeText(name, content),
      (message) => this.#recorder.warn(message),
    );
  }
}

/** For what was given up: its failure is none. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
