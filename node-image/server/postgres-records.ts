// Records in the database. Those that another node has taken in come with the time of that, and the newer of two is kept, as among peers.
import { type CopiedRecord, pageOfCopies } from '../contract/way.ts';
import type { RecordService, UserRecord } from '../user/user-service.ts';
import type { Queries } from './queries.ts';

interface Row {
  readonly id: string;
  readonly content_type: string;
  readonly value: Buffer | null;
  readonly written_at_ms: number;
}

export class PostgresRecords implements RecordService {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  async put(id: string, { value, contentType }: UserRecord, writtenAtMs?: number): Promise<void> {
    if (writtenAtMs !== undefined) return await this.#keep([{ id, contentType, value, writtenAtMs }]);
    await this.#queries.query(
      'put_record',
      `INSERT INTO topolab_records (id, content_type, value) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET content_type = excluded.content_type, value = excluded.value`,
      [id, contentType, value],
    );
  }

  async get(id: string): Promise<UserRecord | undefined> {
    const [row] = await this.#queries.query<{ content_type: string; value: Buffer }>(
      'get_record',
      'SELECT content_type, value FROM topolab_records WHERE id = $1 AND value IS NOT NULL',
      [id],
    );
    return row && { value: row.value, contentType: row.content_type };
  }

  async delete(id: string, writtenAtMs?: number): Promise<boolean> {
    if (writtenAtMs !== undefined) {
      const before = await this.get(id);
      await this.#keep([{ id, contentType: '', value: null, writtenAtMs }]);
      return before !== undefined;
    }
    const text = 'DELETE FROM topolab_records WHERE id = $1 RETURNING value IS NOT NULL AS was_there';
    const rows = await this.#queries.query<{ was_there: boolean }>('delete_record', text, [id]);
    return rows[0]?.was_there === true;
  }

  /** A page of them in the order of their ids, those that were deleted elsewhere included. */
  async after(id: string): Promise<CopiedRecord[]> {
    // The running sum of lengths bounds a page by its bytes before it leaves the database; the first record always comes.
    const rows = await this.#queries.query<Row>(
      'list_records',
      `SELECT id, content_type, value, written_at_ms
       FROM (SELECT *, sum(length(value)) OVER (ORDER BY id COLLATE "C") - length(value) AS before_bytes
             FROM (SELECT * FROM topolab_records WHERE id COLLATE "C" > $1 ORDER BY id COLLATE "C" LIMIT $2) AS newer) AS page
       WHERE coalesce(before_bytes, 0) < $3 ORDER BY id COLLATE "C"`,
      [id, pageOfCopies.number, pageOfCopies.bytes],
    );
    return rows.map((row) => ({
      id: row.id,
      contentType: row.content_type,
      value: row.value?.toString('base64') ?? null,
      writtenAtMs: row.written_at_ms,
    }));
  }

  /** Each over what was written before it. */
  async keep(records: readonly CopiedRecord[]): Promise<void> {
    // One statement must not meet the same record twice.
    const newest = new Map<string, CopiedRecord>();
    for (const record of records)
      if ((newest.get(record.id)?.writtenAtMs ?? -1) < record.writtenAtMs) newest.set(record.id, record);
    await this.#keep(
      [...newest.values()].map((record) => ({
        ...record,
        value: record.value === null ? null : Buffer.from(record.value, 'base64'),
      })),
    );
  }

  async #keep(
    records: readonly (Omit<CopiedRecord, 'value'> & { readonly value: Buffer | null })[],
  ): Promise<void> {
    await this.#queries.query(
      'keep_records',
      `INSERT INTO topolab_records (id, content_type, value, written_at_ms)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::double precision[])
       ON CONFLICT (id) DO UPDATE SET
         content_type = excluded.content_type, value = excluded.value, written_at_ms = excluded.written_at_ms
       WHERE topolab_records.written_at_ms < excluded.written_at_ms`,
      [
        records.map(({ id }) => id),
        records.map(({ contentType }) => contentType),
        records.map(({ value }) => value),
        records.map(({ writtenAtMs }) => writtenAtMs),
      ],
    );
  }
}
