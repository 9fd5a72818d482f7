// Invitations: tokens that let one node in, once, for a while. Whoever keeps them keeps digests, so that a copy of what is kept lets nobody in.
import { createHash, randomBytes } from 'node:crypto';

/** What came of a token that a node presented. */
export type Redeemed = 'enrolled' | 'used' | 'expired' | 'unknown';

export interface Invitation {
  readonly token: string;
  /** Milliseconds since 1970, by the clock of whoever keeps it. */
  readonly expiresAtMs: number;
}

export interface Invitations {
  issue(lifetimeMs: number): Promise<Invitation>;
  /** A token is good for the first node that presents it in time, and for nobody after that. */
  redeem(token: string, node: string): Promise<Redeemed>;
}

export function newToken(): { readonly token: string; readonly digest: string } {
  const token = randomBytes(24).toString('base64url');
  return { token, digest: digestOf(token) };
}

export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

interface Kept {
  readonly expiresAtMs: number;
  usedBy: string | undefined;
}

/** More are forgotten, the oldest first. */
const mostKept = 10_000;

/** Kept by one node alone: a server with its own memory, or the member who has invited. */
export class MemoryInvitations implements Invitations {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async issue(lifetimeMs: number): Promise<Invitation> {
    const { token, digest } = newToken();
    const expiresAtMs = this.#now() + lifetimeMs;
    this.#kept.set(digest, { expiresAtMs, usedBy: undefined });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return { token, expiresAtMs };
  }

  async redeem(token: string, node: string): Promise<Redeemed> {
    const kept = this.#kept.get(digestOf(token));
    if (kept === undefined) return 'unknown';
    if (kept.usedBy !== undefined) return 'used';
    if (kept.expiresAtMs <= this.#now()) return 'expired';
    kept.usedBy = node;
    return 'enrolled';
  }
}
