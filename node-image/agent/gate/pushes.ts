// How long a generator stood still, told by its pushes. From the first moment to the last k6 pushes once a second, for it always has a number
// of virtual users to tell; the next push waits for the answer to the one before. So no more than a second passes between an answer and the next
// push, however slow Prometheus is, unless k6 itself was stopped or got no CPU.

const intervalMs = 1000;
/** A second more than k6 waits by itself. Our choice: a large push takes some hundred milliseconds to be made. */
const mostPauseMs = 2000;

export class Pushes {
  #answeredMs: number | undefined;
  #stoodStillMs = 0;

  /** Told when the generator goes on: of one that never does, its end tells. */
  get stoodStillMs(): number {
    return this.#stoodStillMs;
  }

  /** @param atMs on a clock that stands still while this process does. */
  came(atMs: number): void {
    const pauseMs = this.#answeredMs === undefined ? 0 : atMs - this.#answeredMs;
    if (pauseMs > mostPauseMs) this.#stoodStillMs += pauseMs - intervalMs;
    this.#answeredMs = undefined;
  }

  answered(atMs: number): void {
    this.#answeredMs = atMs;
  }
}
