// Every few seconds each peer compares with one neighbour, chosen at random, who is in the network and which transactions were applied,
// and both take over what they lack. Whatever gossip lost is healed by this, in a time that grows with the logarithm of the number
// of peers (anti-entropy: Demers and others, PODC 1987). It is also how a neighbour that hangs is noticed.
import type { Links } from './links.ts';
import { type Member, type Members, parseMembers } from './members.ts';
import type { Neighbours } from './neighbours.ts';
import type { PeerTransactions } from './peer-transactions.ts';
import type { Revocations } from './revocations.ts';

const everyMs = 4000;
/** After a gap was seen: time for the missing message to arrive by itself. */
const gapMs = 250;
/** A neighbour that leaves this many questions in a row unanswered is dropped. */
const maxSilent = 2;

/** What a peer says of itself; null where both agree. */
interface Comparison {
  readonly members: readonly Member[] | null;
  readonly heads: unknown;
  readonly revocations: readonly string[] | null;
}

export class Reconciliation {
  readonly #links: Links;
  readonly #members: Members;
  readonly #neighbours: Neighbours;
  readonly #transactions: PeerTransactions;
  readonly #revocations: Revocations | undefined;
  readonly #merge: (members: readonly Member[]) => void;
  readonly #silent = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #soon = false;
  #stopped = false;

  constructor(parts: {
    readonly links: Links;
    readonly members: Members;
    readonly neighbours: Neighbours;
    readonly transactions: PeerTransactions;
    /** Undefined where users have no rights. */
    readonly revocations: Revocations | undefined;
    readonly merge: (members: readonly Member[]) => void;
  }) {
    this.#links = parts.links;
    this.#members = parts.members;
    this.#neighbours = parts.neighbours;
    this.#transactions = parts.transactions;
    this.#revocations = parts.revocations;
    this.#merge = parts.merge;
    this.#plan(everyMs * (0.5 + Math.random()));
  }

  /** Something is missing: compare soon. */
  hurry(): void {
    if (this.#soon) return;
    this.#soon = true;
    this.#plan(gapMs);
  }

  /** Compares with this neighbour now. Never fails. */
  async with(peer: string): Promise<void> {
    const ask = async (topic: string, question: unknown): Promise<unknown> =>
      this.#links.ask(peer, [], topic, question);
    try {
      const mine = {
        members: this.#members.digest,
        transactions: this.#transactions.state.digest,
        revocations: this.#revocations?.digest,
      };
      const theirs = (await ask('compare', mine)) as Comparison;
      // First of all: a newcomer serves users as soon as it knows the others.
      if (this.#revocations !== undefined && theirs.revocations !== null) {
        await this.#revocations.takeAll(theirs.revocations);
        await ask('take-revocations', this.#revocations.all);
      }
      if (theirs.members !== null) {
        this.#merge(parseMembers(theirs.members));
        await ask('take-members', this.#members.all);
      }
      if (theirs.heads !== null) await this.#transactions.reconcile(theirs.heads, ask);
      this.#silent.delete(peer);
    } catch {
      this.#wasSilent(peer);
    }
  }

  /** Answers a neighbour that compares. */
  readonly answerCompare = (question: unknown): Comparison => {
    const { members, transactions, revocations } = (question ?? {}) as Partial<Record<string, unknown>>;
    const own = this.#revocations;
    return {
      members: members === this.#members.digest ? null : this.#members.all,
      heads: transactions === this.#transactions.state.digest ? null : this.#transactions.heads,
      revocations: own === undefined || revocations === own.digest ? null : own.all,
    };
  };

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #plan(inMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#soon = false;
      const ids = this.#neighbours.ids;
      const peer = ids[Math.floor(Math.random() * ids.length)];
      const done = peer === undefined ? Promise.resolve() : this.with(peer);
      void done.then(() => {
        if (!this.#soon) this.#plan(everyMs * (0.75 + Math.random() / 2));
      });
    }, inMs);
  }

  #wasSilent(peer: string): void {
    const times = (this.#silent.get(peer) ?? 0) + 1;
    this.#silent.set(peer, times);
    if (times < maxSilent) return;
    this.#silent.delete(peer);
    this.#neighbours.drop(peer);
  }
}
