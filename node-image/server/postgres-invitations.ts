// Invitations in the database that all servers share: one that was used at one server is used at all. The database's clock decides what has expired.
import type { Queries } from './queries.ts';
import {
  digestOf,
  type Invitation,
  type Invitations,
  newToken,
  type Redeemed,
} from '../enrolment/invitations.ts';

const nowMs = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

export class PostgresInvitations implements Invitations {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  async issue(lifetimeMs: number): Promise<Invitation> {
    const { token, digest } = newToken();
    const [row] = await this.#queries.query<{ expires_at_ms: string }>(
      'issue_invitation',
      `INSERT INTO topolab_invitations (digest, expires_at_ms) VALUES ($1, ${nowMs} + $2) RETURNING expires_at_ms`,
      [digest, Math.round(lifetimeMs)],
    );
    return { token, expiresAtMs: Number(row?.expires_at_ms ?? 0) };
  }

  /** The update is what decides: of two servers that are asked at the same moment one finds it unused. */
  async redeem(token: string, node: string): Promise<Redeemed> {
    const digest = digestOf(token);
    const taken = await this.#queries.query(
      'redeem_invitation',
      `UPDATE topolab_invitations SET used_by = $2
       WHERE digest = $1 AND used_by IS NULL AND expires_at_ms > ${nowMs} RETURNING 1 AS taken`,
      [digest, node],
    );
    if (taken.length > 0) return 'enrolled';
    const [row] = await this.#queries.query<{ used_by: string | null }>(
      'find_invitation',
      'SELECT used_by FROM topolab_invitations WHERE digest = $1',
      [digest],
    );
    if (row === undefined) return 'unknown';
    return row.used_by === null ? 'expired' : 'used';
  }
}
