// As whom the canaries of a run ask: as each user, as a thief of each token that will be revoked for having been stolen, with a token that expires
// half-way through the load, and with one that nobody signed. Pure.
import type { Right } from '../../node-image/contract/access-rights.ts';
import type { Plan } from '../plan/plan.ts';
import type { Access } from '../scenario/access/access.ts';

/** Requests of canaries of whom nothing is expected to change, to each node and second. */
const CALM_PER_SECOND = 2;

export interface PlannedCanary {
  readonly name: string;
  /** In whose name it asks. */
  readonly user: string;
  readonly asks: readonly Right[];
  readonly may: readonly Right[];
  readonly perSecond: number;
  readonly streams: boolean;
  /** `own`: the user's token, whichever it is. `stolen`: the same, until it is revoked for that. */
  readonly token: 'own' | 'stolen' | 'expiring' | 'forged';
}

export function plannedCanaries(access: Access, { actions }: Pick<Plan, 'actions'>): PlannedCanary[] {
  const { users, canariesPerSecond } = access;
  const changes = actions.flatMap(({ change }) =>
    change.kind === 'grant' || change.kind === 'revoke' ? [change] : [],
  );
  const own = users.map(({ name: user, rights }): PlannedCanary => {
    const ofUser = changes.filter((change) => change.user === user && !change.tokenOnly);
    const asks = [...new Set([...rights, ...ofUser.flatMap(({ after }) => after)])];
    const isChanged = ofUser.length > 0;
    return {
      name: user,
      user,
      asks,
      may: rights,
      perSecond: isChanged ? canariesPerSecond : CALM_PER_SECOND,
      streams: isChanged && asks.includes('read'),
      token: 'own',
    };
  });
  const stolen = own
    .filter(({ user }) => changes.some((change) => change.user === user && change.tokenOnly))
    .map(
      (canary): PlannedCanary => ({
        ...canary,
        name: `${canary.user}, stolen token`,
        perSecond: canariesPerSecond,
        streams: canary.asks.includes('read'),
        token: 'stolen',
      }),
    );
  const [holder] = own.filter(({ may }) => may.length > 0);
  if (holder === undefined) return [...own, ...stolen];
  const { user, may } = holder;
  const like = { user, asks: may, may, streams: false };
  return [
    ...own,
    ...stolen,
    { ...like, name: `${user}, expiring token`, perSecond: canariesPerSecond, token: 'expiring' },
    { ...like, name: `${user}, forged token`, perSecond: CALM_PER_SECOND, token: 'forged' },
  ].filter(({ asks }) => asks.length > 0) as PlannedCanary[];
}
