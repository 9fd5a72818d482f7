// Sees to it that nothing of a run outlives it on one host: launches the reaper before anything else of the run, speaks to it while the run goes
// on, and removes everything at the end, the reaper last. On the way it notices what no run survives: that Docker went away, that this
// process stood still, that somebody removed the run.
import type { Engine, Labels, RunningContainer } from '../../engine/engine.ts';
import { removeLeftovers } from '../../engine/remove-leftovers.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { pause } from '../../pause.ts';
import { diagnose, type Diagnosis } from './diagnose.ts';
import { inTime } from './in-time.ts';
import { longestSilence, reaperSpec } from './reaper.ts';
import { ReaperLine } from './reaper-line.ts';

/** How long to wait for a sign of the reaper before an error is put down to something else. */
const EXPLAIN_MS = 3000;
const COMES_BACK_EVERY_MS = 250;
/** How often starting a reaper again may fail before another one is made: for 15 s and more, which is longer than Docker takes to end. */
const MOST_STARTS = 60;

const WENT_AWAY =
  'It ended, hung or was restarted. What was measured before is kept where possible; what is left is removed when Docker is back.';
const STOOD_STILL =
  'It was stopped, or the machine was suspended. A run that does not respond for so long is considered abandoned and is removed: start it again.';
const REMOVED = '`topolab clean --run` and `--all` do this, even while a run is in progress.';

export interface HostGuardOptions {
  readonly engine: Engine;
  readonly run: string;
  /** The node image, which holds the reaper. */
  readonly image: string;
  readonly labels: Labels;
  readonly warn: (message: string) => void;
  /** Where in the run that was, for messages: ` at 15.4 s`. Epoch milliseconds. */
  readonly moment: (atMs: number) => string;
  /** Which host that is, for messages: ` on box2`; '' where there is but one. */
  readonly where: string;
  /** Whether the run is on several. */
  readonly spansHosts: boolean;
  /** What to say where its engine went away: `Docker went away`, `host box2 was lost`. */
  readonly lossWords: string;
}

export class HostGuard {
  readonly #options: HostGuardOptions;
  readonly #lost = new AbortController();
  /** Aborts when nobody is to speak to the reaper any more. */
  readonly #over = new AbortController();
  readonly #line: ReaperLine;
  #reaper: RunningContainer | undefined;
  #lostAtMs = 0;
  /** How often starting the reaper again has failed since it was last spoken to. */
  #failedStarts = 0;

