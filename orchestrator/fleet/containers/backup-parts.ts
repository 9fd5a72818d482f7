// What the containers of stores have for their backups. Pure.
import {
  acceptsLine,
  type BackedUpStore,
  type BackupMethod,
  type StoreParts,
} from '../../backup/method/backup-method.ts';
import { methodOf } from '../../backup/method-of.ts';
import type { Group, Readiness } from '../../scenario/groups/group.ts';
import { loginOf } from '../../scenario/groups/store-role.ts';
import type { TakenSecrets } from '../../secrets/take-secrets.ts';

interface Keeping {
  readonly run: string;
  readonly secrets: TakenSecrets;
  /** Of stores that are given none. */
  readonly databasePassword: string;
}

/** A group of a run that is a store with backups, where they are and how they are made; undefined where it has none. */
export function backedUp(
  group: Group,
  { run, secrets, databasePassword }: Keeping,
): { readonly store: BackedUpStore; readonly method: BackupMethod } | undefined {
  if (group.role !== 'store' || group.backup === null) return undefined;
  const volume = `topolab-${run}-${group.name}-backup`;
  const login = loginOf(group, { databasePassword, secretsOf: (name) => secrets.of(name).env });
  return { store: { group, volume, login }, method: methodOf(group.backup) };
}

/** What a node of a group gets for its backups; nothing where it has none. */
export function backupParts(group: Group, restored: boolean, keeping: Keeping): StoreParts {
  const found = backedUp(group, keeping);
  if (found === undefined) return {};
  const { store, method } = found;
  return restored ? method.restored(store) : method.fresh(store);
}

/** A database that replays a log listens long before it takes writes: only its log tells when it does. */
export function restoredReadiness({ readiness }: Group): Readiness {
  return { ...readiness, probe: { kind: 'log', pattern: acceptsLine } };
}
