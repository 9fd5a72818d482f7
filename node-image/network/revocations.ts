// Tokens that count no longer, as the authority has signed it. Every peer keeps all of them, passes them on by gossip, and compares them with
// its neighbours: one that joins, or was cut off, learns what it has missed from whomever it meets first.
import { createHash } from 'node:crypto';
import { readChange } from '../contract/access-change.ts';
import type { Key } from '../contract/signed.ts';
import { log } from '../process/log.ts';

/** Signed changes that a peer keeps and takes from another at once. */
const mostKept = 10_000;

export class Revocations {
  readonly #authority: Key;
  readonly #signed = new Map<string, string>();
  readonly #revoked = new Set<string>();
  readonly #listeners: (() => void)[] = [];
  #digest: string | undefined;

  constructor(authority: Key) {
    this.#authority = authority;
  }

  /** Ids of links of tokens. */
  get revoked(): ReadonlySet<string> {
    return this.#revoked;
  }

  get all(): readonly string[] {
    return [...this.#signed.values()];
  }

  /** Equal where two peers know the same. */
  get digest(): string {
    this.#digest ??= createHash('sha256')
      .update([...this.#signed.keys()].sort().join('\n'))
      .digest('base64url');
    return this.#digest;
  }

  onChange(changed: () => void): void {
    this.#listeners.push(changed);
  }

  /** @returns whether the authority has signed it: `news` where it was not known here. */
  async take(signed: string): Promise<'news' | 'known' | 'forged'> {
    const key = createHash('sha256').update(signed).digest('base64url');
    if (this.#signed.has(key)) return 'known';
    const change = await readChange(signed, this.#authority);
    if (change === undefined) return 'forged';
    if (this.#signed.size >= mostKept) {
      log('error', 'a peer keeps no more revocations', { mostKept });
      return 'known';
    }
    this.#signed.set(key, signed);
    this.#digest = undefined;
    for (const id of change.revoked) this.#revoked.add(id);
    for (const changed of this.#listeners) changed();
    return 'news';
  }

  /** Of another peer's list. Fails where it is none; what the authority has not signed is left out. */
  async takeAll(told: unknown): Promise<void> {
    if (!Array.isArray(told) || told.length > mostKept) throw new TypeError('a list of changes was expected');
    for (const signed of told) if (typeof signed === 'string') await this.take(signed);
  }
}
