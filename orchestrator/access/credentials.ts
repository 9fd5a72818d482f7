// The authority of a run: it signs tokens and changes of rights with a key that is made for the run and leaves this process never. Nodes get its
// public half.
import type { Right } from '../../node-image/contract/access-rights.ts';
import { signChange } from '../../node-image/contract/access-change.ts';
import type { AccessSettings } from '../../node-image/contract/access-settings.ts';
import { issue, nodeUser } from '../../node-image/contract/capability.ts';
import { type Key, newKeyPair, privateKey } from '../../node-image/contract/signed.ts';
import type { Access } from '../scenario/access/access.ts';

/** No run lasts longer. */
const NODE_TOKEN_LIFE_MS = 30 * 24 * 3_600_000;

export interface Token {
  readonly token: string;
  /** Under which it can be revoked. */
  readonly id: string;
}

export class Credentials {
  readonly #access: Access;
  readonly #authority: Key;
  readonly #publicKey: string;
  readonly #nodeToken: string;

  static async make(access: Access): Promise<Credentials> {
    const pair = await newKeyPair();
    const authority = await privateKey(pair);
    const expiresAtMs = Date.now() + NODE_TOKEN_LIFE_MS;
    const { token } = await issue({ user: nodeUser, rights: ['fetch'], expiresAtMs }, authority);
    return new Credentials(access, authority, pair.x, token);
  }

  private constructor(access: Access, authority: Key, publicKey: string, nodeToken: string) {
    this.#access = access;
    this.#authority = authority;
    this.#publicKey = publicKey;
    this.#nodeToken = nodeToken;
  }

  /** What the nodes of a group are told. */
  settingsOf(group: string): AccessSettings {
    const { cacheMs, news, ignoredBy } = this.#access;
    return {
      authority: this.#publicKey,
      cacheMs,
      push: news === 'push',
      ignored: ignoredBy.includes(group),
      token: this.#nodeToken,
    };
  }

  /** @param expiresAtMs on the nodes' clock, milliseconds since 1970 */
  async issue(user: string, rights: readonly Right[], expiresAtMs: number): Promise<Token> {
    return await issue({ user, rights, expiresAtMs }, this.#authority);
  }

  /** As `issue`, by somebody who is not the authority. */
  async forge(user: string, rights: readonly Right[], expiresAtMs: number): Promise<Token> {
    return await issue({ user, rights, expiresAtMs }, await privateKey(await newKeyPair()));
  }

  async signChange(user: string, rights: readonly Right[], revoked: readonly string[]): Promise<string> {
    return await signChange({ user, rights, revoked }, this.#authority);
  }
}
