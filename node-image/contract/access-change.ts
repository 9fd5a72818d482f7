// A change of what a user may do, signed by the authority: whoever hands it on, every node can see that it is genuine.
import { isRight, type Right } from './access-rights.ts';
import { type Key, sign, verified } from './signed.ts';

export interface AccessChange {
  readonly user: string;
  /** What the user may do from now on, by the policy of those who keep one. */
  readonly rights: readonly Right[];
  /** Ids of tokens that count no longer, and with them all that was derived from them. */
  readonly revoked: readonly string[];
}

export async function signChange(change: AccessChange, authority: Key): Promise<string> {
  return sign({ change }, authority);
}

/** Undefined where the authority has not signed it, or it is no change. */
export async function readChange(jws: string, authority: Key): Promise<AccessChange | undefined> {
  const { change } = (await verified(jws, authority)) ?? {};
  if (typeof change !== 'object' || change === null) return undefined;
  const { user, rights, revoked } = change as Partial<Record<keyof AccessChange, unknown>>;
  if (typeof user !== 'string' || !Array.isArray(rights) || !Array.isArray(revoked)) return undefined;
  return {
    user,
    rights: rights.filter(isRight),
    revoked: revoked.filter((id): id is string => typeof id === 'string'),
  };
}
