// The end of a run, however it came: what was measured is saved, judged and reported.
import { raceSignal } from 'race-signal';
import { messageOf } from '../../errors.ts';
import { faultCosts } from '../../measure/impacts/fault-costs.ts';
import { settle } from '../../measure/measure-load.ts';
import { pause } from '../../pause.ts';
import type { RunOutcome } from '../../record/event.ts';
import { evaluateRun } from './evaluate-run.ts';
import type { Reached, RunContext } from './run-context.ts';

/** Time the generators have to end in an orderly way when a run is interrupted. */
const INTERRUPT_GRACE_MS = 8000;
/** Figures are pushed to the agent once a second, and scraped from there once a second. */
const SCRAPED_WITHIN_MS = 3000;
/** How long Docker, once it went away, is waited for, to keep what was measured. */
const ENGINE_BACK_WITHIN_MS = 60_000;

export class RunCollector {
  readonly #context: RunContext;
  readonly #reached: Reached;
  readonly #unmeasured: AbortSignal;
  /** The user's own, which a run that is lost does not abort. */
  readonly #interrupts: AbortSignal;

  /**
   * @param reached what is still on its way to its end may add to it meanwhile.
   * @param unmeasured aborts when an observer has died.
   */
  constructor(context: RunContext, reached: Reached, unmeasured: AbortSignal) {
    const { signal, hurry } = context.options;
    this.#context = context;
    this.#reached = reached;
    this.#unmeasured = unmeasured;
    this.#interrupts = AbortSignal.any([signal, hurry]);
  }

  /** Saves everything that is still available, the verdict and the report. Returns the exit code. */
  async collect(outcome: RunOutcome, error: unknown): Promise<number> {
    const { options, run, folder, recorder, metrics, guard } = this.#context;
    const { hurry, scenario, plan } = options;
    const reached = this.#reached;
    metrics.setState('collect');
    await using deployment = reached.deployment;
    recorder.record({
      type: 'run-ended',
      outcome,
      ...(outcome === 'broken' ? { error: messageOf(error) } : {}),
    });
    const { lost } = guard;
    const endedAtMs = lost.aborted ? guard.lostAtMs : Date.now();
    if (outcome !== 'completed') reached.endOffsetMs = recorder.offsetAt(endedAtMs) ?? 0;
    const canAsk = lost.aborted ? await this.#canStillAsk() : true;
    if (canAsk && !hurry.aborted) await raceSignal(this.#keep(outcome), hurry).catch(unlessAborted(hurry));
    const measured = reached.loadStartMs !== undefined && !hurry.aborted && canAsk;
    const exitCode = await evaluateRun({
      folder,
      run,
      scenario,
      plan,
      objectives: reached.objectives,
      outcome,
      error,
      prometheus: measured ? deployment?.prometheus : undefined,
      engineStartMs: (reached.loadStartMs ?? 0) + (deployment?.clockOffsetMs ?? 0),
      endOffsetMs: reached.endOffsetMs ?? plan.durationMs,
      settledOffsetMs: (lost.aborted ? reached.endOffsetMs : recorder.offsetMs) ?? 0,
      generators: reached.ended,
      warn: (message) => recorder.warn(message),
      hurry,
    });
    if (measured) await this.#tellFaultCosts();
    return exitCode;
  }

  /** For whoever looks at this run in the stack's Prometheus; a run's own goes with it. */
  async #tellFaultCosts(): Promise<void> {
    const { options, folder, metrics } = this.#context;
    const { plan, sharedObservers, hurry } = options;
    if (sharedObservers === undefined) return;
    const costs = faultCosts(folder.saved(), this.#reached.endOffsetMs ?? plan.durationMs);
    if (costs.length === 0) return;
    metrics.setFaultCosts(costs);
    await pause(SCRAPED_WITHIN_MS, hurry).catch(() => {});
  }

  /** Ends the load where it goes on, saves logs and summaries, and waits until Prometheus has all samples. */
  async #keep(outcome: RunOutcome): Promise<void> {
    const { deployment, loadStartMs } = this.#reached;
    await deployment?.fleet.lifecycle.settle();
    if (outcome === 'interrupted' || this.#unmeasured.aborted) await this.#stopGenerators();
    await this.#keepResults();
    if (loadStartMs === undefined) return;
    const endedAtMs = Date.now();
    await deployment?.compareClocks();
    await this.#keepDelays();
    await this.#keepAccess();
    await settle(this.#context.options.hurry);
    if (outcome === 'completed') await deployment?.awaitLastSamples(endedAtMs);
  }

  async #keepDelays(): Promise<void> {
    const measured = await this.#reached.deployment?.delays?.measured();
    if (measured === undefined || (measured.delays.length === 0 && measured.lost === undefined)) return;
    this.#context.recorder.record({ type: 'delays-measured', ...measured });
  }

  /** Canaries that can't tell cost their figures, and nothing else. */
  async #keepAccess(): Promise<void> {
    try {
      await this.#reached.deployment?.access?.keepFigures();
    } catch (error) {
      this.#context.recorder.warn(`keep what the canaries found: ${messageOf(error)}`);
    }
  }

  /** Of a run that was given up or removed, nothing is there to be asked. */
  async #canStillAsk(): Promise<boolean> {
    const { remains } = this.#context.guard;
    return remains === 'all' || (remains === 'with the first host' && (await this.#reviveObservers()));
  }

  /** After Docker went away: waits for it, and starts what knows the samples again. Whether they can be asked for. */
  async #reviveObservers(): Promise<boolean> {
    const { recorder, guard } = this.#context;
    const { deployment, loadStartMs } = this.#reached;
    const waitMs = ENGINE_BACK_WITHIN_MS;
    recorder.warn(`Docker went away; waiting up to ${waitMs / 1000} s for it, to keep what was measured.`);
    if (!(await guard.reattach(waitMs, this.#interrupts))) {
      recorder.warn('Docker did not come back in time: what was measured is lost.');
      return false;
    }
    if (deployment === undefined || loadStartMs === undefined) return true;
    try {
      await deployment.revive(this.#interrupts);
      return true;
    } catch (error) {
      recorder.warn(`read what was measured: ${messageOf(error)}`);
      return false;
    }
  }

  async #stopGenerators(): Promise<void> {
    const generators = this.#reached.generators;
    if (generators === undefined || generators.count === 0) return;
    // One that cannot be told to end is not waited for; what was measured is kept all the same.
    try {
      await generators.stop();
    } catch (error) {
      return this.#context.recorder.warn(`end the load: ${messageOf(error)}`);
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
    await this.#reached.deployment?.fleet.logs.keepAll();
    await this.#reached.deployment?.fleet.backups.keepLogs();
    await this.#reached.generators?.keepResults(
      (name, content) => this.#context.folder.writeText(name, content),
      (message) => this.#context.recorder.warn(message),
    );
  }
}

/** For what was given up: its failure is none. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
