// One run, from left to right: prepare → ready → execute → drain → collect → clean up. Whatever happens on the way, the run's
// folder is left readable and nothing of the run is left on the engine.
import { AgentClient } from '../agent/agent-client.ts';
import { type Engine, Label, type Labels, type Network } from '../engine/engine.ts';
import { removeLeftovers } from '../engine/remove-leftovers.ts';
import { messageOf, TopolabError } from '../errors.ts';
import {
  AGENT_ALIAS,
  launchObservatory,
  type Observatory,
  PROMETHEUS_ALIAS,
  PROMETHEUS_PORT,
} from '../metrics/observatory.ts';
import { createPrometheusClient, type PrometheusClient } from '../metrics/prometheus-client.ts';
import { RunMetrics } from '../metrics/run-metrics.ts';
import { containersTarget, hostTarget, orchestratorTarget } from '../metrics/scrape-targets.ts';
import { offeredAt } from '../plan/load-curve.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunOutcome } from '../record/event.ts';
import { RunFolder } from '../record/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { evaluateRun } from './evaluate-run.ts';
import { Fleet, type GroupCount } from './fleet.ts';
import { Generators } from './generators.ts';
import { checkHost } from './host-check.ts';
import { startReaper } from './reaper.ts';
import { type EventListener, Recorder } from './recorder.ts';
import { makeRunId } from './run-id.ts';
import { runTimeline, systemClock } from './run-timeline.ts';

/** The long-lived Prometheus and agent of `topolab stack`, where they are up. */
export interface SharedObservatory {
  readonly agentId: string;
  readonly prometheusId: string;
}

/** What a follower of the run (the live view) may ask while it goes on. */
export interface RunProgress {
  readonly run: string;
  readonly startMs: number;
  readonly counts: () => readonly GroupCount[];
  readonly prometheus: PrometheusClient;
  /** Engine host's clock minus ours. */
  readonly clockOffsetMs: number;
}

export interface RunOptions {
  readonly engine: Engine;
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** The scenario as written, kept in the run's folder under this name. */
  readonly source: { readonly name: string; readonly text: string };
  readonly runsFolder: string;
  /** Image references as they stand on the engine. */
  readonly imageFor: (image: string) => string;
  readonly nodeImage: string;
  readonly prometheusImage: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly sharedObservatory: SharedObservatory | undefined;
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
}

/** Targets and the orchestrator's metrics go to the agent this often; it is the interval of scrapes as well. */
const PUSH_INTERVAL_MS = 1000;
/** A scrape and a remote write each come at most 1 s after the fact, and take a moment to be stored. */
const SETTLE_MS = 2500;
/** Prometheus takes up to 5 s to follow a change of targets, and two scrapes to tell a rate. */
const FIRST_SAMPLES_WITHIN_MS = 20_000;
/** Time the generators have to end in an orderly way when a run is interrupted. */
const INTERRUPT_GRACE_MS = 8000;

/** Runs a scenario. Resolves in every case in which a run's folder could be written; see `outcome`. */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { engine, scenario, plan, signal } = options;
  const run = makeRunId(scenario.name, new Date());
  const folder = await RunFolder.create(options.runsFolder, run);
  await folder.write('scenario.json', scenario);
  await folder.write('plan.json', plan);
  await folder.writeText(options.source.name, options.source.text);
  const metrics = new RunMetrics({ run, scenario: scenario.name });
  const recorder = new Recorder(folder, [options.onEvent]);
  const reaper = startReaper(run);
  const road = new Road(options, run, folder, recorder, metrics);
  let error: unknown;
  try {
    signal.throwIfAborted();
    await road.travel();
  } catch (thrown) {
    error = thrown;
  }
  const outcome: RunOutcome = error === undefined ? 'completed' : signal.aborted ? 'interrupted' : 'broken';
  recorder.record({
    type: 'run-ended',
    outcome,
    ...(outcome === 'broken' ? { error: messageOf(error) } : {}),
  });
  const exitCode = await road.collect(outcome, error);
  try {
    await recorder.step('remove containers', () => removeLeftovers(engine, run));
    reaper.dismiss();
  } catch (cause) {
    throw new TopolabError(`remove what run ${run} made: ${messageOf(cause)}`, {
      code: 'not-cleaned-up',
      hint: `Run \`topolab clean\` once Docker answers again.`,
      cause,
    });
  }
  return { folder: folder.path, outcome, exitCode, error };
}

