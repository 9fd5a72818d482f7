// The newest events in memory, in order, within a bound of number and bytes, and those who wait for the next one.
import { type EventPage, type EventQuery, type UserEvent, UserLimit } from './user-service.ts';

export interface EventWindowLimits {
  readonly events: number;
  readonly bytes: number;
}

/** What one event takes besides its message, roughly. */
const eventOverheadBytes = 200;

export class EventWindow {
  readonly #limits: EventWindowLimits;
  /** Sorted by id; those before #head were dropped. */
  #events: UserEvent[] = [];
  #head = 0;
  #bytes = 0;
  #newestId: number;
  #floorId: number;
  readonly #waiting = new Set<() => void>();

  /** @param startId the id before the first event that will be added */
  constructor(startId: number, limits: EventWindowLimits) {
    this.#limits = limits;
    this.#newestId = startId;
    this.#floorId = startId;
  }

  /** Id of the newest event, or where it started. */
  get newestId(): number {
    return this.#newestId;
  }

  /** Everything after this id is here. */
  get floorId(): number {
    return this.#floorId;
  }

  /** Those that are kept, in order. */
  get all(): readonly UserEvent[] {
    return this.#events.slice(this.#head);
  }

  /** Adds events in order of their ids; those not newer than the newest are here already and ignored. */
  add(events: readonly UserEvent[]): void {
    const before = this.#newestId;
    for (const event of events) {
      if (event.id <= this.#newestId) continue;
      this.#events.push(event);
      this.#bytes += bytesOf(event);
      this.#newestId = event.id;
    }
    if (this.#newestId === before) return;
    this.#dropOldest();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Waits where asked to, then answers with what is here. */
  async after(query: EventQuery): Promise<EventPage> {
    const cursor = query.after ?? this.#newestId;
    const from = Math.max(cursor, this.#floorId);
    const gap = cursor > 0 && cursor < this.#floorId;
    if (from >= this.#newestId && query.waitMs > 0) await this.#next(query.waitMs, from, query.signal);
    const events = takePage(this.#events, this.#firstAfter(from), query.limit);
    return { events, lastId: events.at(-1)?.id ?? from, gap };
  }

  /** Resolves when an event after the cursor is here, the time is over, or the signal aborts. */
  async #next(waitMs: number, cursor: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(wake);
        resolve();
      };
      const wake = (): void => {
        // A cursor from another node may be ahead of this one: what it already has must not end its wait.
        if (this.#newestId > cursor) done();
        else this.#waiting.add(wake);
      };
      const timer = setTimeout(done, waitMs);
      signal.addEventListener('abort', done);
      this.#waiting.add(wake);
    });
  }

  #dropOldest(): void {
    while (this.#events.length - this.#head > this.#limits.events || this.#bytes > this.#limits.bytes) {
      const oldest = this.#events[this.#head];
      if (oldest === undefined) break;
      this.#bytes -= bytesOf(oldest);
      this.#floorId = oldest.id;
      this.#head += 1;
    }
    // Moving the array once for many events keeps each addition cheap.
    if (this.#head > 256 && this.#head * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Index of the first event with an id above the cursor, by halving. */
  #firstAfter(cursor: number): number {
    let low = this.#head;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.id ?? Number.POSITIVE_INFINITY) > cursor) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function bytesOf(event: UserEvent): number {
  return Buffer.byteLength(event.message) + eventOverheadBytes;
}

/** At most `limit` events and about `pageBytes` bytes from an index on, at least one where there is one. */
function takePage(events: readonly UserEvent[], from: number, limit: number): UserEvent[] {
  const page: UserEvent[] = [];
  let bytes = 0;
  for (let at = from; at < events.length && page.length < limit; at += 1) {
    const event = events[at];
    if (event === undefined) break;
    bytes += bytesOf(event);
    if (page.length > 0 && bytes > UserLimit.pageBytes) break;
    page.push(event);
  }
  return page;
}
