// Transactions of servers that share a PostgreSQL: each server's process is one sender that numbers and signs its own, one at a time.
import { unavailable } from '../http/http-problem.ts';
import { idOf, Signer } from '../transactions/transaction.ts';
import { chained, digestOf } from '../transactions/transaction-digest.ts';
import type { TransactionDigest, TransactionService, UserTransaction } from '../user/user-service.ts';
import type { Queries } from './queries.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Transactions that wait for those before them; more are refused. */
const queueLimit = 1000;

export class PostgresTransactions implements TransactionService {
  readonly #queries: Queries;
  #signer = new Signer();
  #chain = '';
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  async submit(payload: string): Promise<{ id: string }> {
    if (this.#waiting >= queueLimit) throw unavailable('too many transactions wait');
    this.#waiting += 1;
    const inserted = this.#last.then(async () => this.#insert(payload));
    this.#last = inserted.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return { id: await inserted };
  }

  async get(id: string): Promise<UserTransaction | undefined> {
    const dot = id.lastIndexOf('.');
    const sequence = Number(id.slice(dot + 1));
    if (!Number.isSafeInteger(sequence)) return undefined;
    const [row] = await this.#queries.query<{ payload: Buffer; created_at_ms: string }>(
      'get_transaction',
      'SELECT payload, created_at_ms FROM topolab_transactions WHERE sender = $1 AND sequence = $2',
      [id.slice(0, dot), sequence],
    );
    if (row === undefined) return undefined;
    const sender = id.slice(0, dot);
    return { id, sender, sequence, payload: row.payload.toString(), createdAtMs: Number(row.created_at_ms) };
  }

  async digest(): Promise<TransactionDigest> {
    const rows = await this.#queries.query<{ sender: string; sequence: string; chain: string }>(
      'digest_transactions',
      `SELECT DISTINCT ON (sender) sender, sequence, chain FROM topolab_transactions
       ORDER BY sender, sequence DESC`,
      [],
    );
    const heads = rows.map(({ sender, sequence, chain }) => ({ sender, head: Number(sequence), chain }));
    return { count: heads.reduce((sum, { head }) => sum + head, 0), digest: digestOf(heads) };
  }

  async #insert(payload: string): Promise<string> {
    const transaction = this.#signer.sign(payload, rightTimeMs());
    const { sender, sequence, createdAtMs, signature } = transaction;
    const chain = chained(this.#chain, transaction);
    try {
      await this.#queries.query(
        'add_transaction',
        `INSERT INTO topolab_transactions (sender, sequence, created_at_ms, payload, signature, chain)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [sender, sequence, createdAtMs, Buffer.from(payload), signature, chain],
      );
    } catch (thrown) {
      // Whether it was stored is not known. A new sender leaves no gap in the old one's numbers either way.
      this.#signer = new Signer();
      this.#chain = '';
      throw thrown;
    }
    this.#chain = chain;
    return idOf(transaction);
  }
}
