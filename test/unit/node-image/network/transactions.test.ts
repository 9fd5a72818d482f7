import { describe, expect, test } from 'vitest';
import { idOf, Signer, type Transaction, Verifier } from '../../../../node-image/transactions/transaction.ts';
import { TransactionLog } from '../../../../node-image/transactions/transaction-log.ts';

function transactionsOf(count: number): Transaction[] {
  const signer = new Signer();
  return Array.from({ length: count }, (_, index) => signer.sign(`payload ${index + 1}`, 1000 + index));
}

function logOf(transactions: readonly Transaction[]): TransactionLog {
  const log = new TransactionLog();
  for (const transaction of transactions) log.add(transaction);
  return log;
}

/** A seeded shuffle: mulberry32. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

describe('a signature', () => {
  const [transaction] = transactionsOf(1) as [Transaction];

  test('of the sender over the whole transaction is accepted, after a trip as JSON too', () => {
    expect(new Verifier().check(JSON.parse(JSON.stringify(transaction)))).toEqual(transaction);
  });

  test.each<[string, unknown]>([
    ['another payload', { ...transaction, payload: 'more' }],
    ['another number', { ...transaction, sequence: 2 }],
    ['another time', { ...transaction, createdAtMs: 1 }],
    ['another sender', { ...transaction, sender: new Signer().sender }],
    ['a sender that is no key', { ...transaction, sender: 'me' }],
    ['no signature', { ...transaction, signature: '' }],
    ['a missing field', { sender: transaction.sender }],
    ['nothing', undefined],
  ])('does not hold for %s', (_, forged) => {
    expect(new Verifier().check(forged)).toBeUndefined();
  });
});

describe('transactions of a sender', () => {
  test('are applied once each, in order, whatever order and however often they arrive', () => {
    const sent = transactionsOf(50);
    for (const seed of [1, 2, 3]) {
      const log = new TransactionLog();
      const applied = shuffled([...sent, ...sent], seed).flatMap((transaction) => log.add(transaction));
      expect(applied).toEqual(sent);
      expect(log.count).toBe(50);
      expect(log.early).toBe(0);
    }
  });

  test('wait for a missing one, and are applied with it', () => {
    const [first, second, third] = transactionsOf(3) as [Transaction, Transaction, Transaction];
    const log = logOf([first]);
    expect(log.add(third)).toEqual([]);
    expect(log.early).toBe(1);
    expect(log.get(idOf(third))).toBeUndefined();
    expect(log.add(second)).toEqual([second, third]);
    expect(log.get(idOf(third))).toEqual(third);
  });

  test('are not found under an id that only looks like theirs', () => {
    const [only] = transactionsOf(1) as [Transaction];
    const log = logOf([only]);
    for (const id of [`${only.sender}.01`, `${only.sender}.`, `${only.sender}.2`, only.sender, '.1', '']) {
      expect(log.get(id)).toBeUndefined();
    }
  });
});

describe('the digest', () => {
  test('is the same for the same set in any interleaving of senders', () => {
    const all = [transactionsOf(5), transactionsOf(7), transactionsOf(3)].flat();
    const digests = [1, 2, 3, 4].map((seed) => logOf(shuffled(all, seed)).digest());
    expect(new Set(digests).size).toBe(1);
  });

  test('differs where one is missing, and does not count what waits', () => {
    const sent = transactionsOf(4);
    expect(logOf(sent.slice(0, 3)).digest()).not.toBe(logOf(sent).digest());
    const gap = [sent[0], sent[2]] as Transaction[];
    expect(logOf(gap).digest()).toBe(logOf(sent.slice(0, 1)).digest());
  });
});

describe('catching up', () => {
  test('a late joiner that asks page by page ends with the same set', () => {
    const log = logOf([transactionsOf(40), transactionsOf(30)].flat());
    const late = new TransactionLog();
    for (let page = 0; late.count < log.count && page < 100; page += 1) {
      for (const transaction of log.missingAt(late.heads(), 2000)) late.add(transaction);
    }
    expect(late.digest()).toBe(log.digest());
  });

  test('nothing is missing at the same heads', () => {
    const log = logOf(transactionsOf(3));
    expect(log.missingAt(log.heads(), 1000)).toEqual([]);
  });

  test('a page holds at least one transaction, however large', () => {
    const log = logOf(transactionsOf(3));
    expect(log.missingAt({}, 1)).toHaveLength(1);
  });
});
