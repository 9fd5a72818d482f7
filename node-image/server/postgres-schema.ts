// The tables all servers share. Several servers start at once on an empty database, so one at a time makes them.
import type { ClientBase } from 'pg';

/** Any fixed number will do as long as nobody else uses it. */
const schemaLock = 7_305_601;

/** Name of the channel that says: there is a new event. */
export const eventChannel = 'topolab_events';
/** Of the one that says whose rights have changed. */
export const accessChannel = 'topolab_access';

// Ids come from one row that each publisher locks until its commit: a sequence would let a later id be seen before an earlier one,
// and a receiver that asks for what comes after an id would then miss events. fillfactor leaves room for its updates in place.
// An event that was taken in elsewhere has a key, by which it is kept once; a record so has the time at which that was, and stays without a
// value where it was deleted there, lest it come back by what was written before.
const statements = `
  CREATE TABLE IF NOT EXISTS topolab_events (
    id bigint PRIMARY KEY,
    published_at_ms bigint NOT NULL,
    published_by text NOT NULL,
    message bytea NOT NULL,
    key text UNIQUE
  );
  CREATE TABLE IF NOT EXISTS topolab_last_event (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id bigint NOT NULL
  ) WITH (fillfactor = 10);
  INSERT INTO topolab_last_event (id) VALUES (0) ON CONFLICT DO NOTHING;
  CREATE TABLE IF NOT EXISTS topolab_records (
    id text PRIMARY KEY,
    content_type text NOT NULL,
    value bytea,
    written_at_ms double precision NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS topolab_transactions (
    sender text NOT NULL,
    sequence bigint NOT NULL,
    created_at_ms bigint NOT NULL,
    payload bytea NOT NULL,
    signature text NOT NULL,
    chain text NOT NULL,
    PRIMARY KEY (sender, sequence)
  );
  CREATE TABLE IF NOT EXISTS topolab_rights (
    user_name text NOT NULL,
    right_name text NOT NULL,
    PRIMARY KEY (user_name, right_name)
  );
  CREATE TABLE IF NOT EXISTS topolab_revoked (
    user_name text NOT NULL,
    token_id text NOT NULL,
    PRIMARY KEY (user_name, token_id)
  );
  CREATE TABLE IF NOT EXISTS topolab_invitations (
    digest text PRIMARY KEY,
    expires_at_ms bigint NOT NULL,
    used_by text
  );
`;

/** Makes the tables where they are not there yet. */
export async function ensureSchema(client: ClientBase): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [schemaLock]);
    await client.query(statements);
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw thrown;
  }
}
