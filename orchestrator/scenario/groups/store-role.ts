// A store: a database that all servers share. Topolab's own is a PostgreSQL.
import { z } from 'zod';
import { POSTGRES_IMAGE, STORE_IMAGE } from '../../image-names.ts';
import type { Entry } from '../text/entry.ts';
import type { Report } from '../text/problem.ts';
import { type Backup, backupSchema, resolveBackup } from './backup-schema.ts';
import { commonFields, onlyNode } from './common-fields.ts';
import type { GroupCommon } from './group-common.ts';
import { type ContainerContext, hasForeignImage, type OtherGroups, type Role } from './role.ts';

/** Each server holds a pool of its own, and a study may start a hundred servers. */
const MOST_CONNECTIONS = 1000;

const schema = z
  .strictObject({
    role: z.literal('store').describe('A database that all servers share.'),
    ...commonFields({
      image: `Image of the database. Default: ${POSTGRES_IMAGE}.`,
      memory: 'Default: no limit of its own.',
      port: 5432,
      ready: 'Default: `tcp` on `port`; 60s.',
      metrics: 'Default: none.',
      env: 'The default image also gets POSTGRES_USER and POSTGRES_DB, both `topolab`, and a POSTGRES_PASSWORD that is new for every run.',
    }),
    replicas: onlyNode('store'),
    backup: backupSchema
      .optional()
      .describe(
        `How it is backed up; the timeline makes further backups, destroys the store and restores it. Only for the default image, which becomes one with pgBackRest (${STORE_IMAGE}, made here from ${POSTGRES_IMAGE}) where that is the method. Default: not at all.`,
      ),
  })
  .meta({ id: 'store', title: 'Store group', description: 'A database that servers keep records in.' });

export interface StoreGroup extends GroupCommon {
  readonly role: 'store';
  /** null = it is not backed up: what is destroyed is lost. */
  readonly backup: Backup | null;
}

export const storeRole: Role<typeof schema, StoreGroup> = {
  name: 'store',
  schema,
  launched: 'storage',
  nodes: 'one',
  takesLoad: false,
  word: 'database',
  ownProgram: false,
  keepsData: true,
  defaultImage: ({ backup }) => (backup?.method === 'pgbackrest' ? STORE_IMAGE : POSTGRES_IMAGE),
  defaultMemoryBytes: () => null,
  defaultEnv: { POSTGRES_USER: 'topolab', POSTGRES_DB: 'topolab' },
  // Its start as root makes the folder of the data the database user's, and becomes that user.
  capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
  check,
  resolve: ({ backup }, common) => ({
    ...common,
    role: 'store',
    backup: backup === undefined ? null : resolveBackup(backup),
  }),
  listensOn: ({ port }) => [port],
  container: (group, _, context) =>
    group.foreignImage
      ? { env: {} }
      : {
          env: passwordOf(group, context),
          command: ['postgres', '-c', `max_connections=${MOST_CONNECTIONS}`, ...archiving(group)],
        },
};

function check({ path, value }: Entry<z.output<typeof schema>>, _: OtherGroups, report: Report): void {
  if (value.backup === undefined) return;
  if (hasForeignImage(value, storeRole))
    return report(
      [...path, 'backup'],
      "only Topolab's own store has it; leave out this or `image`, or back your own store up by a script",
      'key',
    );
  if (value.entrypoint !== undefined)
    report([...path, 'entrypoint'], 'replaces the start that `backup` needs; leave out one of them', 'key');
  if (value.backup.method !== 'pgbackrest') return;
  if (value.command !== undefined && !value.command.includes('archive_mode=on'))
    report(
      [...path, 'command'],
      'replaces what turns archiving on, which `backup` needs; add -c, archive_mode=on to it, or leave it out',
      'key',
    );
  const { PGDATA = DATA_FOLDER } = value.env;
  if (PGDATA !== DATA_FOLDER)
    report(
      [...path, 'env', 'PGDATA'],
      `is where pgBackRest does not look for the database; write ${DATA_FOLDER}, or leave it out`,
    );
}

/** Of the default image. */
const DATA_FOLDER = '/var/lib/postgresql/data';

/** It can't be turned on in a database that runs. What archives is told later, once there is something to archive to. */
function archiving({ backup }: StoreGroup): string[] {
  return backup?.method === 'pgbackrest' ? ['-c', 'archive_mode=on'] : [];
}

/** As whom a store is asked, and for which of its databases. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

type LoginContext = Pick<ContainerContext, 'databasePassword' | 'secretsOf'>;

/** As its container is told, or as the image has it. */
export function loginOf(store: GroupCommon, context: LoginContext): Login {
  const env: Readonly<Record<string, string>> = {
    ...passwordOf(store, context),
    ...store.env,
    ...context.secretsOf(store.name),
  };
  const { POSTGRES_USER = 'postgres', POSTGRES_PASSWORD = '', POSTGRES_DB = POSTGRES_USER } = env;
  return { user: POSTGRES_USER, password: POSTGRES_PASSWORD, database: POSTGRES_DB };
}

/** Where the database of a store group is asked, password included. */
export function databaseUrl(store: GroupCommon, context: ContainerContext): string {
  const { user, password, database } = loginOf(store, context);
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${credentials}@${store.name}:${store.port}/${encodeURIComponent(database)}`;
}

/** An image of somebody else's has whatever its own settings say. */
function passwordOf(
  { foreignImage }: GroupCommon,
  { databasePassword }: LoginContext,
): { readonly POSTGRES_PASSWORD?: string } {
  return foreignImage ? {} : { POSTGRES_PASSWORD: databasePassword };
}
