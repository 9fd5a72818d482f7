// Proves on this host that measurements can be believed: a server whose behaviour is known beforehand is measured in the way in which runs
// are measured, and what came out stands beside what theory says.
import { percentileUnderStall } from '../capacity/queueing.ts';
import { waitsOf } from '../capacity/poisson-arrivals.ts';
import { TopolabError } from '../errors.ts';
import { nameHost } from '../judge/resource-words.ts';
import { RunMetrics } from '../metrics/run-metrics.ts';
import { readK6Metric } from '../measure/readings/k6-summary.ts';
import { measureSaturations, settle } from '../measure/measure-load.ts';
import { measureObjective } from '../measure/objectives/measure-objective.ts';
import { pause } from '../pause.ts';
import { Readings } from '../measure/readings/readings.ts';
import { curveOf } from '../plan/load-curve.ts';
import { makePlan } from '../plan/make-plan.ts';
import { Deployment } from '../run/deployment/deployment.ts';
import type { DeploymentEnvironment } from '../run/options/deployment-options.ts';
import { runLabels } from '../run/identity/run-labels.ts';
import { guarded } from '../run/guard/guarded.ts';
import type { Load } from '../scenario/load/load.ts';
import { Recorder } from '../record/recorder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import {
  aloneStage,
  calibrationScenario,
  type CalibrationPlan,
  downloadLoad,
  fileBytes,
  planCalibration,
  queueLoad,
  serviceMs,
  stallLoad,
  stallMs,
  stallRate,
} from './calibration-plan.ts';
import { readCounter, readStages } from './calibration-readings.ts';
import { type CalibrationRow, judgeRow } from './calibration-rows.ts';
import { planArrivals } from './load/arrival-plan.ts';
import { meanWaitRow, percentileRow } from './queue-rows.ts';
import { sentBytesIn } from './sent-bytes.ts';

export interface CalibrateOptions extends DeploymentEnvironment {
  /** Names the calibration; everything it makes carries it as its run. */
  readonly run: string;
  /** About a minute with wider tolerances instead of three. */
  readonly quick: boolean;
  readonly seed: number;
  /** Told of each step as it begins. */
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

export interface CalibrationFindings {
  readonly rows: readonly CalibrationRow[];
  readonly remarks: readonly string[];
  /** What the rows were computed from. */
  readonly readings: Readonly<Record<string, unknown>>;
}

/** Rejects when the signal aborts, or where anything breaks; nothing is left on the engine in any case. */
export async function calibrate(options: CalibrateOptions): Promise<CalibrationFindings> {
  const { hosts, run, nodeImage, signal, onStep } = options;
  const guard = {
    hosts,
    run,
    image: nodeImage,
    labels: runLabels(run, 'calibrate'),
    warn: onStep,
    moment: () => '',
  };
  return await guarded(guard, signal, (signal) => new Bench({ ...options, signal }).measure());
}

/** The deployment of one calibration and what it has found so far. */
class Bench {
  readonly #options: CalibrateOptions;
  readonly #plan: CalibrationPlan;
  readonly #scenario: Scenario;
  readonly #rows: CalibrationRow[] = [];
  readonly #remarks: string[] = [];
  readonly #readings: Record<string, unknown> = {};

  constructor(options: CalibrateOptions) {
    this.#options = options;
    this.#plan = planCalibration(options.quick, options.seed);
    this.#scenario = calibrationScenario(options.seed);
  }

  async measure(): Promise<CalibrationFindings> {
    const { onStep } = this.#options;
    onStep('network, agent, Prometheus and the server');
    await using deployment = await this.#deploy();
    const clocks = await clocksOf(deployment);
    onStep(`waiting times at loads of ${this.#plan.queues.map(({ use }) => use).join(', ')}`);
    await this.#queues(deployment);
    onStep(`a stall of ${stallMs / 1000} s at ${stallRate}/s`);
    await this.#stall(deployment);
    onStep('bytes of downloads');
    await this.#bytes(deployment);
    for (const [host, offsetMs] of await clocksOf(deployment))
      this.#add({
        check: 'clock',
        what: clocks.size === 1 ? "drift of the engine's clock" : `drift of the clock of ${host}`,
        unit: 'milliseconds',
        measured: offsetMs - (clocks.get(host) ?? Number.NaN),
        expected: 0,
        errorBar: null,
        tolerance: { kind: 'absolute', most: 5 },
        source: 'a clock like ours',
      });
    return { rows: this.#rows, remarks: this.#remarks, readings: this.#readings };
  }

  async #deploy(): Promise<Deployment> {
    const { run } = this.#options;
    const scenario = this.#scenario;
    const sink = { event: () => {} };
    const warn = (message: string) => this.#remarks.push(message);
    const recorder = new Recorder(sink, [(event) => event.type === 'warning' && warn(event.message)]);
    const metrics = new RunMetrics({ run, scenario: scenario.name });
    const keepLog = async (): Promise<void> => {};
    const options = { ...this.#options, scenario, recorder, metrics, keepLog };
    return await Deployment.openStanding(options, makePlan(scenario));
  }

