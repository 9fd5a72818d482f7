// What the agent knows of each run, for as long as the run's orchestrator keeps renewing its lease. An orchestrator that was killed
// leaves nothing behind: its run is forgotten and Prometheus stops scraping it.
import { Barrier } from './barrier.ts';

/** One entry of Prometheus' HTTP service discovery. */
export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A run not renewed for this long is forgotten. */
export const leaseMs = 15_000;
const runsLimit = 256;
const barriersLimit = 256;

export class RunState {
  leaseUntilMs = 0;
  targets: readonly ScrapeTarget[] = [];
  /** Text exposition; undefined until first pushed. */
  metrics: string | undefined;
  readonly #barriers = new Map<string, Barrier>();
  readonly #ended = new AbortController();

  /** Aborts when the run is forgotten. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Throws RangeError where a run has more than 256 barriers. */
  barrier(name: string): Barrier {
    const known = this.#barriers.get(name);
    if (known !== undefined) return known;
    if (this.#barriers.size >= barriersLimit)
      throw new RangeError(`a run has at most ${barriersLimit} barriers`);
    const barrier = new Barrier();
    this.#barriers.set(name, barrier);
    return barrier;
  }

  end(): void {
    this.#ended.abort(new Error('the run has ended'));
  }
}

export class RunRegistry {
  readonly #nowMs: () => number;
  readonly #runs = new Map<string, RunState>();

  /** @param nowMs a clock that never jumps */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The run, with its lease renewed; made where it is new. Throws RangeError beyond 256 runs. */
  renew(run: string): RunState {
    this.expire();
    let state = this.#runs.get(run);
    if (state === undefined) {
      if (this.#runs.size >= runsLimit) throw new RangeError(`this agent knows ${runsLimit} runs already`);
      state = new RunState();
      this.#runs.set(run, state);
    }
    state.leaseUntilMs = this.#nowMs() + leaseMs;
    return state;
  }

  /** The run, where its lease has not ended. */
  find(run: string): RunState | undefined {
    this.expire();
    return this.#runs.get(run);
  }

  /** Not an error where it is not known. */
  forget(run: string): void {
    this.#runs.get(run)?.end();
    this.#runs.delete(run);
  }

  /** Forgets the runs whose lease has ended. */
  expire(): void {
    const nowMs = this.#nowMs();
    for (const [run, state] of this.#runs) if (state.leaseUntilMs <= nowMs) this.forget(run);
  }

  /** The targets of all live runs. */
  targets(): ScrapeTarget[] {
    this.expire();
    return [...this.#runs.values()].flatMap((state) => state.targets);
  }
}
