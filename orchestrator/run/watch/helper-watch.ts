// The helper that changes nodes' networks may die in the middle of a run. Rules and queues stay in the nodes' networks; delays by its program end.
// It is started again, everything is put anew into the state that it is to be in, and the run tells of the time in between; where that can't
// be, the run ends, for its faults could no longer be undone.
import type { ContainerEvent } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import type { NetAdmin } from '../../net-admin/net-admin.ts';
import type { Recorder } from '../../record/recorder.ts';

/** A helper that dies more often than this is not worth another start. */
const MOST_RETURNS = 3;

export interface HelperWatchOptions {
  /** ` of box2` where there are several hosts. */
  readonly where: string;
  readonly netAdmin: Pick<NetAdmin, 'container' | 'comeBack' | 'delayedNodes'>;
  /** Puts all nodes' networks anew into the state that they are to be in. */
  readonly applyAgain: () => Promise<void>;
  readonly recorder: Pick<Recorder, 'record' | 'warn' | 'offsetAt'>;
  /** The run can't go on: what happened, and why. */
  readonly lose: (what: string, cause: unknown) => void;
  /** Aborts when the helper may go. */
  readonly over: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export class HelperWatch {
  readonly #options: HelperWatchOptions;
  #returns = 0;

  constructor(options: HelperWatchOptions) {
    this.#options = options;
  }

  /** Takes in what the engine saw of the run's containers. Resolves when the helper is back, or the run is given up. */
  async seen({ kind, containerId, exitCode }: ContainerEvent): Promise<void> {
    const { netAdmin, where, lose, over } = this.#options;
    if (kind !== 'exited' || containerId !== netAdmin.container.id || over.aborted) return;
    const what = `The helper${where} that changes nodes' networks ended with exit code ${exitCode}`;
    try {
      await this.#bringBack(what);
    } catch (error) {
      if (!over.aborted) lose(`${what} and did not come back (${messageOf(error)})`, error);
    }
  }

  async #bringBack(what: string): Promise<void> {
    const { netAdmin, applyAgain, recorder, over, now = Date.now } = this.#options;
    const goneMs = now();
    if (++this.#returns > MOST_RETURNS) throw new Error(`it has died ${this.#returns} times`);
    await netAdmin.comeBack();
    await applyAgain();
    if (over.aborted) return;
    const awayMs = now() - goneMs;
    recorder.record({
      type: 'helper-returned',
      goneMs: recorder.offsetAt(goneMs),
      awayMs,
      undelayed: netAdmin.delayedNodes(),
    });
    recorder.warn(
      `${what}; it was started again, and everything applied anew after ${(awayMs / 1000).toFixed(1)} s`,
    );
  }
}