  constructor(options: HostGuardOptions) {
    this.#options = options;
    this.#line = new ReaperLine(options.engine, (words) =>
      options.warn(`The reaper cannot reach Docker (${words}).`),
    );
  }

  /** Aborts when the run can't go on, with `engine-gone`, `run-stood-still` or `run-removed`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** When that was, epoch milliseconds. */
  get lostAtMs(): number {
    return this.#lostAtMs;
  }

  get engineWentAway(): boolean {
    return this.#lost.signal.aborted && codeOf(this.#lost.signal.reason) === 'engine-gone';
  }

  /** Launches the reaper; speaking to it begins meanwhile. A run without one is warned of, and goes on. */
  async start(signal: AbortSignal): Promise<void> {
    if (await this.#launch(signal)) void this.#hold();
  }

  /** Why it failed: what the run was lost to, where it was, or the error itself. */
  async explain(error: unknown): Promise<unknown> {
    const askedAtMs = performance.now();
    if (this.#stoodStill) this.#loseStandingStill();
    this.#line.knock();
    while (!this.lost.aborted && performance.now() - askedAtMs < EXPLAIN_MS) {
      if (this.#line.heardAtMs > askedAtMs || this.#reaper === undefined) break;
      await pause(20);
    }
    if (this.lost.aborted) return this.lost.reason;
    if (this.#line.heardAtMs <= askedAtMs && (await this.#diagnose()) === 'engine-gone') this.#loseEngine();
    return this.lost.aborted ? this.lost.reason : error;
  }

  /** After `engine-gone`: waits until it is back and the reaper hears us again. Resolves with whether that came about. */
  async reattach(withinMs: number, signal: AbortSignal): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    while (performance.now() < deadlineMs && !signal.aborted) {
      const isBack = await this.#isBack();
      if (isBack !== undefined) return isBack;
      await pause(COMES_BACK_EVERY_MS, signal).catch(() => {});
    }
    return false;
  }

  /** Whether the reaper hears us again, or, where there is none, the engine has something of the run. Undefined where neither can be told yet. */
  async #isBack(): Promise<boolean | undefined> {
    const { engine, run } = this.#options;
    if (this.#reaper === undefined) {
      const found = await inTime(engine.list(run)).catch(() => undefined);
      return found && found.containers.length > 0;
    }
    try {
      // Docker starts it again by itself, except where it takes it for stopped by hand.
      await inTime(engine.start(this.#reaper.id));
    } catch (error) {
      return codeOf(error) === 'container-gone' ? false : undefined;
    }
    if (!(await this.#open())) return undefined;
    void this.#hold();
    return true;
  }

  /**
   * Removes whatever carries the run's label, the reaper last.
   * @param late something may still be in the making: the reaper stays until it has seen nothing for a while.
   * @throws TopolabError what could not be removed; the reaper goes on trying.
   */
  async removeAll({ late = false } = {}): Promise<void> {
    const { engine, run, spansHosts } = this.#options;
    try {
      // One that went away and is not back is left to the reaper within seconds.
      if (this.engineWentAway) await inTime(engine.list(run));
      await removeLeftovers(engine, run, { sparingReaper: true });
      // Managers that don't agree tell nothing of networks that span hosts, not even that they are there.
      if (spansHosts) await engine.swarm?.nodes();
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#leave();
    if (!late) await removeLeftovers(engine, run);
  }

  /** Falls silent: from now on it is the reaper's. */
  #leave(): void {
    this.#over.abort();
    this.#line.close();
  }

  /** Whether there is one now. */
  async #launch(signal?: AbortSignal): Promise<boolean> {
    const { engine, run, image, labels, warn, where, spansHosts } = this.#options;
    try {
      this.#reaper = await engine.launch(
        reaperSpec(run, image, labels, engine.reach.hostName, spansHosts),
        signal,
      );
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      this.#reaper = undefined;
      warn(
        `This run has no reaper${where} (${messageOf(error)}): if this process is killed, its containers stay until the next run or \`topolab clean\`.`,
      );
      return false;
    }
  }

  /** Speaks to the reaper, to a new one where the old one is gone, until the run is over or lost. */
  async #hold(): Promise<void> {
    try {
      while (!this.#isOver) {
        if (this.#line.isOpen || (await this.#open())) await this.#line.speak(this.#over.signal);
        if (this.#isOver) return;
        if (this.#stoodStill) return this.#loseStandingStill();
        if (!(await this.#mend())) return;
      }
    } catch (error) {
      if (!this.#isOver) this.#options.warn(`contact the reaper: ${messageOf(error)}`);
    }
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  async #open(): Promise<boolean> {
    if (this.#reaper === undefined || !(await this.#line.open(this.#reaper.id))) return false;
    this.#failedStarts = 0;
    return true;
  }

  /** Finds out why the line ended, and mends it where that can be done. */
  async #mend(): Promise<boolean> {
    const silentMs = performance.now() - this.#line.heardAtMs;
    const atMs = silentMs > longestSilence() ? Date.now() - silentMs : Date.now();
    const diagnosis = await this.#diagnose();
    if (this.#isOver) return false;
    switch (diagnosis) {
      case 'engine-gone':
        this.#loseEngine(atMs);
        return false;
      case 'run-removed':
        this.#lose(
          atMs,
          'run-removed',
          `somebody removed everything of the run${this.#options.moment(atMs)}`,
          REMOVED,
        );
        return false;
      case 'reaper-gone':
        return this.#reaper === undefined ? await this.#launch() : await this.#replace(this.#reaper);
      case 'reaper-there':
        await pause(COMES_BACK_EVERY_MS, this.#over.signal).catch(() => {});
        return true;
    }
  }

  /**
   * Starts the reaper again, or another one where it was removed. An engine that ends has its containers end first, the reaper before others, and
   * starts nothing any more: so the reaper stays, to be started with the engine, and what happened is looked at again.
   * @returns whether there is still something to speak to.
   */
  async #replace({ id }: RunningContainer): Promise<boolean> {
    const { engine } = this.#options;
    try {
      await inTime(engine.start(id));
      return true;
    } catch (error) {
      this.#failedStarts += 1;
      if (codeOf(error) !== 'container-gone' && this.#failedStarts < MOST_STARTS) {
        await pause(COMES_BACK_EVERY_MS, this.#over.signal).catch(() => {});
        return true;
      }
    }
    await engine.remove(id);
    return await this.#launch();
  }

  async #diagnose(): Promise<Diagnosis> {
    const { engine, run } = this.#options;
    return await diagnose(engine, run, this.#reaper);
  }

  get #stoodStill(): boolean {
    // One that can't be started again has not given the run up.
    return this.#reaper !== undefined && this.#failedStarts === 0 && this.#line.stoodStill;
  }

  #loseEngine(atMs = Date.now()): void {
    const { lossWords, moment } = this.#options;
    this.#lose(atMs, 'engine-gone', `${lossWords}${moment(atMs)}`, WENT_AWAY);
  }

  #loseStandingStill(): void {
    const { beatAtMs } = this.#line;
    const seconds = ((Date.now() - beatAtMs) / 1000).toFixed(0);
    const message = `this process was suspended for ${seconds} s${this.#options.moment(beatAtMs)}`;
    this.#lose(beatAtMs, 'run-stood-still', message, STOOD_STILL);
  }

  #lose(atMs: number, code: string, message: string, hint: string): void {
    if (this.lost.aborted) return;
    this.#lostAtMs = atMs;
    this.#lost.abort(new TopolabError(message, { code, hint }));
  }
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof TopolabError ? thrown.code : undefined;
}
