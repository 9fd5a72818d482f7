// A barrier: several wait until one releases them all, to begin at the same moment. An arrival lasts as long as its request is open;
// who breaks off has not arrived.

/** Most that may wait at one barrier. */
const waitersLimit = 4096;

interface Watcher {
  readonly count: number;
  readonly resolve: (arrived: readonly string[]) => void;
}

export class Barrier {
  /** Each open arrival and who it is; the same node may arrive twice, when it asks again. */
  readonly #waiters = new Map<
    symbol,
    { readonly who: string; readonly release: (startAtMs: number) => void }
  >();
  readonly #watchers = new Set<Watcher>();
  #startAtMs: number | undefined;

  /** Names of those who wait, each once, sorted. */
  get arrived(): readonly string[] {
    return [...new Set([...this.#waiters.values()].map(({ who }) => who))].sort();
  }

  get startAtMs(): number | undefined {
    return this.#startAtMs;
  }

  /** Resolves with the time to begin at; at once where the barrier was released already. Rejects when the signal aborts. */
  async arrive(who: string, signal: AbortSignal): Promise<number> {
    if (this.#startAtMs !== undefined) return this.#startAtMs;
    if (this.#waiters.size >= waitersLimit)
      throw new RangeError(`more than ${waitersLimit} wait at this barrier`);
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const key = Symbol(who);
      signal.addEventListener('abort', () => {
        this.#waiters.delete(key);
        reject(signal.reason);
      });
      this.#waiters.set(key, { who, release: resolve });
      this.#tellWatchers();
    });
  }

  /** Resolves when so many have arrived, or with undefined when the signal aborts. */
  async untilArrived(count: number, signal: AbortSignal): Promise<readonly string[] | undefined> {
    if (this.arrived.length >= count) return this.arrived;
    if (signal.aborted) return undefined;
    return new Promise((resolve) => {
      const watcher = { count, resolve };
      this.#watchers.add(watcher);
      signal.addEventListener('abort', () => {
        this.#watchers.delete(watcher);
        resolve(undefined);
      });
    });
  }

  /** Lets everyone go, now and later. A second release changes nothing: some have gone by the first. */
  release(startAtMs: number): number {
    this.#startAtMs ??= startAtMs;
    for (const { release } of this.#waiters.values()) release(this.#startAtMs);
    this.#waiters.clear();
    return this.#startAtMs;
  }

  #tellWatchers(): void {
    const arrived = this.arrived;
    for (const watcher of this.#watchers) {
      if (arrived.length < watcher.count) continue;
      this.#watchers.delete(watcher);
      watcher.resolve(arrived);
    }
  }
}
