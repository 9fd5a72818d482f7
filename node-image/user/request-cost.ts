// Makes every user request cost a chosen CPU time, so that a server of a given CPU limit has a capacity that is known beforehand:
// 0.2 CPU at 4 ms a request serves 50 a second.
//
// The kernel's own clock of a thread's CPU time (process.threadCpuUsage) mostly advances only at scheduler ticks, 1-10 ms apart, too
// coarse to end 4 ms of work by. So the work is done in blocks of about 10 µs, each timed by the wall clock, and a block that took
// far longer than the usual one was interrupted (throttled by the CPU limit, preempted): it counts as a usual one. The kernel's clock
// is right over many requests: it is read around each request's work and exported, so that the two can be compared.
import { hash } from 'node:crypto';

const block = Buffer.alloc(16 * 1024, 0x5a);
/** A block that takes this many times the usual was interrupted. */
const interruptedFactor = 2.5;
/** Weight of one block in the running mean of the usual block's time. */
const smoothing = 0.02;

/** Clocks, for tests. */
export interface CostClock {
  /** Wall clock, milliseconds. */
  readonly nowMs: () => number;
  /** One block of work. */
  readonly work: () => void;
}

const realClock: CostClock = {
  nowMs: () => performance.now(),
  work: () => {
    hash('sha256', block, 'hex');
  },
};

/** Burns CPU for a given time, not counting time in which the thread did not run. */
export class CpuBurner {
  readonly #clock: CostClock;
  #usualBlockMs = 0;
  /** What earlier calls did too much (negative: too little), milliseconds. */
  #overshootMs = 0;

  constructor(clock: CostClock = realClock) {
    this.#clock = clock;
    this.#warmUp();
  }

  burn(cpuMs: number): void {
    let spentMs = this.#overshootMs;
    let beforeMs = this.#clock.nowMs();
    // Half a block too much half of the time is right on average.
    while (spentMs + this.#usualBlockMs / 2 < cpuMs) {
      this.#clock.work();
      const nowMs = this.#clock.nowMs();
      spentMs += this.#cpuMsOf(nowMs - beforeMs);
      beforeMs = nowMs;
    }
    this.#overshootMs = spentMs - cpuMs;
  }

  #cpuMsOf(blockMs: number): number {
    if (blockMs > this.#usualBlockMs * interruptedFactor) {
      // Grow a little all the same: on a machine that has become slower every block looks interrupted at first.
      this.#usualBlockMs *= 1 + smoothing / 4;
      return this.#usualBlockMs;
    }
    this.#usualBlockMs += smoothing * (blockMs - this.#usualBlockMs);
    return blockMs;
  }

  /** Lets the compiler do its work, then takes the median of some blocks as the usual one. */
  #warmUp(): void {
    const samples: number[] = [];
    for (let round = 0; round < 400; round += 1) {
      const beforeMs = this.#clock.nowMs();
      this.#clock.work();
      samples.push(this.#clock.nowMs() - beforeMs);
    }
    const settled = samples.slice(200).sort((a, b) => a - b);
    this.#usualBlockMs = settled[settled.length >> 1] ?? 0.01;
  }
}
