// The transactions one peer has applied: each exactly once, in its sender's order. What comes too early waits for what is missing.
import { idOf, type Transaction } from './transaction.ts';
import { chained, digestOf } from './transaction-digest.ts';

export type Heads = Readonly<Record<string, number>>;

/** Transactions that may wait for earlier ones of the same sender; more are dropped and fetched again later. */
const maxEarly = 1000;

/** Of payloads, and what each transaction takes besides, roughly. */
const limitBytes = 32 * 1024 * 1024;
const overheadBytes = 400;

interface SenderLog {
  readonly applied: Transaction[];
  /** By sequence: those that wait for what is before them. */
  readonly early: Map<number, Transaction>;
  /** Hash over everything applied, in order. */
  chain: string;
}

export class TransactionLog {
  readonly #senders = new Map<string, SenderLog>();
  #count = 0;
  #bytes = 0;
  #digest: string | undefined;

  /** Transactions applied. */
  get count(): number {
    return this.#count;
  }

  /** True where no more should be taken in: what others have taken in is applied all the same. */
  get full(): boolean {
    return this.#bytes >= limitBytes;
  }

  /** Transactions here that wait for earlier ones. */
  get early(): number {
    let early = 0;
    for (const log of this.#senders.values()) early += log.early.size;
    return early;
  }

  /** Applies it if its turn has come, and those that waited for it. Call only with a checked signature. @returns what was applied, in order */
  add(transaction: Transaction): Transaction[] {
    const log = this.#logOf(transaction.sender);
    const next = log.applied.length + 1;
    if (transaction.sequence < next) return [];
    if (transaction.sequence > next) {
      if (log.early.size < maxEarly) log.early.set(transaction.sequence, transaction);
      return [];
    }
    const applied: Transaction[] = [];
    for (let due: Transaction | undefined = transaction; due !== undefined; ) {
      log.applied.push(due);
      this.#bytes += due.payload.length + overheadBytes;
      log.chain = chained(log.chain, due);
      applied.push(due);
      const following = log.applied.length + 1;
      due = log.early.get(following);
      log.early.delete(following);
    }
    this.#count += applied.length;
    this.#digest = undefined;
    return applied;
  }

  get(id: string): Transaction | undefined {
    const dot = id.lastIndexOf('.');
    const transaction = this.#senders.get(id.slice(0, dot))?.applied[Number(id.slice(dot + 1)) - 1];
    return transaction !== undefined && idOf(transaction) === id ? transaction : undefined;
  }

  /** The last sequence applied of each sender. */
  heads(): Heads {
    const heads: Record<string, number> = {};
    for (const [sender, { applied }] of this.#senders) if (applied.length > 0) heads[sender] = applied.length;
    return heads;
  }

  /** What the other, who is at these heads, lacks: at most about `limitBytes` of payload, in an order that can be applied. */
  missingAt(heads: Heads, limitBytes: number): Transaction[] {
    const missing: Transaction[] = [];
    let bytes = 0;
    for (const [sender, { applied }] of this.#senders) {
      for (let at = heads[sender] ?? 0; at < applied.length; at += 1) {
        const transaction = applied[at];
        if (transaction === undefined) break;
        bytes += transaction.payload.length + overheadBytes;
        if (missing.length > 0 && bytes > limitBytes) return missing;
        missing.push(transaction);
      }
    }
    return missing;
  }

  /** Equal for equal sets, whatever order the senders' transactions arrived in among each other. SHA-256, hexadecimal. */
  digest(): string {
    this.#digest ??= digestOf(
      [...this.#senders]
        .filter(([, { applied }]) => applied.length > 0)
        .map(([sender, { applied, chain }]) => ({ sender, head: applied.length, chain })),
    );
    return this.#digest;
  }

  #logOf(sender: string): SenderLog {
    const known = this.#senders.get(sender);
    if (known !== undefined) return known;
    const log: SenderLog = { applied: [], early: new Map(), chain: '' };
    this.#senders.set(sender, log);
    return log;
  }
}
