// What people write under `backup` of a store: how what is committed gets to where the loss of the store does not reach it.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';

/** How a store is backed up, once its defaults are filled in. */
export type Backup =
  | {
      /** Segments of the write-ahead log are archived as they fill up, in the background: what was committed last may be lost. */
      readonly method: 'pgbackrest';
      /** A segment that is not full is archived after this long, in milliseconds. Default 60 s. */
      readonly archiveTimeoutMs: number;
    }
  /** A receiver in a container of its own writes the log as it comes, and a commit waits until it has: nothing is lost. */
  | { readonly method: 'wal-receiver' };

const DEFAULT_ARCHIVE_TIMEOUT_MS = 60_000;

export const backupSchema = z
  .strictObject({
    method: z
      .enum(['pgbackrest', 'wal-receiver'])
      .describe(
        '`pgbackrest`: pgBackRest archives the write-ahead log in the background, and makes full and incremental backups. `wal-receiver`: PostgreSQL’s `pg_receivewal --synchronous` in a container of its own; each commit waits until it has written it.',
      ),
    archiveTimeout: duration({ min: '1s', max: '1h', example: '10s' })
      .optional()
      .describe(
        'Only with `pgbackrest`: a part of the log that is not full is archived after this long (PostgreSQL’s `archive_timeout`), 1s to 1h. Default: 60s.',
      ),
  })
  .superRefine(({ method, archiveTimeout }, context) => {
    if (method === 'pgbackrest' || archiveTimeout === undefined) return;
    const message = 'belongs to `method: pgbackrest`; a receiver waits for nothing: leave it out';
    context.addIssue({ code: 'custom', path: ['archiveTimeout'], message });
  })
  .meta({
    id: 'store-backup',
    title: 'Backup of a store',
    description:
      'How a store is backed up, to storage of its own that survives the store. A first full backup is made before the load begins.',
  });

export type WrittenBackup = z.output<typeof backupSchema>;

export function resolveBackup({ method, archiveTimeout }: WrittenBackup): Backup {
  if (method === 'wal-receiver') return { method };
  return { method, archiveTimeoutMs: archiveTimeout ?? DEFAULT_ARCHIVE_TIMEOUT_MS };
}
