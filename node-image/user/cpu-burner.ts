// Makes a user request cost a chosen CPU time, so that a server of a given CPU limit has a capacity that is known beforehand: 0.2 CPU
// at 4 ms a request serves a little under 50 a second. Time in which the thread is throttled or preempted is no work and does not count.
import { hash } from 'node:crypto';

/** Work between two looks at the clock: about 20 µs on a current core, ten times the look itself. */
const block = Buffer.alloc(32 * 1024, 0x5a);

/** Clock and work, for tests. */
export interface BurnerParts {
  /** CPU time of this thread, milliseconds. */
  readonly cpuMs: () => number;
  readonly work: () => void;
}

/**
 * CPU time of this thread in milliseconds, to the microsecond. The kernel brings a thread's time up to date at scheduler ticks, up to
 * 10 ms apart, but also whenever the whole process's time is asked for (thread_group_cputime in Linux' kernel/sched/cputime.c): so
 * that is asked first. Without it threadCpuUsage jumps by 4 ms on a kernel of 250 Hz.
 */
export function threadCpuMs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const realParts: BurnerParts = {
  cpuMs: threadCpuMs,
  work: () => {
    hash('sha256', block, 'hex');
  },
};

/** Burns CPU in this thread. What one call does too much, the next does less. */
export class CpuBurner {
  readonly #parts: BurnerParts;
  #aheadMs = 0;

  constructor(parts: BurnerParts = realParts) {
    this.#parts = parts;
  }

  /** Returns the CPU time it took, milliseconds: the asked one on average, each within one block's time. */
  burn(cpuMs: number): number {
    const beganMs = this.#parts.cpuMs();
    const goalMs = cpuMs - this.#aheadMs;
    let spentMs = 0;
    while (spentMs < goalMs) {
      this.#parts.work();
      spentMs = this.#parts.cpuMs() - beganMs;
    }
    this.#aheadMs = spentMs - goalMs;
    return spentMs;
  }
}