/** The state of one run on its way. Each step leaves what the next one needs. */
class Road {
  readonly #options: RunOptions;
  readonly #run: string;
  readonly #folder: RunFolder;
  readonly #recorder: Recorder;
  readonly #metrics: RunMetrics;
  readonly #labels: Labels;
  /** Aborts what accompanies the run: the watch on containers, the pushes to the agent. */
  readonly #accompany = new AbortController();
  /** Undefined where the stack's observes the run. */
  #ownObservatory: Observatory | undefined;
  #agent: AgentClient | undefined;
  #fleet: Fleet | undefined;
  #generators: Generators | undefined;
  /** What the agent knows already, as JSON. */
  readonly #sent = new Map<string, string>();
  #clockOffsetMs = 0;
  /** Epoch milliseconds of offset 0 on our clock; undefined before the load has started. */
  #loadStartMs: number | undefined;
  /** Where the run stopped short of its plan. */
  #endOffsetMs: number | undefined;
  #ended: readonly { readonly node: string; readonly exitCode: number }[] = [];

  constructor(options: RunOptions, run: string, folder: RunFolder, recorder: Recorder, metrics: RunMetrics) {
    this.#options = options;
    this.#run = run;
    this.#folder = folder;
    this.#recorder = recorder;
    this.#metrics = metrics;
    this.#labels = { [Label.run]: run, [Label.scenario]: options.scenario.name };
  }

