// How far a study is, and how long the rest may take.
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';

export interface PaceState {
  readonly trialsDone: number;
  /** At least as many as the searches will take. */
  readonly trialsExpected: number;
  /** Undefined until a trial has ended. */
  readonly leftMs: number | undefined;
}

/**
 * Trials of earlier sessions count with their load time, which is all that is known of them; what launching and removing costs beside it
 * is learnt from the trials of this session.
 */
export class Pace {
  readonly #question: Pick<CapacityQuestion, 'sizes' | 'minTrials'>;
  /** Size → trials that have ended. */
  readonly #done = new Map<number, number>();
  readonly #ended = new Set<number>();
  /** Size → load time of its trial that goes on. */
  readonly #openMs = new Map<number, number>();
  #loadMs = 0;
  #trials = 0;
  #besideMs = 0;
  #timed = 0;

  constructor(question: Pick<CapacityQuestion, 'sizes' | 'minTrials'>) {
    this.#question = question;
  }

  probeDone(size: number, loadMs: number): void {
    this.#openMs.set(size, (this.#openMs.get(size) ?? 0) + loadMs);
  }

  /**
   * @param isLast whether the search of this size has ended with it.
   * @param besideMs time beside its load; undefined = not known.
   */
  trialDone(size: number, isLast: boolean, besideMs?: number): void {
    this.#loadMs += this.#openMs.get(size) ?? 0;
    this.#openMs.delete(size);
    this.#trials++;
    this.#done.set(size, (this.#done.get(size) ?? 0) + 1);
    if (isLast) this.#ended.add(size);
    if (besideMs === undefined) return;
    this.#besideMs += besideMs;
    this.#timed++;
  }

  /** @param mostMs time that there is at all; default: as much as it takes. */
  state(mostMs = Number.POSITIVE_INFINITY): PaceState {
    const { sizes, minTrials } = this.#question;
    const expected = sizes.map((size) => {
      const done = this.#done.get(size) ?? 0;
      return this.#ended.has(size) ? done : Math.max(minTrials, done + 1);
    });
    const trialsExpected = expected.reduce((sum, count) => sum + count, 0);
    return {
      trialsDone: this.#trials,
      trialsExpected,
      leftMs:
        this.#trials === 0
          ? undefined
          : Math.max(0, Math.min(mostMs, this.#perTrialMs() * (trialsExpected - this.#trials))),
    };
  }

  #perTrialMs(): number {
    return this.#loadMs / this.#trials + (this.#timed === 0 ? 0 : this.#besideMs / this.#timed);
  }
}
