// Access as written, held against the groups: who keeps the policy, and who can check it.
import { isServer } from '../groups/server-role.ts';
import { isOwnProgram } from '../groups/role-of.ts';
import { checkDistinct, checkGroupName } from '../groups/check-group-name.ts';
import type { WrittenGroups } from '../groups/written-groups.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { instead } from '../text/suggest.ts';
import type { Access, GrantChange, RevokeChange } from './access.ts';
import type { CheckedAccess, CheckedGrant, CheckedRevoke } from './access-schema.ts';

/** Roles whose nodes let users in. */
const DOORS = ['server', 'client', 'peer'];

export function hasDoor(role: string): boolean {
  return DOORS.includes(role);
}

export interface WrittenAccess {
  /** Undefined where the scenario has none, or what it has could not be read. */
  readonly access: CheckedAccess | undefined;
  /** False where the scenario has none. */
  readonly hasAccess: boolean;
}

export function checkAccess(
  { access, records, ...written }: WrittenAccess & WrittenGroups & { readonly records?: unknown },
  report: Report,
): void {
  if (access === undefined) return;
  const path = ['access'];
  if (records !== undefined)
    report(
      ['records'],
      'does not go with `access`: what writes them has no token; leave out one of them',
      'key',
    );
  const { groups } = written;
  checkDistinct(access.ignoredBy, [...path, 'ignoredBy'], report);
  for (const [index, group] of access.ignoredBy.entries())
    checkGroupName(group, ['peer'], [...path, 'ignoredBy', index], written, report);
  const doors = groups.filter(({ value }) => DOORS.includes(value.role));
  if (groups.length > 0 && doors.length === 0)
    report(path, 'has nobody to check it: write a server, client or peer group', 'key');
  for (const { name, path: place, value } of doors) {
    if (!isOwnProgram(value)) {
      const message = `has an image of its own, which knows nothing of \`access\`; leave out one of them`;
      report([...place, 'image'], message);
    } else if (isServer(value) && value.store === undefined) {
      const message = `needs \`store\`: with \`access\`, servers keep what users may do in their database; write a store group`;
      report(place, message, 'key');
    } else if (value.role === 'peer' && offersFilesAlone(value)) {
      const message = `would never hear of a revocation: peers tell each other over the network of events and records; write services: [files, events] in "${name}"`;
      report([...place, 'services'], message, 'key');
    }
  }
}

/** A timeline entry names a user that exists. */
export function checkUser(
  { user }: CheckedGrant | CheckedRevoke,
  path: ProblemPath,
  { access, hasAccess }: WrittenAccess,
  report: Report,
): void {
  if (!hasAccess)
    return report(path, 'changes rights, but this scenario has no `access`; write that section too', 'key');
  const users = Object.keys(access?.users ?? {});
  if (access !== undefined && !users.includes(user))
    report([...path, 'user'], `there is no user "${user}"; ${instead(user, users)}`);
}

/** Who asks in the name of nobody is refused by every node. */
export function checkLoadUser(
  { user }: { readonly user?: string | undefined },
  path: ProblemPath,
  { access, hasAccess }: WrittenAccess,
  report: Report,
): void {
  const users = Object.keys(access?.users ?? {});
  if (user !== undefined && !hasAccess)
    report(
      [...path, 'user'],
      'is a user of `access`, which this scenario has not; write that section too',
      'key',
    );
  else if (access !== undefined && user === undefined)
    report(
      path,
      `has no \`user\`, and with \`access\` nodes serve nobody without a token; ${instead('', users)}`,
      'key',
    );
  else if (access !== undefined && user !== undefined && !users.includes(user))
    report([...path, 'user'], `there is no user "${user}"; ${instead(user, users)}`);
}

export function resolveAccess(access: CheckedAccess): Access {
  const { users, cache, news, tokenLife, ignoredBy, canaries } = access;
  return {
    users: Object.entries(users).map(([name, { rights }]) => ({ name, rights })),
    cacheMs: cache,
    news,
    tokenLifeMs: tokenLife,
    ignoredBy,
    canariesPerSecond: canaries,
  };
}

export function resolveGrant({ user, rights }: CheckedGrant): GrantChange {
  return { kind: 'grant', user, rights };
}

export function resolveRevoke({ user, rights, token }: CheckedRevoke): RevokeChange {
  return { kind: 'revoke', user, rights: rights ?? null, tokenOnly: token === true };
}

function offersFilesAlone(group: object): boolean {
  const { services, files = {} } = group as {
    readonly services?: readonly string[];
    readonly files?: object;
  };
  const offered = services ?? (Object.keys(files).length > 0 ? ['files'] : ['events', 'records']);
  return offered.every((service) => service === 'files');
}
