// Transactions by gossip, and by asking neighbours for what did not arrive: at rest every peer has applied the same ones.
import { HttpProblem } from '../http/http-problem.ts';
import type { TransactionDigest, TransactionService, UserTransaction } from '../user/user-service.ts';
import type { GossipBus } from './gossip-bus.ts';
import { type GossipMessage, MessageKind } from './gossip-message.ts';
import type { NetworkMetrics } from './network-metrics.ts';
import { idOf, Signer, type Transaction, Verifier } from '../transactions/transaction.ts';
import { type Heads, TransactionLog } from '../transactions/transaction-log.ts';
import { rightTimeMs } from '../process/right-time.ts';

/** Asks the peer it was made for. */
export type Ask = (topic: string, question: unknown) => Promise<unknown>;

/** Of payload in one answer. */
const pageBytes = 512 * 1024;
/** Pages fetched from one neighbour at a time; the next round goes on. */
const maxPages = 100;

export class PeerTransactions implements TransactionService {
  readonly #bus: GossipBus;
  readonly #metrics: NetworkMetrics;
  readonly #gapSeen: () => void;
  readonly #signer = new Signer();
  readonly #verifier = new Verifier();
  readonly #log = new TransactionLog();

  /** @param gapSeen called when a transaction came before an earlier one of its sender */
  constructor(bus: GossipBus, metrics: NetworkMetrics, gapSeen: () => void) {
    this.#bus = bus;
    this.#metrics = metrics;
    this.#gapSeen = gapSeen;
    bus.on(MessageKind.transaction, (message) => this.#receive(message));
  }

  async submit(payload: string): Promise<{ id: string }> {
    if (this.#log.full) throw new HttpProblem(507, 'this peer keeps no more transactions');
    const transaction = this.#signer.sign(payload, rightTimeMs());
    this.#add(transaction);
    const body = Buffer.from(JSON.stringify(transaction));
    await this.#bus.publish(MessageKind.transaction, transaction.createdAtMs, body);
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

  get state(): { count: number; early: number; digest: string } {
    return { count: this.#log.count, early: this.#log.early, digest: this.#log.digest() };
  }

  get heads(): Heads {
    return this.#log.heads();
  }

  /** Answers a neighbour that is at these heads with what it lacks. */
  readonly answerMissing = (heads: unknown): Transaction[] =>
    this.#log.missingAt(parseHeads(heads), pageBytes);

  /** Takes what a neighbour offers. @returns how many were applied */
  readonly take = (offered: unknown): number => {
    if (!Array.isArray(offered)) throw new TypeError('a list of transactions was expected');
    return offered.reduce((applied: number, value) => applied + this.#check(value), 0);
  };

  /** Fetches from a neighbour what this peer lacks, and gives it what it lacks. */
  async reconcile(theirHeads: unknown, ask: Ask): Promise<void> {
    for (let page = 0; page < maxPages; page += 1) {
      if (this.take(await ask('transactions', this.#log.heads())) === 0) break;
    }
    const missing = this.#log.missingAt(parseHeads(theirHeads), pageBytes);
    if (missing.length > 0) await ask('take-transactions', missing);
  }

  #receive({ body }: GossipMessage): boolean {
    const transaction = this.#verified(parse(body));
    if (transaction === undefined) return false;
    this.#add(transaction);
    if (this.#log.early > 0) this.#gapSeen();
    return true;
  }

  #check(value: unknown): number {
    const transaction = this.#verified(value);
    return transaction === undefined ? 0 : this.#add(transaction);
  }

  #verified(value: unknown): Transaction | undefined {
    const transaction = this.#verifier.check(value);
    if (transaction === undefined) this.#metrics.transactionRefused();
    return transaction;
  }

  #add(transaction: Transaction): number {
    const applied = this.#log.add(transaction);
    const nowMs = rightTimeMs();
    for (const { sender, createdAtMs } of applied) {
      const own = sender === this.#signer.sender;
      this.#metrics.transactionApplied(own ? undefined : Math.max(0, nowMs - createdAtMs) / 1000);
    }
    return applied.length;
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function parseHeads(value: unknown): Heads {
  if (typeof value !== 'object' || value === null) throw new TypeError('heads were expected');
  return Object.fromEntries(Object.entries(value).filter(([, head]) => Number.isSafeInteger(head))) as Heads;
}
