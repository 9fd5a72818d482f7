// A server without a database: events and records in its own memory, bounded, gone with it.
import { HttpProblem } from '../http/http-problem.ts';
import { keptEvents } from '../user/event-log.ts';
import { EventWindow } from '../user/event-window.ts';
import type { EventService, RecordService, UserRecord } from '../user/user-service.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Bytes of all records together. */
const recordsLimitBytes = 12 * 1024 * 1024;
/** What one record takes besides its value, roughly. */
const recordOverheadBytes = 300;

export class MemoryEvents implements EventService {
  readonly #window: EventWindow;
  readonly #node: string;
  readonly #nowMs: () => number;
  readonly after: EventService['after'];

  constructor(node: string, nowMs: () => number = rightTimeMs) {
    this.#node = node;
    this.#nowMs = nowMs;
    // Ids begin at the time of the start, so that they also grow over a restart and cursors stay true.
    this.#window = new EventWindow(nowMs() * 1000, keptEvents);
    this.after = (query) => this.#window.after(query);
  }

  async publish(message: string): Promise<{ id: number; publishedAtMs: number }> {
    const id = this.#window.newestId + 1;
    const publishedAtMs = this.#nowMs();
    this.#window.add([{ id, publishedAtMs, publishedBy: this.#node, message }]);
    return { id, publishedAtMs };
  }
}

export class MemoryRecords implements RecordService {
  readonly #records = new Map<string, UserRecord>();
  #bytes = 0;

  /** Fails with 507 when the memory set aside for records is full. */
  async put(id: string, record: UserRecord): Promise<void> {
    const before = this.#records.get(id);
    const bytes = this.#bytes - (before === undefined ? 0 : sizeOf(before)) + sizeOf(record);
    if (bytes > recordsLimitBytes)
      throw new HttpProblem(507, `this node keeps ${recordsLimitBytes} bytes of records`);
    this.#bytes = bytes;
    this.#records.set(id, record);
  }

  async get(id: string): Promise<UserRecord | undefined> {
    return this.#records.get(id);
  }

  async delete(id: string): Promise<boolean> {
    const before = this.#records.get(id);
    if (before === undefined) return false;
    this.#bytes -= sizeOf(before);
    return this.#records.delete(id);
  }
}

function sizeOf(record: UserRecord): number {
  return record.value.length + recordOverheadBytes;
}
