// What the agent knows of each run, for as long as the run's orchestrator keeps renewing its lease. An orchestrator that was killed
// leaves nothing behind: its run is forgotten and Prometheus stops scraping it.
import type { MeasuredContainer, ScrapeTarget } from '../contract/agent-protocol.ts';

/** A run not renewed for this long is forgotten. */
export const leaseMs = 15_000;
const runsLimit = 256;

export interface RunState {
  leaseUntilMs: number;
  targets: readonly ScrapeTarget[];
  containers: readonly MeasuredContainer[];
  /** Text exposition; undefined until first pushed. */
  metrics: string | undefined;
}

export class RunRegistry {
  readonly #nowMs: () => number;
  readonly #onForget: (run: string) => void;
  readonly #runs = new Map<string, RunState>();

  /**
   * @param nowMs a clock that never jumps
   * @param onForget called with every run that is forgotten
   */
  constructor(nowMs: () => number, onForget: (run: string) => void = () => {}) {
    this.#nowMs = nowMs;
    this.#onForget = onForget;
  }

  /** The run, with its lease renewed; made where it is new. Throws RangeError beyond 256 runs. */
  renew(run: string): RunState {
    this.expire();
    let state = this.#runs.get(run);
    if (state === undefined) {
      if (this.#runs.size >= runsLimit) throw new RangeError(`this agent knows ${runsLimit} runs already`);
      state = { leaseUntilMs: 0, targets: [], containers: [], metrics: undefined };
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
    this.#runs.delete(run);
    this.#onForget(run);
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
