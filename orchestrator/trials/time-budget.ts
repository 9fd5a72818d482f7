// How much may be run in a given time: pipelines have minutes, and trials are worth more the more there are.
import { type Ended, timeLeft } from './time-left.ts';

export class TimeBudget {
  readonly #endMs: number;
  readonly #nowMs: () => number;

  /** @param withinMs from now on; undefined = as long as it takes. */
  constructor(withinMs: number | undefined = Infinity, nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
    this.#endMs = nowMs() + withinMs;
  }

  /** Below 0 once it is over. */
  get leftMs(): number {
    return this.#endMs - this.#nowMs();
  }

  /** Whether a trial of this kind is likely to end in time, by how long those before took. The first one may always begin: nobody knows yet. */
  allows(kind: string, ended: readonly Ended[]): boolean {
    return (timeLeft([kind], ended) ?? 0) <= this.leftMs;
  }
}
