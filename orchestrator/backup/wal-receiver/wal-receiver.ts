// PostgreSQL's pg_receivewal as the database's synchronous standby: a commit is answered only once the receiver has the log of it on its own
// storage. Nothing that was acknowledged is lost; while there is no receiver, nothing is committed.
// https://www.postgresql.org/docs/17/app-pgreceivewal.html
import type { RunningContainer } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';
import { patient } from '../../patience.ts';
import { pause } from '../../pause.ts';
import {
  type BackedUpStore,
  type BackupHost,
  type BackupMethod,
  restoreFirst,
} from '../method/backup-method.ts';
import { runScript } from '../method/run-script.ts';
import { fetchScript, receiveScript } from './receiver-scripts.ts';

/** Where the volume is in the receiver: a folder that belongs to the image's database user, as the volume then does. */
const atReceiver = '/var/lib/postgresql/data';
/** And in a store that comes back. */
const atStore = '/backup';
const fetchPath = '/usr/local/bin/topolab-fetch-wal';
const helperName = 'receiver';
/** Longest until the receiver is the database's standby. */
const connectTimeoutMs = 30_000;
const askAgainMs = 100;

export const walReceiver: BackupMethod = {
  fresh: () => ({
    files: [
      {
        // The image lets clients in from everywhere, but no receivers.
        path: '/docker-entrypoint-initdb.d/topolab-replication.sh',
        content: 'printf \'host replication all all scram-sha-256\\n\' >> "$PGDATA/pg_hba.conf"\n',
      },
    ],
  }),
  restored: ({ volume }) => {
    const { files = [], ...entrypoint } = restoreFirst(`
cp -a ${atStore}/base/. "$PGDATA"/
as_postgres touch "$PGDATA/recovery.signal"
echo "restore_command = '${fetchPath} ${atStore} %f %p'" >> "$PGDATA/postgresql.auto.conf"`);
    return {
      ...entrypoint,
      mounts: [{ kind: 'volume', volume, path: atStore }],
      files: [...files, { path: fetchPath, content: fetchScript, mode: 0o755 }],
    };
  },
  async begin(store, database, host, signal) {
    const { group } = store;
    const receiver = await launchReceiver(store, host, signal);
    await awaitStandby(database, host, group.name, 'streaming', signal);
    // Only now: a commit without a standby waits for one without end.
    const obey = `sql -c "ALTER SYSTEM SET synchronous_standby_names = '${helperName}'" -c 'SELECT pg_reload_conf()'`;
    await runScript(host.containers, database, obey, `make commits of ${group.name} wait for its receiver`);
    await awaitStandby(database, host, group.name, 'sync', signal);
    await copyBase(group.name, receiver, host);
    return receiver;
  },
  async backUp({ group }, { helper }, _type, host) {
    if (helper === undefined)
      throw new TopolabError(`back up ${group.name}: it has no receiver`, { code: 'bug' });
    await copyBase(group.name, helper, host);
  },
};

async function launchReceiver(
  store: BackedUpStore,
  host: BackupHost,
  signal: AbortSignal,
): Promise<RunningContainer> {
  const { group, login } = store;
  const container = await host.containers.launch(
    {
      ...host.helperSpec(store, helperName),
      env: {
        PGHOST: group.name,
        PGPORT: String(group.port),
        PGUSER: login.user,
        PGPASSWORD: login.password,
        PGCONNECT_TIMEOUT: '2',
        BACKUPS: atReceiver,
        RECEIVER: helperName,
      },
      cpus: null,
      memoryBytes: null,
      user: 'postgres',
      capabilities: [],
      entrypoint: ['bash', '-c', receiveScript],
      mounts: [{ kind: 'volume', volume: store.volume, path: atReceiver }],
    },
    signal,
  );
  host.measure(store, helperName, container);
  return container;
}

/** Waits until the database says of its receiver that it is so. */
async function awaitStandby(
  database: RunningContainer,
  host: BackupHost,
  store: string,
  wanted: 'streaming' | 'sync',
  signal: AbortSignal,
): Promise<void> {
  const column = wanted === 'sync' ? 'sync_state' : 'state';
  const question = `sql -c "SELECT count(*) FROM pg_stat_replication WHERE application_name = '${helperName}' AND ${column} = '${wanted}'"`;
  const deadline = Date.now() + patient(connectTimeoutMs);
  for (;;) {
    const answer = await runScript(host.containers, database, question, `ask ${store} for its receiver`);
    if (answer.trim() === '1') return;
    if (Date.now() > deadline)
      throw new TopolabError(`connect the receiver of ${store}: it was not ${wanted} in time`, {
        code: 'backup-failed',
      });
    await pause(askAgainMs, signal);
  }
}

/** A full copy of the database's files, over the network. The log that belongs to it is what the receiver has. */
async function copyBase(
  store: string,
  receiver: RunningContainer,
  { containers }: BackupHost,
): Promise<void> {
  const script = `
cd "$BACKUPS"
rm -rf base.new
pg_basebackup --no-password -D base.new -X none -c fast >&2
rm -rf base.old
if [ -d base ]; then mv base base.old; fi
mv base.new base
rm -rf base.old`;
  await runScript(containers, receiver, script, `copy the files of ${store}`);
}
