// One figure for a set of transactions, the same wherever the same ones were applied.
import { createHash } from 'node:crypto';
import type { Transaction } from './transaction.ts';

/** Where one sender's transactions stand. */
export interface SenderHead {
  readonly sender: string;
  /** The last sequence applied. */
  readonly head: number;
  /** Hash over all its transactions up to that, in order. */
  readonly chain: string;
}

/** The hash over a sender's transactions with one more. '' before the first. */
export function chained(chain: string, { signature }: Pick<Transaction, 'signature'>): string {
  return createHash('sha256').update(chain).update(signature).digest('base64url');
}

/** SHA-256 over all senders, in hexadecimal; the order in which they are given makes no difference. */
export function digestOf(heads: readonly SenderHead[]): string {
  const lines = heads.map(({ sender, head, chain }) => `${sender} ${head} ${chain}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