  async #queues(deployment: Deployment): Promise<void> {
    const { queues, stages, tolerance, quick } = this.#plan;
    const arrivals = planArrivals(stages);
    const load = await this.#carry(deployment, queueLoad(this.#plan), arrivals.at(-1)?.atMs ?? 0);
    const readings = await readStages(deployment.prometheus, load.run, load.endMs);
    const totals = await this.#serverTotals(deployment);
    this.#readings['queue'] = { plan: queues, stages: readings, server: totals };
    const alone = readings.find(({ stage, part }) => stage === aloneStage && part === null);
    const overheadMs = (alone?.meanMs ?? Number.NaN) - serviceMs;
    for (const queue of queues) {
      const row = meanWaitRow(queue, readings, arrivals, overheadMs);
      this.#add({ ...row, tolerance: { kind: 'share', most: tolerance } });
    }
    const planned = waitsOf(
      arrivals.map(({ atMs }) => atMs),
      serviceMs,
    );
    this.#add({
      check: 'queue',
      what: 'mean waiting time, by the server',
      unit: 'milliseconds',
      measured: totals.requests === 0 ? null : totals.waitMs / totals.requests,
      expected: planned.reduce((sum, each) => sum + each, 0) / planned.length,
      errorBar: null,
      tolerance: { kind: 'share', most: tolerance },
      source: 'the planned arrivals',
    });
    for (const queue of queues) {
      const row = percentileRow(queue, readings, arrivals, overheadMs);
      this.#add({ ...row, tolerance: { kind: 'share', most: quick ? 0.15 : 0.1 } });
    }
    this.#add({
      check: 'clock',
      what: 'lateness of requests, mean',
      unit: 'milliseconds',
      measured: Math.max(...readings.filter(({ part }) => part === null).map(({ lateMs }) => lateMs)),
      expected: 0,
      errorBar: null,
      tolerance: { kind: 'absolute', most: quick ? 3 : 2 },
      source: 'a timer that is never late',
    });
    this.#add({
      check: 'clock',
      what: 'time outside the queue',
      unit: 'milliseconds',
      measured: overheadMs,
      expected: 0,
      errorBar: null,
      tolerance: { kind: 'absolute', most: quick ? 5 : 3 },
      source: 'subtracted above',
    });
  }

  async #serverTotals({ agent }: Deployment): Promise<{ requests: number; waitMs: number }> {
    const { body } = await agent.http('GET', 'server:8080', '/totals');
    return JSON.parse(body.toString()) as { requests: number; waitMs: number };
  }

  async #stall(deployment: Deployment): Promise<void> {
    const { stallTestMs, stallAtMs, tolerance } = this.#plan;
    const { prometheus, agent } = deployment;
    const load = stallLoad(this.#plan);
    const carried = await this.#carry(deployment, load, stallTestMs, async () => {
      await pause(stallAtMs, this.#options.signal);
      await agent.http('POST', 'server:8080', `/stall?ms=${stallMs}`);
    });
    const window = { startMs: 0, endMs: stallTestMs };
    const readings = new Readings(prometheus, {
      run: carried.run,
      startMs: carried.startMs,
      lastedMs: stallTestMs,
      loads: [curveOf(load, this.#scenario.groups)],
    });
    const percentileMs = async (percentile: number) => {
      const measure = { kind: 'latency', percentile } as const;
      const objective = {
        name: '',
        measure,
        comparison: 'below',
        bound: 0,
        phase: null,
        load: null,
      } as const;
      return (await measureObjective(objective, window, readings)).measured;
    };
    const usualMs = (await percentileMs(50)) ?? 0;
    const stall = {
      ratePerSecond: stallRate,
      totalMs: stallTestMs,
      stallMs,
      serviceMs: usualMs,
      backlog: 'at-once',
    } as const;
    const row = {
      check: 'stall',
      unit: 'milliseconds',
      errorBar: null,
      tolerance: { kind: 'share', most: tolerance },
    } as const;
    for (const percentile of [98, 99, 99.5]) {
      const what = `p${percentile} latency with one stall in ${stallTestMs / 1000} s`;
      const expected = percentileUnderStall(percentile, stall);
      this.#add({ ...row, what, measured: await percentileMs(percentile), expected, source: 'arithmetic' });
    }
    this.#add({
      ...row,
      what: "p99, by the generator's own summary",
      measured: readK6Metric(carried.summary, 'http_req_duration', 'p(99)'),
      expected: percentileUnderStall(99, stall),
      source: 'arithmetic',
    });
    const iterations = await readCounter(
      prometheus,
      `k6_iterations_total{run="${carried.run}"}`,
      carried.endMs,
    );
    this.#readings['stall'] = { usualMs, iterations, summary: carried.summary };
    this.#add({
      check: 'clock',
      what: 'requests offered per second',
      unit: 'per-second',
      measured: iterations === null ? null : iterations / (stallTestMs / 1000),
      expected: stallRate,
      errorBar: null,
      tolerance: { kind: 'share', most: 0.01 },
      source: 'the rate asked for',
    });
  }

  async #bytes(deployment: Deployment): Promise<void> {
    const { run } = this.#options;
    const { cluster, fleet, prometheus, clockOffsetMs } = deployment;
    const [server] = fleet.roster.presentOf('server');
    if (server === undefined)
      throw new TopolabError('find the calibration server', { code: 'container-gone' });
    const selector = `container_network_transmit_bytes_total{run="${run}",group="server"}`;
    const sentBytes = async () => ({
      metric: await readCounter(prometheus, selector, Date.now() + clockOffsetMs),
      kernel: sentBytesIn((await cluster.exec(server.container.id, ['cat', '/proc/net/dev'])).stdout),
    });
    const before = await sentBytes();
    const { summary } = await this.#carry(deployment, downloadLoad(this.#plan), 5000);
    const after = await sentBytes();
    this.#readings['bytes'] = { before, after, summary };
    const counted = before.metric === null || after.metric === null ? null : after.metric - before.metric;
    const iterations = readK6Metric(summary, 'iterations', 'count') ?? 0;
    const row = {
      check: 'bytes',
      unit: 'bytes',
      errorBar: null,
      tolerance: { kind: 'share', most: 0.01 },
    } as const;
    this.#add({
      ...row,
      what: "bytes sent, by the container's metrics",
      measured: counted,
      expected: after.kernel - before.kernel,
      source: "the kernel's counter",
    });
    this.#add({
      ...row,
      what: 'bytes received, by the generator',
      measured: readK6Metric(summary, 'data_received', 'count'),
      expected: iterations * fileBytes,
      source: `${iterations} files of ${fileBytes / 1024 ** 2} MiB`,
    });
  }

  /** Carries one load from its beginning to its end. Times are on the engine's clock. */
  async #carry(
    deployment: Deployment,
    load: Load,
    lastsMs: number,
    meanwhile: () => Promise<void> = async () => {},
  ): Promise<{ run: string; startMs: number; endMs: number; summary: unknown }> {
    const { run } = this.#options;
    // Once an observer has died, there is nothing to be learned from the rest.
    const signal = AbortSignal.any([this.#options.signal, deployment.lost]);
    const loadRun = `${run}-${load.name}`;
    await using generators = deployment.generators([load], [], { run: loadRun });
    await generators.prepare(signal);
    const startMs = Date.now() + deployment.clockOffsetMs;
    await generators.start();
    const [ended] = await Promise.all([endOf(generators, lastsMs, signal), meanwhile()]);
    const failed = ended.find(({ exitCode }) => exitCode !== 0);
    if (failed !== undefined) {
      this.#remarks.push(`Generator ${failed.node} ended with exit code ${failed.exitCode}.`);
    }
    let summary: unknown = null;
    await generators.keepResults(
      async (name, content) => {
        if (name.startsWith('k6/')) summary = JSON.parse(content);
      },
      (message) => this.#remarks.push(message),
    );
    const loadEndMs = Date.now() + deployment.clockOffsetMs;
    await settle(signal);
    await this.#noteSaturation(deployment, load.name, startMs, loadEndMs - startMs);
    return { run: loadRun, startMs, endMs: Date.now() + deployment.clockOffsetMs, summary };
  }

  /** What the host was short of meanwhile. */
  async #noteSaturation(
    { prometheus }: Deployment,
    load: string,
    startMs: number,
    lastedMs: number,
  ): Promise<void> {
    const watched = { observedAs: this.#options.run, startMs, lastedMs, phases: [], asWhole: false };
    const { generators, hostByOthers, hostStolen } = await measureSaturations(watched, prometheus);
    if (hostByOthers !== null)
      this.#remarks.push(`Others filled ${nameHost(hostByOthers)}'s CPUs during ${load}.`);
    if (hostStolen !== null)
      this.#remarks.push(`A hypervisor took ${nameHost(hostStolen)}'s CPU for others during ${load}.`);
    for (const { node } of generators) this.#remarks.push(`Generator ${node} was short of CPU.`);
  }

  #add(row: Omit<CalibrationRow, 'agrees'>): void {
    this.#rows.push(judgeRow(row));
  }
}

/** Of each host, by its name: its clock minus ours, milliseconds. */
async function clocksOf({ cluster }: Deployment): Promise<ReadonlyMap<string, number>> {
  const offsets = await Promise.all(
    cluster.hosts.map(async ({ name, agent }) => [name, (await agent.readClock()).offsetMs] as const),
  );
  return new Map(offsets);
}

/** Ends them early where the signal aborts. */
async function endOf(
  generators: ReturnType<Deployment['generators']>,
  lastsMs: number,
  signal: AbortSignal,
): Promise<readonly { readonly node: string; readonly exitCode: number }[]> {
  const stop = (): void => void generators.stop().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = await generators.end(lastsMs);
    signal.throwIfAborted();
    return ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
