// A request that was let in. What goes on for long is let go on only as long as it would be let in again.
import { HttpProblem } from '../http/http-problem.ts';

export class Admission {
  /** With which it was let in; '' where nobody asked for one. */
  readonly token: string;
  /** Fails as `Guard.admit` where it would not be let in now. */
  readonly renew: () => Promise<void>;
  readonly #ended = new AbortController();

  constructor(token: string, renew: () => Promise<void>) {
    this.token = token;
    this.renew = renew;
  }

  /** Aborts when its user may do it no longer. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Never fails. Where it can't be known whether it may go on, it may not. */
  async lookAgain(): Promise<void> {
    try {
      await this.renew();
    } catch (thrown) {
      this.#ended.abort(thrown instanceof HttpProblem ? thrown : new HttpProblem(503, String(thrown)));
    }
  }
}
