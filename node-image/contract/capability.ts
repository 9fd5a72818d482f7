// The token of a user: a chain of signed links, after Biscuit (doc.biscuitsec.org). The authority signs the first link; each link names
// the key that signs the next one, and whoever holds the token holds the last key, so that anybody can hand on less than they have and
// nobody more. Revoking the id of one link kills all that was derived from it. docs/decisions/ says why it is not Biscuit itself.
//
//   link ~ link ~ key       what a holder has: the last key proves it, and could sign a further link
//   link ~ link             sealed: good for the one message whose digest its last link names
import { createHash, randomBytes } from 'node:crypto';
import { isRight, type Right } from './access-rights.ts';
import { type Key, type KeyPair, newKeyPair, privateKey, publicKey, sign, verified } from './signed.ts';

export interface Capability {
  /** As it was read. */
  readonly token: string;
  /** Whose it is; for nodes, which act in nobody's name, the word in `nodeUser`. */
  readonly user: string;
  /** Of each link, the authority's first. */
  readonly ids: readonly string[];
  /** That all links allow. */
  readonly rights: readonly Right[];
  /** The first link to expire does so then, milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** Of the only message that it is good for; undefined = of a holder, for whatever it allows. */
  readonly digest: string | undefined;
}

/** The user of tokens that servers' own helpers have: no person's name has a colon. */
export const nodeUser = 'node:';

const separator = '~';
/** Longer chains are refused: each link costs a signature to check. */
const mostLinks = 4;
const mostCharacters = 4096;

interface Link {
  readonly id: string;
  readonly user: string | undefined;
  readonly rights: readonly Right[];
  readonly expiresAtMs: number;
  /** The key of the next link; undefined = sealed. */
  readonly next: string | undefined;
  readonly digest: string | undefined;
}

export interface NewCapability {
  readonly user: string;
  readonly rights: readonly Right[];
  readonly expiresAtMs: number;
}

/** A token by the authority, and the id under which it can be revoked. */
export async function issue(of: NewCapability, authority: Key): Promise<{ token: string; id: string }> {
  const { token, id } = await link([], of, authority);
  return { token, id };
}

/** A token that allows no more than this one and expires no later. Fails where it is no holder's. */
export async function derive(
  token: string,
  less: { readonly rights: readonly Right[]; readonly expiresAtMs: number },
): Promise<{ token: string; id: string }> {
  const { links, key } = partsOf(token);
  return link(links, less, await privateKey(lastKey(links, key)));
}

/** What others check to see that the holder of the token has said this message. Fails where the token is no holder's. */
export async function seal(token: string, message: string, expiresAtMs: number): Promise<string> {
  const { links, key } = partsOf(token);
  const claims = { id: newId(), rights: ['publish'], expiresAtMs, digest: digestOf(message) };
  return [...links, await sign(claims, await privateKey(lastKey(links, key)))].join(separator);
}

export function digestOf(message: string): string {
  return createHash('sha256').update(message).digest('base64url');
}

/**
 * What a token allows; undefined where one of its links is not signed as it must be, or it is not sealed and its key is not the last
 * link's: whoever saw a sealed one can't make a holder's of it. Whether it has expired or was revoked is for the caller to see.
 */
export async function readCapability(token: string, authority: Key): Promise<Capability | undefined> {
  if (token.length > mostCharacters) return undefined;
  const { links, key } = partsOf(token);
  if (links.length === 0 || links.length > mostLinks) return undefined;
  const read: Link[] = [];
  let signer = authority;
  for (const jws of links) {
    const found = linkIn(await verified(jws, signer));
    if (found === undefined || read.at(-1)?.digest !== undefined) return undefined;
    read.push(found);
    if (found.next === undefined) break;
    signer = await publicKey(found.next);
  }
  const last = read.at(-1);
  const [first] = read;
  if (first?.user === undefined || last === undefined || read.length < links.length) return undefined;
  const isHeld = last.next !== undefined && last.digest === undefined && (await fits(key, last.next));
  if (!isHeld && (last.digest === undefined || key !== '')) return undefined;
  return {
    token,
    user: first.user,
    ids: read.map(({ id }) => id),
    rights: first.rights.filter((right) => read.every((each) => each.rights.includes(right))),
    expiresAtMs: Math.min(...read.map(({ expiresAtMs }) => expiresAtMs)),
    digest: last.digest,
  };
}

async function link(
  before: readonly string[],
  claims: Omit<NewCapability, 'user'> & { readonly user?: string },
  signer: Key,
): Promise<{ token: string; id: string }> {
  const next = await newKeyPair();
  const id = newId();
  const jws = await sign({ ...claims, id, next: next.x }, signer);
  return { token: [...before, jws, next.d].join(separator), id };
}

/** Links have dots, a key has none. */
function partsOf(token: string): { links: string[]; key: string } {
  const parts = token.split(separator);
  const key = parts.at(-1)?.includes('.') === false ? (parts.pop() ?? '') : '';
  return { links: parts, key };
}

/** Not checked: whoever makes a token of it that is not right has made a token that nobody takes. */
function lastKey(links: readonly string[], d: string): KeyPair {
  const claims = links.at(-1)?.split('.')[1] ?? '';
  const { next } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { next?: string };
  if (next === undefined || d === '') throw new TypeError('this token is nobody’s to hand on');
  return { x: next, d };
}

async function fits(d: string, x: string): Promise<boolean> {
  try {
    const proof = { at: newId() };
    return (await verified(await sign(proof, await privateKey({ x, d })), await publicKey(x))) !== undefined;
  } catch {
    return false;
  }
}

function linkIn(claims: Readonly<Record<string, unknown>> | undefined): Link | undefined {
  if (claims === undefined) return undefined;
  const { id, user, rights, expiresAtMs, next, digest } = claims;
  const isText = (value: unknown): value is string | undefined =>
    value === undefined || typeof value === 'string';
  if (typeof id !== 'string' || typeof expiresAtMs !== 'number' || !Array.isArray(rights)) return undefined;
  if (!isText(user) || !isText(next) || !isText(digest)) return undefined;
  return { id, user, rights: rights.filter(isRight), expiresAtMs, next, digest };
}

function newId(): string {
  return randomBytes(12).toString('base64url');
}
