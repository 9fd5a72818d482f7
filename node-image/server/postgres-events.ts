// Events shared by all servers: published into one table in one order, fetched by each server when it is told that there are new ones,
// and kept in its memory for its receivers, who are many where the database is one.
import { HttpProblem } from '../http/http-problem.ts';
import { log } from '../process/log.ts';
import { keptEvents } from '../user/event-log.ts';
import { EventWindow } from '../user/event-window.ts';
import {
  type EventOrigin,
  type EventPage,
  type EventQuery,
  type EventService,
  type UserEvent,
  UserLimit,
} from '../user/user-service.ts';
import { eventChannel } from './postgres-schema.ts';
import type { Queries } from './queries.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Events kept in the database: the newest this many. */
const keptInDatabase = 100_000;
/** Messages that go into one statement: publishers who wait for the same lock share it. */
const batchSize = 64;
const fetchSize = 200;
/** Publishers waiting for their turn; more are refused. */
const queueLimit = 2000;

interface Row {
  readonly id: string;
  readonly published_at_ms: string;
  readonly published_by: string;
  readonly message: Buffer;
  readonly key: string | null;
}

interface Unpublished {
  readonly message: Buffer;
  readonly publishedAtMs: number;
  readonly publishedBy: string;
  /** null = it can't come again. */
  readonly key: string | null;
  readonly resolve: (id: number) => void;
  readonly reject: (reason: unknown) => void;
}

export class PostgresEvents implements EventService {
  readonly #queries: Queries;
  readonly #node: string;
  #window: EventWindow | undefined;
  #unpublished: Unpublished[] = [];
  #publishing = false;
  #fetching = false;
  #fetchAgain = false;

  constructor(queries: Queries, node: string) {
    this.#queries = queries;
    this.#node = node;
  }

  /** The id of the database's newest event, each time a connection is made. */
  begin(newestId: number): void {
    if (this.#window !== undefined && newestId >= this.#window.newestId) return;
    // Ids never go back in the same database: it was restored or replaced, and what is here belongs to its predecessor.
    if (this.#window !== undefined) log('warn', 'the database has older events than before', { newestId });
    this.#window = new EventWindow(newestId, keptEvents);
  }

  /** Of an event that was here before, under another id, the id that it would have got. */
  async publish(
    message: string,
    _token?: string,
    origin?: EventOrigin,
  ): Promise<{ id: number; publishedAtMs: number }> {
    if (this.#unpublished.length >= queueLimit)
      throw new HttpProblem(503, 'too many events wait', { 'retry-after': '1' });
    const {
      key = null,
      publishedAtMs,
      publishedBy,
    } = origin ?? { publishedAtMs: rightTimeMs(), publishedBy: this.#node };
    const id = await new Promise<number>((resolve, reject) => {
      const event = { message: Buffer.from(message), publishedAtMs, publishedBy, key };
      this.#unpublished.push({ ...event, resolve, reject });
      void this.#publishAll();
    });
    return { id, publishedAtMs };
  }

  async after(query: EventQuery): Promise<EventPage> {
    const window = this.#window;
    if (window === undefined)
      throw new HttpProblem(503, 'connecting to the database', { 'retry-after': '1' });
    if (query.after === undefined || query.after >= window.floorId) return window.after(query);
    const { floor, events } = await this.#read(query.after, query.limit);
    return {
      events,
      lastId: events.at(-1)?.id ?? window.floorId,
      gap: query.after > 0 && query.after < floor,
    };
  }

  /** Fetches what is newer than the newest here; one fetch at a time, and once more if told so meanwhile. */
  fetchNew(): void {
    this.#fetchAgain = true;
    if (this.#fetching) return;
    this.#fetching = true;
    void this.#fetchAll().finally(() => {
      this.#fetching = false;
    });
  }

  async #fetchAll(): Promise<void> {
    try {
      while (this.#fetchAgain && this.#window !== undefined) {
        this.#fetchAgain = false;
        const { events } = await this.#read(this.#window.newestId, fetchSize);
        this.#window.add(events);
        // There may be more than one page, or than the bytes of one.
        if (events.length > 0) this.#fetchAgain = true;
      }
    } catch (thrown) {
      // The heartbeat asks again.
      log('warn', 'fetching events failed', { error: String(thrown) });
    }
  }

  async #read(after: number, limit: number): Promise<{ events: UserEvent[]; floor: number }> {
    // The running sum of lengths bounds a page by its bytes before it leaves the database; the first event always comes.
    const rows = await this.#queries.query<Row & { oldest: string | null }>(
      'read_events',
      `SELECT id, published_at_ms, published_by, message, key, (SELECT min(id) FROM topolab_events) AS oldest
       FROM (SELECT *, sum(length(message)) OVER (ORDER BY id) - length(message) AS before_bytes
             FROM (SELECT * FROM topolab_events WHERE id > $1 ORDER BY id LIMIT $2) AS newer) AS page
       WHERE before_bytes < $3 ORDER BY id`,
      [after, limit, UserLimit.pageBytes],
    );
    return { events: rows.map(eventOf), floor: Number(rows[0]?.oldest ?? after + 1) - 1 };
  }

  async #publishAll(): Promise<void> {
    if (this.#publishing) return;
    this.#publishing = true;
    while (this.#unpublished.length > 0) {
      const batch = this.#unpublished.splice(0, batchSize);
      try {
        const lastId = await this.#insert(batch);
        for (const [index, one] of batch.entries()) one.resolve(lastId - batch.length + 1 + index);
        if (lastId % 1000 < batch.length) await this.#forgetOld(lastId);
      } catch (thrown) {
        for (const one of batch) one.reject(thrown);
      }
    }
    this.#publishing = false;
  }

  /** One statement is one transaction: ids, events and the notification are seen together or not at all. */
  async #insert(batch: readonly Unpublished[]): Promise<number> {
    const rows = await this.#queries.query<{ last_id: string }>(
      'publish_events',
      `WITH ids AS (UPDATE topolab_last_event SET id = id + cardinality($1::bytea[]) RETURNING id),
            added AS (
              INSERT INTO topolab_events (id, published_at_ms, published_by, message, key)
              SELECT ids.id - cardinality($1::bytea[]) + fresh.place, fresh.at_ms, fresh.by_node, fresh.message, fresh.key
              FROM ids, unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[])
                WITH ORDINALITY AS fresh (message, at_ms, by_node, key, place)
              ON CONFLICT (key) DO NOTHING)
       SELECT id AS last_id, pg_notify('${eventChannel}', '') FROM ids`,
      [
        batch.map((one) => one.message),
        batch.map((one) => one.publishedAtMs),
        batch.map((one) => one.publishedBy),
        batch.map((one) => one.key),
      ],
    );
    return Number(rows[0]?.last_id);
  }

  async #forgetOld(lastId: number): Promise<void> {
    const text = 'DELETE FROM topolab_events WHERE id <= $1';
    await this.#queries.query('forget_events', text, [lastId - keptInDatabase]).catch(() => undefined);
  }
}

function eventOf(row: Row): UserEvent {
  return {
    id: Number(row.id),
    publishedAtMs: Number(row.published_at_ms),
    publishedBy: row.published_by,
    message: row.message.toString('utf8'),
    ...(row.key !== null && { key: row.key }),
  };
}