  async travel(): Promise<void> {
    const recorder = this.#recorder;
    const network = await recorder.step('network, agent and Prometheus', () => this.#prepareObservatory());
    const fleet = this.#makeFleet(network);
    void this.#accompanyRun(fleet);
    await this.#launchNodes(fleet);
    const generators = await recorder.step('load generators', () => this.#prepareGenerators(network, fleet));
    await recorder.step('first samples of every node', () => this.#awaitSamples(fleet));
    await this.#execute(fleet, generators);
  }

  /** Saves all that can still be had, the verdict and the report. Returns the exit code. */
  async collect(outcome: RunOutcome, error: unknown): Promise<number> {
    const { hurry, scenario, plan } = this.#options;
    if (outcome !== 'completed') this.#endOffsetMs = this.#recorder.offsetMs ?? 0;
    try {
      if (outcome === 'interrupted') await this.#stopGenerators();
      if (!hurry.aborted) await this.#keepResults();
      const measured = this.#loadStartMs !== undefined && this.#agent !== undefined && !hurry.aborted;
      if (measured) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      return await evaluateRun({
        folder: this.#folder,
        run: this.#run,
        scenario,
        plan,
        outcome,
        error,
        prometheus: measured ? this.#prometheus() : undefined,
        engineStartMs: (this.#loadStartMs ?? 0) + this.#clockOffsetMs,
        endOffsetMs: this.#endOffsetMs ?? plan.durationMs,
        generators: this.#ended,
        warn: (message) => this.#recorder.warn(message),
      });
    } finally {
      this.#accompany.abort();
      await this.#agent?.forgetRun().catch(() => {});
      await this.#agent?.[Symbol.asyncDispose]();
    }
  }

  async #prepareObservatory(): Promise<Network> {
    const { engine, scenario, plan, sharedObservatory, nodeImage, prometheusImage, signal } = this.#options;
    const network = await engine.createNetwork({ name: `topolab-${this.#run}`, labels: this.#labels });
    if (sharedObservatory === undefined) {
      const images = { node: nodeImage, prometheus: prometheusImage };
      const observatory = { network, run: this.#run, images, labels: this.#labels };
      this.#ownObservatory = await launchObservatory(engine, observatory, signal);
    } else {
      await engine.connect(network.id, sharedObservatory.agentId, [AGENT_ALIAS]);
      await engine.connect(network.id, sharedObservatory.prometheusId, [PROMETHEUS_ALIAS]);
    }
    const agentId = this.#ownObservatory?.agent.id ?? sharedObservatory?.agentId ?? '';
    this.#agent = await AgentClient.connect(engine, agentId, this.#run);
    this.#clockOffsetMs = await this.#agent.clockOffsetMs();
    this.#recorder.record({
      type: 'run-started',
      run: this.#run,
      scenario: scenario.name,
      seed: scenario.seed,
      versions: this.#options.versions,
      host: engine.description,
      clockOffsetMs: this.#clockOffsetMs,
    });
    for (const warning of checkHost(scenario, plan, engine.description)) this.#recorder.warn(warning);
    return network;
  }

  #makeFleet(network: Network): Fleet {
    const { engine, scenario, imageFor } = this.#options;
    const fleet = new Fleet({
      engine,
      agent: this.#requireAgent(),
      context: { run: this.#run, scenario, networkId: network.id, imageFor },
      recorder: this.#recorder,
      onChange: (counts) => this.#changed(counts),
      keepLog: (node, log) => this.#folder.writeText(`logs/${node}.log`, log),
    });
    this.#fleet = fleet;
    for (const [node, container] of Object.entries(this.#ownObservatory ?? {})) {
      fleet.measure({ group: 'observatory', node, role: node }, container);
    }
    return fleet;
  }

  /** Watches containers and keeps the agent's view of the run fresh until the run has ended. */
  async #accompanyRun(fleet: Fleet): Promise<void> {
    const { signal } = this.#accompany;
    const { engine } = this.#options;
    const watching = engine
      .watch({ [Label.run]: this.#run }, (event) => fleet.observe(event), signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#recorder.warn(`watch the run's containers: ${messageOf(error)}`);
      });
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#push(fleet);
        failures = 0;
      } catch (error) {
        failures++;
        // One late push costs one sample; a lost agent costs the measurement, and is said once.
        if (failures === 5 && !signal.aborted) {
          this.#recorder.warn(`push metrics to the agent: ${messageOf(error)}`);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PUSH_INTERVAL_MS));
    }
    await watching;
  }

  async #push(fleet: Fleet): Promise<void> {
    const agent = this.#requireAgent();
    const { scenario, plan } = this.#options;
    const labels = { run: this.#run, scenario: scenario.name };
    const shared = [orchestratorTarget(labels), hostTarget(labels), containersTarget(labels)];
    await this.#sendIfNew('targets', [...shared, ...fleet.targets()], (targets) => agent.setTargets(targets));
    await this.#sendIfNew('containers', fleet.containers(), (containers) => agent.setContainers(containers));
    const offsetMs = this.#recorder.offsetMs;
    for (const curve of plan.loads) {
      const known = offsetMs !== null && curve.unit === 'per-second';
      this.#metrics.setOfferedRate(curve.load, known ? offeredAt(curve, offsetMs) : null);
    }
    await agent.pushMetrics(await this.#metrics.exposition());
  }

  async #sendIfNew<T>(what: string, value: T, send: (value: T) => Promise<void>): Promise<void> {
    const text = JSON.stringify(value);
    if (this.#sent.get(what) === text) return;
    await send(value);
    this.#sent.set(what, text);
  }

  async #launchNodes(fleet: Fleet): Promise<void> {
    const { plan, signal } = this.#options;
    for (const { group, nodes } of plan.initialNodes) {
      if (nodes.length === 0) continue;
      const step = nodes.length === 1 ? `node of ${group}` : `${nodes.length} nodes of ${group}`;
      await this.#recorder.step(step, () => fleet.launch(group, nodes, signal));
    }
  }

  async #prepareGenerators(network: Network, fleet: Fleet): Promise<Generators> {
    const { engine, scenario, signal } = this.#options;
    const agent = this.#requireAgent();
    const generators = new Generators({
      engine,
      agent,
      fleet,
      scenario,
      run: this.#run,
      networkId: network.id,
      labels: this.#labels,
    });
    this.#generators = generators;
    await generators.prepare(signal);
    return generators;
  }

  /** Waits until Prometheus can tell a rate for every container, so that charts and figures cover the run from offset 0. */
  async #awaitSamples(fleet: Fleet): Promise<void> {
    const { signal } = this.#options;
    const prometheus = this.#prometheus();
    const wanted = fleet.containers().length;
    const expr = `count(count_over_time(container_cpu_usage_seconds_total{run="${this.#run}"}[10s]) >= 2)`;
    const deadline = Date.now() + FIRST_SAMPLES_WITHIN_MS;
    let found = 0;
    while (Date.now() < deadline) {
      signal.throwIfAborted();
      found = (await prometheus.queryInstant(expr, (Date.now() + this.#clockOffsetMs) / 1000))[0]?.value ?? 0;
      if (found >= wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    this.#recorder.warn(
      `Prometheus has samples of ${found} of ${wanted} containers; the others start unobserved.`,
    );
  }

  async #execute(fleet: Fleet, generators: Generators): Promise<void> {
    const { plan, signal } = this.#options;
    const recorder = this.#recorder;
    const startMs = systemClock.now();
    this.#loadStartMs = Date.now();
    recorder.startClock(this.#loadStartMs);
    await generators.start();
    recorder.record({ type: 'load-started' });
    this.#options.onProgress({
      run: this.#run,
      startMs: this.#loadStartMs,
      counts: () => fleet.counts(),
      prometheus: this.#prometheus(),
      clockOffsetMs: this.#clockOffsetMs,
    });
    await runTimeline({
      plan,
      startMs,
      clock: systemClock,
      recorder,
      perform: (action) => fleet.perform(action.change, signal),
      onActionStarted: (action, lagMs) => this.#metrics.actionStarted(action, lagMs),
      onActionFinished: (action, tookMs, result) => this.#metrics.actionFinished(action, tookMs, result),
      onPhase: (phase) => this.#metrics.setPhase(phase),
      signal,
    });
    this.#ended = await generators.end();
    recorder.record({ type: 'load-ended', generators: this.#ended });
  }

  async #stopGenerators(): Promise<void> {
    const generators = this.#generators;
    if (generators === undefined || generators.count === 0) return;
    await generators.stop();
    const { hurry } = this.#options;
    const grace = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, INTERRUPT_GRACE_MS);
      hurry.addEventListener('abort', () => resolve(), { once: true });
      void generators.end().finally(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    await grace;
  }

  async #keepResults(): Promise<void> {
    await this.#fleet?.keepLogs();
    await this.#generators?.keepResults(
      (name, content) => this.#folder.writeText(name, content),
      (message) => this.#recorder.warn(message),
    );
  }

  #changed(counts: readonly GroupCount[]): void {
    for (const { group, limits, ...states } of counts) {
      this.#metrics.setGroupNodes(group, states);
      this.#metrics.setGroupLimits(group, limits);
    }
  }

  #prometheus(): PrometheusClient {
    const agent = this.#requireAgent();
    return createPrometheusClient(async (path) => {
      const { body } = await agent.http('GET', `${PROMETHEUS_ALIAS}:${PROMETHEUS_PORT}`, path);
      return JSON.parse(body.toString()) as unknown;
    });
  }

  #requireAgent(): AgentClient {
    if (this.#agent === undefined)
      throw new TopolabError('use the agent before it is connected', { code: 'bug' });
    return this.#agent;
  }
}
