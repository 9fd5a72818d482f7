// Who may do what, once checked, with defaults filled in.
import type { Right } from '../../../node-image/contract/access-rights.ts';

export interface AccessUser {
  readonly name: string;
  /** At the start. */
  readonly rights: readonly Right[];
}

/** Absent from a scenario: everybody may do everything. */
export interface Access {
  readonly users: readonly AccessUser[];
  /** How long servers and clients believe what they were told of a user, milliseconds; 0 = they ask for each request. */
  readonly cacheMs: number;
  /** `push`: changes are told as they come. `poll`: nodes hear of them when they ask. */
  readonly news: 'push' | 'poll';
  /** How long tokens are good for. */
  readonly tokenLifeMs: number;
  /** Groups of peers that ignore it all. */
  readonly ignoredBy: readonly string[];
  /** Requests of each canary whose rights change, to each node and second. */
  readonly canariesPerSecond: number;
}

export interface GrantChange {
  readonly kind: 'grant';
  readonly user: string;
  readonly rights: readonly Right[];
}

export interface RevokeChange {
  readonly kind: 'revoke';
  readonly user: string;
  /** null = all that the user has. */
  readonly rights: readonly Right[] | null;
  /** Only the token that the user has now, as after a theft: the user gets another one, and keeps the rights. */
  readonly tokenOnly: boolean;
}
