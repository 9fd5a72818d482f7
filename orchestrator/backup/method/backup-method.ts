// What a way of backing up a store is: what its containers get, what is done once the database is there, and how one comes back. Each is a
// folder that exports one of these; `method-of.ts` names them.
import type { Containers } from '../../cluster/containers.ts';
import type { ContainerSpec, RunningContainer } from '../../engine/engine.ts';
import type { Login, StoreGroup } from '../../scenario/groups/store-role.ts';
import type { BackupType } from '../../scenario/timeline/timeline.ts';

/** What a store's container gets beside what every node of its group has. */
export type StoreParts = Pick<ContainerSpec, 'files' | 'mounts' | 'entrypoint'> & {
  readonly env?: Readonly<Record<string, string>>;
};

/** A store and where its backups are. */
export interface BackedUpStore {
  readonly group: StoreGroup;
  /** The volume of its backups, which no node's end takes with it. */
  readonly volume: string;
  /** Of its database's user. */
  readonly login: Login;
}

/** What a method asks of the run. */
export interface BackupHost {
  readonly containers: Pick<Containers, 'exec' | 'launch' | 'logs'>;
  /** A container beside the store, named after it: `database-receiver`. What is left out of it is as every node has it. */
  helperSpec(store: BackedUpStore, name: string): Omit<ContainerSpec, 'env' | 'cpus' | 'memoryBytes'>;
  /** Measured like a node from now on. */
  measure(store: BackedUpStore, name: string, container: RunningContainer): void;
}

export interface BackupMethod {
  /** Of a store that begins empty. */
  fresh(store: BackedUpStore): StoreParts;
  /** Of one that comes back: before its database starts, it has what the backups hold. Its log says `restoredLine` once it has. */
  restored(store: BackedUpStore): StoreParts;
  /**
   * Begins with a database that has just come up for the first time. Once it resolves, all that is committed goes where the method says, and
   * there is a full backup.
   * @returns the helper that it launched beside the store, for later backups.
   */
  begin(
    store: BackedUpStore,
    database: RunningContainer,
    host: BackupHost,
    signal: AbortSignal,
  ): Promise<RunningContainer | undefined>;
  /** Makes a backup of the database that runs. @throws TopolabError `backup-failed`. */
  backUp(store: BackedUpStore, running: RunningStore, type: BackupType, host: BackupHost): Promise<void>;
}

/** The containers of a store that runs. */
export interface RunningStore {
  readonly database: RunningContainer;
  /** What `begin` has launched. */
  readonly helper: RunningContainer | undefined;
}

/** What the log says once the backup's files are in place, and how long that took, in milliseconds. */
export const restoredLine = /^topolab: restored in (\d+) ms$/m;

/** PostgreSQL's own words: what was logged has been replayed, and clients may write. */
export const acceptsLine = 'database system is ready to accept connections';

/**
 * The start of a store that comes back, to stand in place of the image's entrypoint.
 * @param script puts the backup's files into `$PGDATA`, an empty folder of the database's user; `as_postgres` runs a command as that user.
 */
export function restoreFirst(script: string): Pick<StoreParts, 'files' | 'entrypoint'> {
  const path = '/usr/local/bin/topolab-restore';
  const restored = '/var/lib/postgresql/topolab-restored';
  const content = `#!/bin/bash
set -euo pipefail
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
# Once: a container that is started again has its data.
if [ ! -e ${restored} ]; then
  began=$(date +%s%3N)
  install -d -o postgres -g postgres -m 700 "$PGDATA"
${script}
  touch ${restored}
  echo "topolab: restored in $(($(date +%s%3N) - began)) ms"
fi
exec docker-entrypoint.sh "$@"
`;
  return { files: [{ path, content, mode: 0o755 }], entrypoint: [path] };
}
