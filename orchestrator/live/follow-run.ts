// Follows a run on the terminal: the steps before the load as progress, the load itself as a live view with figures asked of
// Prometheus every second, the steps after it as progress again.
import { latencyQuantile } from '../../dashboards/panels/latency-quantile.ts';
import { offeredAt } from '../plan/load-curve.ts';
import type { Plan } from '../plan/plan.ts';
import type { PrometheusClient } from '../metrics/prometheus-client.ts';
import type { RunEvent } from '../record/event.ts';
import { formatOffset } from '../format/format-value.ts';
import type { GroupCount } from '../fleet/nodes/roster.ts';
import type { RunProgress } from '../run/options/run-options.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { createLiveView, type LiveView, type LiveViewOptions } from './create-live-view.ts';
import { createProgress, type Progress, type ProgressStep } from './create-progress.ts';
import type { LiveState } from './live-state.ts';
import { createSetupProgress, type SetupProgress } from './setup-progress.ts';

export interface RunFollower extends SetupProgress {
  event(event: RunEvent): void;
  /** The load has begun: figures can be asked for. */
  start(progress: RunProgress): void;
}

export interface FollowOptions extends Omit<LiveViewOptions, 'now'> {
  readonly scenario: Scenario;
  readonly plan: Plan;
}

type Figures = Pick<LiveState, 'served' | 'p50Ms' | 'p99Ms' | 'errorShare' | 'inFlight'>;

const NO_FIGURES: Figures = { served: null, p50Ms: null, p99Ms: null, errorShare: null, inFlight: null };
const REDRAW_MS = 250;
/** In a terminal every second; plain lines come every ten, and asking more often would only load the host. */
const ASK_MS = { tty: 1000, plain: 5000 };
const MOST_ACTIONS = 5;
/**
 * Figures are those of this long ago: k6 pushes once a second. Asked about a moment whose push has not come yet, `rate` counts too few
 * requests, a quarter too few where they are a few a second.
 */
const STORED_AFTER_MS = 1500;

export function followRun(options: FollowOptions): RunFollower {
  const view: LiveViewOptions = { ...options, now: Date.now };
  let progress = createProgress(view);
  let setup = createSetupProgress(options, progress);
  let load: LoadFollower | undefined;
  const steps = new Map<string, ProgressStep>();
  let run = '';

  const event = (seen: RunEvent) => {
    if (seen.type === 'run-started') run = seen.run;
    if (seen.type === 'load-started') {
      progress.close();
      load = new LoadFollower(options, run, createLiveView(view));
    }
    if (load !== undefined) {
      if (seen.type !== 'run-ended') return load.event(seen);
      load.close();
      load = undefined;
      progress = createProgress(view);
      setup = createSetupProgress(options, progress);
    }
    showStep(seen, progress, steps);
  };
  return {
    event,
    start: (started) => load?.start(started),
    setupStep: (step) => setup.setupStep(step),
    imageStep: (step) => setup.imageStep(step),
    note: (line) => progress.note(line),
    close() {
      load?.close();
      progress.close();
    },
  };
}

function showStep(event: RunEvent, progress: Progress, steps: Map<string, ProgressStep>): void {
  if (event.type === 'run-started') progress.note(`run ${event.run}`);
  if (event.type === 'warning') progress.note(`warning: ${event.message}`);
  if (event.type === 'step-started') steps.set(event.step, progress.step(event.step));
  if (event.type === 'step-finished') steps.get(event.step)?.done();
  if (event.type === 'run-ended' && event.outcome !== 'completed') {
    for (const step of steps.values()) step.fail(event.outcome);
  }
}

