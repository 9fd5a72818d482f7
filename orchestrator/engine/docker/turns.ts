// Turns at work of which only so much may be under way at once. A daemon found silent is not asked again by all that have been
// waiting for their turn: each of them would wait as long.
import pLimit, { type LimitFunction } from 'p-limit';
import { isSilent } from '../engine-silent.ts';

export class Turns {
  readonly #limit: LimitFunction;
  #taken = 0;
  #silence: { readonly error: unknown; readonly lastTaken: number } | undefined;

  constructor(atOnce: number) {
    this.#limit = pLimit(atOnce);
  }

  /**
   * Does the work when it is its turn. Where work of another's has failed with `engine-silent` since, it is not begun and fails
   * with the same error. Whoever comes later tries anew.
   */
  async take<T>(work: () => Promise<T>): Promise<T> {
    this.#taken += 1;
    const turn = this.#taken;
    return this.#limit(async () => {
      if (this.#silence !== undefined && turn <= this.#silence.lastTaken) throw this.#silence.error;
      try {
        return await work();
      } catch (error) {
        if (isSilent(error)) this.#silence = { error, lastTaken: this.#taken };
        throw error;
      }
    });
  }
}
