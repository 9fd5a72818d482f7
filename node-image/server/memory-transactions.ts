// Transactions of a server without a database: numbered, signed and kept by itself.
import { HttpProblem } from '../http/http-problem.ts';
import { idOf, Signer } from '../transactions/transaction.ts';
import { TransactionLog } from '../transactions/transaction-log.ts';
import type { TransactionDigest, TransactionService, UserTransaction } from '../user/user-service.ts';
import { rightTimeMs } from '../process/right-time.ts';

export class MemoryTransactions implements TransactionService {
  readonly #signer = new Signer();
  readonly #log = new TransactionLog();

  async submit(payload: string): Promise<{ id: string }> {
    if (this.#log.full) throw new HttpProblem(507, 'this server keeps no more transactions');
    const transaction = this.#signer.sign(payload, rightTimeMs());
    this.#log.add(transaction);
    return { id: idOf(transaction) };
  }

  async get(id: string): Promise<UserTransaction | undefined> {
    const found = this.#log.get(id);
    if (found === undefined) return undefined;
    const { sender, sequence, payload, createdAtMs } = found;
    return { id, sender, sequence, payload, createdAtMs };
  }

  async digest(): Promise<TransactionDigest> {
    return { count: this.#log.count, digest: this.#log.digest() };
  }
}