/** The live view while the load goes on. */
class LoadFollower {
  readonly #options: FollowOptions;
  readonly #run: string;
  readonly #view: LiveView;
  readonly #actions: string[] = [];
  readonly #warnings: string[] = [];
  #phase: string | null = null;
  #figures = NO_FIGURES;
  #counts: () => readonly GroupCount[] = () => [];
  #startMs = Date.now();
  #redraw: NodeJS.Timeout | undefined;
  #ask: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: FollowOptions, run: string, view: LiveView) {
    this.#options = options;
    this.#run = run;
    this.#view = view;
  }

  start({ startMs, counts, prometheus, clockOffsetMs }: RunProgress): void {
    this.#startMs = startMs;
    this.#counts = counts;
    this.#update();
    if (this.#options.isTty) this.#redraw = setInterval(() => this.#update(), REDRAW_MS);
    const ask = async () => {
      const atMs = Date.now() + clockOffsetMs - STORED_AFTER_MS;
      this.#figures = await askFigures(prometheus, this.#run, atMs / 1000, (atMs - this.#startMs) / 1000);
      this.#update();
      if (!this.#closed)
        this.#ask = setTimeout(() => void ask(), this.#options.isTty ? ASK_MS.tty : ASK_MS.plain);
    };
    void ask();
  }

  event(event: RunEvent): void {
    const at = formatOffset(event.offsetMs ?? 0);
    if (event.type === 'phase-started') this.#phase = event.phase;
    if (event.type === 'action-started') this.#say(`${at}  ${event.action.summary}`);
    if (event.type === 'action-finished' && event.error !== undefined) {
      this.#say(`${at}  ${event.action.summary} failed: ${event.error.split('\n')[0]}`);
    }
    if (event.type === 'node-out-of-memory') this.#say(`${at}  ${event.node} ran out of memory`);
    if (event.type === 'node-exited' && !event.expected) {
      this.#say(`${at}  ${event.node} exited with code ${event.exitCode ?? 'unknown'}`);
    }
    if (event.type === 'host-gone') this.#say(`${at}  host ${event.host} was lost`);
    if (event.type === 'run-aborted') this.#say(`${at}  “${event.objective}” is missed: the run ends here`);
    if (event.type === 'warning') this.#warnings.push(event.message);
    this.#update();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#redraw);
    clearTimeout(this.#ask);
    this.#view.close();
  }

  #say(line: string): void {
    this.#actions.push(line);
    this.#actions.splice(0, this.#actions.length - MOST_ACTIONS);
  }

  #update(): void {
    if (this.#closed) return;
    const { scenario, plan } = this.#options;
    const offsetMs = Math.max(0, Date.now() - this.#startMs);
    const isOver = offsetMs >= plan.durationMs;
    // The last answers are awaited: no phase lasts any longer, and nothing more is offered.
    const phase = isOver ? undefined : plan.phases.find(({ name }) => name === this.#phase);
    this.#view.update({
      run: this.#run,
      scenario: scenario.name,
      step: isOver ? 'last requests' : 'load',
      phase: isOver ? null : this.#phase,
      phaseEndsInMs: phase === undefined ? null : Math.max(0, phase.endMs - offsetMs),
      runEndsInMs: Math.max(0, plan.durationMs - offsetMs),
      offsetMs,
      offered: isOver ? null : offeredNow(plan, offsetMs),
      ...this.#figures,
      groups: this.#counts().map(({ group, ready, starting, down, leaving, limits }) => ({
        group,
        ready,
        starting,
        down,
        leaving,
        cpus: limits.cpus,
      })),
      lastActions: [...this.#actions],
      warnings: [...this.#warnings],
    });
  }
}

function offeredNow({ loads }: Plan, offsetMs: number): number | null {
  const open = loads.filter(({ unit }) => unit === 'per-second');
  return open.length === 0 ? null : open.reduce((sum, load) => sum + offeredAt(load, offsetMs), 0);
}

/** The last seconds' figures. What is not available now is null, and the view goes on. */
async function askFigures(
  prometheus: PrometheusClient,
  run: string,
  atSeconds: number,
  loadSeconds: number,
): Promise<Figures> {
  const ask = async (expr: string): Promise<number | null> => {
    try {
      const value = (await prometheus.queryInstant(expr, atSeconds))[0]?.value;
      return value === undefined || !Number.isFinite(value) ? null : value;
    } catch {
      return null;
    }
  };
  const requests = (selector: string) => `sum(rate(k6_http_reqs_total{run="${run}"${selector}}[5s]))`;
  const percentile = (share: number) =>
    `1000 * ${latencyQuantile(share, { by: 'run', selector: `run="${run}"`, range: '5s' })}`;
  // Back to the start of the load: a phase that is over has counters of its own, which nobody pushes any more.
  const wholeLoad = `[${Math.ceil(Math.max(0, loadSeconds)) + 10}s]`;
  const counted = (what: string) =>
    `sum(last_over_time(k6_topolab_requests_${what}_total{run="${run}"}${wholeLoad}))`;
  const [served, p50Ms, p99Ms, errorShare, inFlight] = await Promise.all([
    ask(requests(', expected_response!="false"')),
    ask(percentile(0.5)),
    ask(percentile(0.99)),
    ask(`(${requests(', expected_response="false"')} or vector(0)) / ${requests('')}`),
    ask(`${counted('started')} - (${counted('ended')} or vector(0))`),
  ]);
  return { served, p50Ms, p99Ms, errorShare, inFlight };
}
