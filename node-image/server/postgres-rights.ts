// What users may do, as the database that all servers share has it. A server believes an answer for as long as it is told to, counted from
// when it asked: what was true then may have changed by the time the answer came.
import type { AccessChange } from '../contract/access-change.ts';
import { isRight, type Right } from '../contract/access-rights.ts';
import type { Capability } from '../contract/capability.ts';
import { type Known, permits } from '../access/policy.ts';
import type { RightsSource } from '../access/rights-source.ts';
import { accessChannel } from './postgres-schema.ts';
import type { Queries } from './queries.ts';

interface Answer extends Known {
  readonly askedMs: number;
}

export class PostgresRights implements RightsSource {
  readonly #queries: Queries;
  readonly #cacheMs: number;
  readonly #known = new Map<string, Answer>();
  readonly #asking = new Map<string, { readonly askedMs: number; readonly answer: Promise<Answer> }>();
  readonly #listeners: (() => void)[] = [];
  readonly #nowMs: () => number;

  /** @param cacheMs how long an answer is believed; 0 = each request asks */
  constructor(queries: Queries, cacheMs: number, nowMs = () => performance.now()) {
    this.#queries = queries;
    this.#cacheMs = cacheMs;
    this.#nowMs = nowMs;
  }

  async allows(capability: Capability, right: Right): Promise<boolean> {
    return permits(await this.#believed(capability.user), capability, right);
  }

  async rightsNow(capability: Capability): Promise<readonly Right[]> {
    const known = await this.#read(capability.user);
    return known.rights.filter((right) => permits(known, capability, right));
  }

  /** Resolves once it is committed: from then on whoever asks the database hears of it. */
  async change({ user, rights, revoked }: AccessChange): Promise<void> {
    await this.#queries.query(
      'change_rights',
      `WITH lost AS (DELETE FROM topolab_rights WHERE user_name = $1 AND NOT right_name = ANY ($2::text[])),
            won AS (INSERT INTO topolab_rights (user_name, right_name)
                    SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING),
            dead AS (INSERT INTO topolab_revoked (user_name, token_id)
                     SELECT $1, unnest($3::text[]) ON CONFLICT DO NOTHING)
       SELECT pg_notify('${accessChannel}', $1)`,
      [user, rights, revoked],
    );
    this.forget(user);
  }

  onChange(changed: () => void): void {
    this.#listeners.push(changed);
  }

  /** The database has told that this user's rights changed; '' = it may have told of anybody while nobody listened. */
  forget(user: string): void {
    if (user === '') this.#known.clear();
    else this.#known.delete(user);
    // What is being asked may have been answered before the change.
    if (user === '') this.#asking.clear();
    else this.#asking.delete(user);
    for (const changed of this.#listeners) changed();
  }

  async #believed(user: string): Promise<Known> {
    const known = this.#known.get(user);
    if (known !== undefined && this.#isFresh(known.askedMs)) return known;
    const asking = this.#asking.get(user);
    if (asking !== undefined && this.#isFresh(asking.askedMs)) return asking.answer;
    return this.#ask(user);
  }

  #isFresh(askedMs: number): boolean {
    return this.#nowMs() - askedMs < this.#cacheMs;
  }

  async #ask(user: string): Promise<Known> {
    const askedMs = this.#nowMs();
    const asking = { askedMs, answer: this.#read(user).then((known) => ({ askedMs, ...known })) };
    this.#asking.set(user, asking);
    try {
      const answer = await asking.answer;
      // Forgotten meanwhile, or overtaken by a later question: good for those who wait for it, and for nobody after them.
      if (this.#asking.get(user) === asking) this.#known.set(user, answer);
      return answer;
    } finally {
      if (this.#asking.get(user) === asking) this.#asking.delete(user);
    }
  }

  async #read(user: string): Promise<Known> {
    const [row] = await this.#queries.query<{ rights: string[]; revoked: string[] }>(
      'read_rights',
      `SELECT ARRAY (SELECT right_name FROM topolab_rights WHERE user_name = $1) AS rights,
              ARRAY (SELECT token_id FROM topolab_revoked WHERE user_name = $1) AS revoked`,
      [user],
    );
    return { rights: (row?.rights ?? []).filter(isRight), revoked: new Set(row?.revoked ?? []) };
  }
}
