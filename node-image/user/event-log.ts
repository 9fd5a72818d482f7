// The newest events as a node hands them out, each once on however many ways it comes: what comes again is recognised by its key.
import { rightTimeMs } from '../process/right-time.ts';
import { EventWindow } from './event-window.ts';
import type { EventOrigin, EventService, UserEvent } from './user-service.ts';

/** Newest events kept: what fits in a node of 64 MiB next to everything else. */
export const keptEvents = { events: 10_000, bytes: 8 * 1024 * 1024 };

export interface LoggedEvent extends EventOrigin {
  readonly message: string;
}

export class EventLog {
  readonly after: EventService['after'];
  // Ids begin at the time of the start, so that they also grow over a restart and cursors stay true.
  readonly #window = new EventWindow(rightTimeMs() * 1000, keptEvents);
  /** Key → id, the oldest first. */
  readonly #ids = new Map<string, number>();
  readonly #remembered: number;

  /** @param remembered keys of so many events, those that are no longer kept included. Default: of those that are. */
  constructor(remembered = keptEvents.events) {
    this.#remembered = remembered;
    this.after = (query) => this.#window.after(query);
  }

  /** Answers with its id here: of one that was here before, the one that it has. */
  add({ key, publishedAtMs, publishedBy, message }: LoggedEvent): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#window.newestId + 1;
    this.#window.add([{ id, publishedAtMs, publishedBy, message, key }]);
    this.#ids.set(key, id);
    if (this.#ids.size > this.#remembered)
      for (const oldest of this.#ids.keys()) {
        this.#ids.delete(oldest);
        break;
      }
    return id;
  }

  /** Those that are kept, the oldest first. */
  get all(): readonly UserEvent[] {
    return this.#window.all;
  }
}
