// The one place where it is decided who may do what, on every kind of node: servers, clients and peers differ only in where the facts come
// from and how old they are.
import type { Right } from '../contract/access-rights.ts';
import type { Capability } from '../contract/capability.ts';

/** What is known of a user. */
export interface Known {
  readonly rights: readonly Right[];
  /** Ids of links of tokens that count no longer. */
  readonly revoked: ReadonlySet<string>;
}

/** Nobody has a right whose token, or one from which it was derived, was revoked; and nobody more than the token itself allows. */
export function permits({ rights, revoked }: Known, { ids }: Pick<Capability, 'ids'>, right: Right): boolean {
  return rights.includes(right) && !ids.some((id) => revoked.has(id));
}
