// A clock that stands still while this process does: what nobody was awake to see must not be held against others.

const tickMs = 100;
/** The longest between two ticks that counts in full. A process that was stopped, or got no CPU for long, wakes up after it. */
const mostTickMs = 300;

export class AwakeClock implements Disposable {
  readonly #nowMs: () => number;
  readonly #ticking: NodeJS.Timeout;
  #lastMs: number;
  #awakeMs = 0;

  /** @param nowMs a clock that never jumps */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.#lastMs = nowMs();
    this.#ticking = setInterval(() => this.nowMs(), tickMs).unref();
  }

  /** Milliseconds for which this process has been awake since the clock was made. */
  nowMs(): number {
    const nowMs = this.#nowMs();
    this.#awakeMs += Math.min(mostTickMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    return this.#awakeMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticking);
  }
}
