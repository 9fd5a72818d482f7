// Who is in the network, as one peer believes it. Pure; peers exchange what they believe, and of two beliefs about one peer the one
// with the higher version wins, of equal ones the one that says it is gone (after SWIM: Das, Gupta, Motivala, DSN 2002).
import { createHash } from 'node:crypto';

export interface Member {
  /** Peer id: new with each start of a node. */
  readonly id: string;
  readonly node: string;
  readonly addresses: readonly string[];
  /** Raised only by the peer itself, to contradict a rumour that it is gone. */
  readonly version: number;
  readonly gone: boolean;
}

export class Members {
  readonly #self: string;
  readonly #members = new Map<string, Member>();
  readonly #changed: (member: Member) => void;
  #alive: Member[] | undefined;
  #digest: string | undefined;

  /** @param changed told of everyone who comes or goes, oneself excluded */
  constructor(self: Member, changed: (member: Member) => void) {
    this.#self = self.id;
    this.#members.set(self.id, self);
    this.#changed = changed;
  }

  get self(): Member {
    const self = this.#members.get(this.#self);
    if (self === undefined) throw new Error('a peer always knows itself');
    return self;
  }

  /** Those who are believed to be there, oneself included, in the order of their ids. */
  get alive(): readonly Member[] {
    this.#alive ??= [...this.#members.values()]
      .filter(({ gone }) => !gone)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.#alive;
  }

  get all(): readonly Member[] {
    return [...this.#members.values()];
  }

  get(id: string): Member | undefined {
    return this.#members.get(id);
  }

  /** Equal where two peers believe the same. */
  get digest(): string {
    this.#digest ??= createHash('sha256')
      .update(
        this.all
          .map(({ id, version, gone }) => `${id} ${version} ${gone}\n`)
          .sort()
          .join(''),
      )
      .digest('base64url');
    return this.#digest;
  }

  /**
   * Takes over what is news.
   * @returns what the others should be told: oneself with a higher version, where they believe that one is gone.
   */
  merge(told: readonly Member[]): Member | undefined {
    let contradiction: Member | undefined;
    for (const member of told) {
      const known = this.#members.get(member.id);
      if (known !== undefined && !isNewer(member, known)) continue;
      if (member.id === this.#self) {
        if (!member.gone || this.self.gone) continue;
        contradiction = { ...this.self, version: member.version + 1 };
        this.#set(contradiction);
      } else {
        this.#set(member);
        if (known === undefined ? !member.gone : known.gone !== member.gone) this.#changed(member);
      }
    }
    return contradiction;
  }

  /** Marks one as gone, oneself when leaving. @returns what to tell the others, undefined where it is no news */
  markGone(id: string): Member | undefined {
    const known = this.#members.get(id);
    if (known === undefined || known.gone) return undefined;
    const gone = { ...known, gone: true };
    this.#set(gone);
    if (id !== this.#self) this.#changed(gone);
    return gone;
  }

  #set(member: Member): void {
    this.#members.set(member.id, member);
    this.#alive = undefined;
    this.#digest = undefined;
  }
}

function isNewer(told: Member, known: Member): boolean {
  return told.version === known.version ? told.gone && !known.gone : told.version > known.version;
}

/** What a peer told, without what is no member; fails where it is no list. */
export function parseMembers(told: unknown): Member[] {
  if (!Array.isArray(told)) throw new TypeError('a list of members was expected');
  return told.filter(isMember);
}

function isMember(value: unknown): value is Member {
  if (typeof value !== 'object' || value === null) return false;
  const { id, node, addresses, version, gone } = value as Partial<Record<keyof Member, unknown>>;
  return (
    typeof id === 'string' &&
    typeof node === 'string' &&
    Array.isArray(addresses) &&
    addresses.every((address) => typeof address === 'string') &&
    typeof version === 'number' &&
    typeof gone === 'boolean'
  );
}
