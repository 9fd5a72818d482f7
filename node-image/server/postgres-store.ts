// Events and records in a PostgreSQL that all servers share. One connection of its own per server listens for new events and is at
// the same time what tells whether the database is there; it reconnects for as long as the server lives.
import type { Client, Pool } from 'pg';
import { unavailable } from '../http/http-problem.ts';
import { log } from '../process/log.ts';
import type { AccessSettings } from '../contract/access-settings.ts';
import type { NodeMetrics } from '../user/node-metrics.ts';
import type { SwitchDoor } from '../user/switch-door.ts';
import type { EventService, TransactionService } from '../user/user-service.ts';
import type { Invitations } from '../enrolment/invitations.ts';
import { copiesDoor } from './copies-door.ts';
import { PostgresInvitations } from './postgres-invitations.ts';
import { PostgresEvents } from './postgres-events.ts';
import { PostgresRecords } from './postgres-records.ts';
import { PostgresRights } from './postgres-rights.ts';
import { accessChannel, eventChannel, ensureSchema } from './postgres-schema.ts';
import { PostgresTransactions } from './postgres-transactions.ts';
import type { Queries } from './queries.ts';

const connectTimeoutMs = 2000;
const queryTimeoutMs = 5000;
const reconnectMs = 300;
/** Finds a connection that died without a word, and fetches what a lost notification would have announced. */
const heartbeatMs = 2000;
/** Questions that may wait for a connection of the pool; more are refused at once. */
const waitingLimit = 500;

export class PostgresStore implements Queries {
  readonly events: EventService;
  readonly records: PostgresRecords;
  readonly switching: SwitchDoor;
  readonly transactions: TransactionService;
  readonly rights: PostgresRights;
  /** Whether the database tells of changes of rights. */
  readonly #hearsOfRights: boolean;
  readonly invitations: Invitations;
  readonly #pool: Pool;
  readonly #newClient: () => Client;
  readonly #metrics: NodeMetrics;
  readonly #relay: PostgresEvents;
  readonly #closing = new AbortController();
  #listener: Client | undefined;
  #down: string | undefined = 'connecting to the database';

  /** Returns at once; the connection is made in the background and kept. */
  static async open(
    url: string,
    poolSize: number,
    node: string,
    metrics: NodeMetrics,
    access?: Pick<AccessSettings, 'cacheMs' | 'push'>,
  ): Promise<PostgresStore> {
    const { default: pg } = await import('pg');
    const connection = {
      connectionString: url,
      keepAlive: true,
      application_name: `topolab ${node}`.slice(0, 60),
    };
    const limits = { connectionTimeoutMillis: connectTimeoutMs, query_timeout: queryTimeoutMs };
    const pool = new pg.Pool({ ...connection, ...limits, max: poolSize, statement_timeout: queryTimeoutMs });
    // Idle connections that break are replaced by the pool; without a listener they would end the process.
    pool.on('error', () => undefined);
    const store = new PostgresStore(
      pool,
      () => new pg.Client({ ...connection, ...limits }),
      node,
      metrics,
      access,
    );
    void store.#stayConnected();
    return store;
  }

  private constructor(
    pool: Pool,
    newClient: () => Client,
    node: string,
    metrics: NodeMetrics,
    access: Pick<AccessSettings, 'cacheMs' | 'push'> | undefined,
  ) {
    this.#pool = pool;
    this.#newClient = newClient;
    this.#metrics = metrics;
    this.#relay = new PostgresEvents(this, node);
    this.events = this.#relay;
    this.records = new PostgresRecords(this);
    this.switching = copiesDoor(this);
    this.transactions = new PostgresTransactions(this);
    this.rights = new PostgresRights(this, access?.cacheMs ?? 0);
    this.#hearsOfRights = access?.push ?? false;
    this.invitations = new PostgresInvitations(this);
    metrics.storeUp(false);
  }

  readonly unreadyBecause = (): string | undefined => this.#down;

  async query<Row extends object>(
    operation: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    if (this.#down !== undefined) throw unavailable(this.#down);
    if (this.#pool.waitingCount >= waitingLimit)
      throw unavailable('too many questions wait for the database');
    const beganMs = performance.now();
    let outcome: 'ok' | 'failed' = 'failed';
    try {
      const result = await this.#pool.query<Row>({ name: operation, text, values: [...values] });
      outcome = 'ok';
      return result.rows;
    } catch (thrown) {
      throw unavailable(`the database failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    } finally {
      this.#metrics.storeQueried(operation, outcome, (performance.now() - beganMs) / 1000);
    }
  }

  readonly close = async (): Promise<void> => {
    this.#closing.abort();
    const ended = Promise.allSettled([this.#listener?.end() ?? Promise.resolve(), this.#pool.end()]);
    // An unreachable database must not keep the server from ending.
    await Promise.race([ended, pause(500)]);
  };

  /** Connects, listens until the connection is lost, and begins again. */
  async #stayConnected(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const client = this.#newClient();
      const lost = new Promise<Error>((resolve) => {
        client.on('error', resolve);
        client.on('end', () => resolve(new Error('the connection was closed')));
      });
      try {
        await this.#listen(client);
        await this.#beat(client, lost);
      } catch (thrown) {
        this.#setDown(thrown instanceof Error ? thrown.message : String(thrown));
      }
      this.#listener = undefined;
      void client.end().catch(() => undefined);
      await pause(reconnectMs);
    }
  }

  async #listen(client: Client): Promise<void> {
    await client.connect();
    await ensureSchema(client);
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === accessChannel) this.rights.forget(payload);
      else this.#relay.fetchNew();
    });
    await client.query(`LISTEN ${eventChannel}`);
    if (this.#hearsOfRights) {
      await client.query(`LISTEN ${accessChannel}`);
      // Nobody listened until now.
      this.rights.forget('');
    }
    const last = await client.query<{ id: string }>('SELECT id FROM topolab_last_event');
    this.#relay.begin(Number(last.rows[0]?.id ?? 0));
    this.#listener = client;
    this.#setUp();
    this.#relay.fetchNew();
  }

  /** Ends by throwing, when the connection is lost or a heartbeat goes unanswered. */
  async #beat(client: Client, lost: Promise<Error>): Promise<void> {
    for (;;) {
      const loss = await Promise.race([lost, pause(heartbeatMs)]);
      if (loss !== undefined) throw loss;
      if (this.#closing.signal.aborted) return;
      await client.query('SELECT 1');
      this.#relay.fetchNew();
    }
  }

  #setUp(): void {
    if (this.#down !== undefined) log('info', 'the database answers');
    this.#down = undefined;
    this.#metrics.storeUp(true);
  }

  #setDown(why: string): void {
    if (this.#closing.signal.aborted) return;
    if (this.#down === undefined) log('warn', 'the database is lost', { why });
    this.#down = `the database is away: ${why}`;
    this.#metrics.storeUp(false);
  }
}

async function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
