// All ways of backing up a store, by the word under which people choose them.
import type { Backup } from '../scenario/groups/backup-schema.ts';
import type { BackupMethod } from './method/backup-method.ts';
import { pgbackrest } from './pgbackrest/pgbackrest.ts';
import { walReceiver } from './wal-receiver/wal-receiver.ts';

const methods: Readonly<Record<Backup['method'], BackupMethod>> = {
  pgbackrest,
  'wal-receiver': walReceiver,
};

export function methodOf({ method }: Backup): BackupMethod {
  return methods[method];
}
