// A queue whose every waiting time follows from its arrivals: one server, first come first served, constant service time. Against it
// `topolab calibrate` holds what was measured from outside.

interface Waiting {
  readonly finishMs: number;
  readonly proceed: () => void;
}

export interface FifoTotals {
  readonly requests: number;
  /** Sum of the times between arrival and start of service, milliseconds. */
  readonly waitMs: number;
}

/** Timers end up to a millisecond late and some more on a busy host: what is left is waited for turn by turn of the event loop. */
const turnsMs = 1.5;

/**
 * Service is reckoned, not worked: a request that arrives at t leaves at max(t, leaving time of the one before) + serviceMs by the
 * clock. So nothing the host does to this process makes the queue longer, only a single answer later.
 */
export class FifoQueue {
  readonly #serviceMs: number;
  readonly #nowMs: () => number;
  readonly #waiting: Waiting[] = [];
  #freeAtMs = 0;
  #requests = 0;
  #waitMs = 0;
  #watching = false;

  /** @param nowMs the clock, for tests */
  constructor(serviceMs: number, nowMs: () => number = () => performance.now()) {
    this.#serviceMs = serviceMs;
    this.#nowMs = nowMs;
  }

  get totals(): FifoTotals {
    return { requests: this.#requests, waitMs: this.#waitMs };
  }

  /** Resolves when this request has been served. */
  serve(): Promise<void> {
    const arrivedMs = this.#nowMs();
    const beginMs = Math.max(arrivedMs, this.#freeAtMs);
    this.#freeAtMs = beginMs + this.#serviceMs;
    this.#requests += 1;
    this.#waitMs += beginMs - arrivedMs;
    const finishMs = this.#freeAtMs;
    return new Promise((proceed) => {
      this.#waiting.push({ finishMs, proceed });
      this.#watch();
    });
  }

  #watch(): void {
    const next = this.#waiting[0];
    if (this.#watching || next === undefined) return;
    this.#watching = true;
    const look = (): void => {
      this.#watching = false;
      this.#release();
      this.#watch();
    };
    const sleepMs = Math.floor(next.finishMs - this.#nowMs() - turnsMs);
    if (sleepMs > 0) setTimeout(look, sleepMs);
    else setImmediate(look);
  }

  #release(): void {
    const nowMs = this.#nowMs();
    while (this.#waiting[0] !== undefined && this.#waiting[0].finishMs <= nowMs) {
      this.#waiting.shift()?.proceed();
    }
  }
}
