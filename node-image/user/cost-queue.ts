// Requests pay their CPU cost one after the other, in order of arrival, one a turn of the event loop: between two, the node still
// answers its balancer's health checks and Prometheus, however long the queue is.
import { unavailable } from '../http/http-problem.ts';
import { CpuBurner } from './cpu-burner.ts';

/** Longest queue; who comes later is told to try again. Keeps the memory of an overloaded node bounded. */
const queueLimit = 4096;

interface Waiting {
  readonly gone: () => boolean;
  readonly proceed: () => void;
}

export interface CostTotals {
  /** Requests that paid. */
  readonly requests: number;
  /** CPU time of the thread during their work by the kernel's clock, seconds. */
  readonly cpuSeconds: number;
}

export class CostQueue {
  readonly #costMs: number;
  readonly #burner: Pick<CpuBurner, 'burn'> | undefined;
  #waiting: Waiting[] = [];
  #head = 0;
  #scheduled = false;
  #requests = 0;
  #cpuMs = 0;

  /** @param costMs CPU milliseconds a request; 0 = none, and nobody waits */
  constructor(costMs: number, burner?: Pick<CpuBurner, 'burn'>) {
    this.#costMs = costMs;
    this.#burner = costMs > 0 ? (burner ?? new CpuBurner()) : undefined;
  }

  /** Requests that have yet to pay. */
  get length(): number {
    return this.#waiting.length - this.#head;
  }

  get totals(): CostTotals {
    return { requests: this.#requests, cpuSeconds: this.#cpuMs / 1000 };
  }

  /**
   * Resolves when this request's work is done. One whose sender has gone by its turn pays nothing.
   * Fails with 503 where 4096 wait already.
   */
  async pay(gone: () => boolean): Promise<void> {
    if (this.#burner === undefined) return;
    if (this.length >= queueLimit) throw unavailable('too many requests are waiting for this node');
    await new Promise<void>((proceed) => {
      this.#waiting.push({ gone, proceed });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#payOne();
      this.#schedule();
    });
  }

  #payOne(): void {
    const next = this.#take();
    if (next === undefined) return;
    this.#cpuMs += this.#burner?.burn(this.#costMs) ?? 0;
    this.#requests += 1;
    next.proceed();
  }

  /** The first whose sender is still there; those who have gone are let go without work. */
  #take(): Waiting | undefined {
    for (;;) {
      const next = this.#waiting[this.#head];
      if (next === undefined) return undefined;
      this.#head += 1;
      if (this.#head > 64 && this.#head * 2 > this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#head);
        this.#head = 0;
      }
      if (!next.gone()) return next;
      next.proceed();
    }
  }
}
