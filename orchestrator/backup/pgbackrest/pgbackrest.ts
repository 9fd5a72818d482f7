// pgBackRest in the database's own container, with its repository on a volume of its own: segments of the write-ahead log are pushed there in the
// background, so a commit waits for nothing, and what has not been pushed when the database is lost is lost with it.
// https://pgbackrest.org/user-guide.html
import type { StoreGroup } from '../../scenario/groups/store-role.ts';
import {
  type BackedUpStore,
  type BackupMethod,
  restoreFirst,
  type StoreParts,
} from '../method/backup-method.ts';
import { runScript } from '../method/run-script.ts';

const repository = '/var/lib/pgbackrest';
const usualArchiveTimeoutMs = 60_000;

export const pgbackrest: BackupMethod = {
  fresh: parts,
  restored: (store) => ({
    ...parts(store),
    // It also writes how the log is fetched from the repository, and archiving goes on as before: that stands in the backup.
    ...restoreFirst('as_postgres pgbackrest restore'),
  }),
  async begin({ group }, database, { containers }) {
    // Its archive must be there before anything is archived to it: each failed try takes seconds.
    const script = `
as_postgres pgbackrest stanza-create
sql -c "ALTER SYSTEM SET archive_command = 'pgbackrest archive-push %p'" \\
    -c "ALTER SYSTEM SET archive_timeout = '${archiveTimeoutMs(group)}ms'" \\
    -c 'SELECT pg_reload_conf()'
as_postgres pgbackrest backup --type=full`;
    await runScript(containers, database, script, `make the first backup of ${group.name}`);
    return undefined;
  },
  async backUp({ group }, { database }, type, { containers }) {
    const program = `as_postgres pgbackrest backup --type=${type === 'full' ? 'full' : 'incr'}`;
    await runScript(containers, database, program, `back up ${group.name}`);
  },
};

/** All of its settings: it reads each option from a variable. */
function parts({ volume, login }: BackedUpStore): StoreParts {
  return {
    mounts: [{ kind: 'volume', volume, path: repository }],
    env: {
      PGBACKREST_STANZA: 'topolab',
      PGBACKREST_REPO1_PATH: repository,
      PGBACKREST_REPO1_RETENTION_FULL: '2',
      PGBACKREST_PG1_PATH: '/var/lib/postgresql/data',
      PGBACKREST_PG1_USER: login.user,
      PGBACKREST_PG1_DATABASE: login.database,
      PGBACKREST_ARCHIVE_ASYNC: 'y',
      // Without it a backup waits for the database's next checkpoint, minutes away.
      PGBACKREST_START_FAST: 'y',
      PGBACKREST_LOG_LEVEL_CONSOLE: 'warn',
      PGBACKREST_LOG_LEVEL_FILE: 'off',
    },
  };
}

function archiveTimeoutMs({ backup }: StoreGroup): number {
  return backup?.method === 'pgbackrest' ? backup.archiveTimeoutMs : usualArchiveTimeoutMs;
}
