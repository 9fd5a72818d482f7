// What people write under `phases` and `timeline`: the stretches of a run, and what changes when.
import { z } from 'zod';
import { grantSchema, revokeSchema } from '../access/access-schema.ts';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { faultFields, faultNames } from '../../faults/registry.ts';
import { switchSchema } from './switch-schema.ts';
import { updateSchema } from './update-schema.ts';
import { exactlyOne } from '../text/exactly-one.ts';
import { name } from '../text/names.ts';
import { title } from '../text/prose.ts';
import { cpus, duration, memory } from '../text/quantities.ts';

export const phaseSchema = z
  .strictObject({
    name: title().describe('Name for people and for objectives, one line, up to 100 characters.'),
    duration: duration({ min: '1s', example: '20s' }).describe('Length of the phase, 1s to 168h.'),
    warmUp: z
      .boolean()
      .prefault(false)
      .describe(
        'Only objectives that name this phase are about it; figures of the whole run leave it out. For phases at the beginning.',
      ),
  })
  .meta({ id: 'phase', title: 'Phase', description: 'A named stretch of a run.' });

const toOrBy = exactlyOne('to', 'by');

const scaleSchema = z
  .strictObject({
    group: name().describe('The server, client or peer group.'),
    to: z.int().min(0).max(MOST_REPLICAS).optional().describe('The number of nodes afterwards, 0 to 10,000.'),
    by: z
      .int()
      .min(-MOST_REPLICAS)
      .max(MOST_REPLICAS)
      .refine((by) => by !== 0, { error: '0 changes nothing; write for example 1 or -1' })
      .optional()
      .describe('Nodes to add (or, below 0, to take away), -10,000 to 10,000.'),
  })
  .superRefine(toOrBy.check)
  .meta({
    id: 'scale',
    title: 'Scale',
    description: 'Scale a group out or in: exactly one of `to` and `by`. The newest nodes leave first.',
    ...toOrBy.meta,
  });

const resizeSchema = z
  .strictObject({
    group: name().describe('The group, of any role.'),
    cpus: cpus()
      .optional()
      .describe('New CPU limit of each node in cores, 0.01 to 1024. Default: unchanged.'),
    memory: memory().optional().describe('New memory limit of each node, 6MiB or more. Default: unchanged.'),
  })
  .superRefine((resize, context) => {
    if (resize.cpus !== undefined || resize.memory !== undefined) return;
    context.addIssue({ code: 'custom', message: 'changes nothing; write `cpus`, `memory` or both' });
  })
  .meta({
    id: 'resize',
    title: 'Resize',
    description: 'Change the limits of running nodes (scale up or down), and of those that join later.',
    anyOf: [{ required: ['cpus'] }, { required: ['memory'] }],
  });

const backupActionSchema = z
  .strictObject({
    group: name().describe('The store group, which has to have a `backup`.'),
    type: z
      .enum(['full', 'incremental'])
      .optional()
      .describe(
        'All of it, or what has changed since the backup before. Default: incremental; full with `wal-receiver`, which makes no others.',
      ),
  })
  .meta({
    id: 'backup',
    title: 'Backup',
    description: 'Make a backup of a store, beside the first full one that is made before the load.',
  });

const restoreSchema = z
  .strictObject({ group: name().describe('The store group, which has to be destroyed by then.') })
  .meta({
    id: 'restore',
    title: 'Restore',
    description:
      'Bring a store back: a new node gets the newest backup, and replays what was logged since then.',
  });

const atOrEvery = exactlyOne('at', 'every');
/** What an entry can do beside faults. */
const OWN_CHANGES = ['scale', 'resize', 'grant', 'revoke', 'update', 'switch', 'backup', 'restore'];
const CHANGES = [...OWN_CHANGES, ...faultNames];
const change = exactlyOne(...CHANGES);

/** Does not list the kinds of faults: they are many, and editors offer them. */
function checkOneChange(entry: object, context: z.RefinementCtx): void {
  const [first, ...more] = CHANGES.filter((key) => Reflect.get(entry, key) !== undefined);
  if (first === undefined)
    context.addIssue({
      code: 'custom',
      message: `changes nothing; write ${OWN_CHANGES.map((key) => `\`${key}\``).join(', ')} or a fault such as \`kill\``,
    });
  for (const key of more) {
    const message = `can't stand beside \`${first}\`; write an entry of its own for it`;
    context.addIssue({ code: 'custom', path: [key], message });
  }
}

export const timelineEntrySchema = z
  .strictObject({
    at: duration({ example: '20s' }).optional().describe('When, counted from the start of the load.'),
    every: duration({ min: '100ms', example: '10s' })
      .optional()
      .describe('Repeat at this interval, 100ms or more: at `from`, `from` + `every`, … before `until`.'),
    from: duration({ example: '20s' })
      .optional()
      .describe('The first time, with `every`. Default: one interval.'),
    until: duration({ example: '60s' })
      .optional()
      .describe('Not at or after this time, with `every`. Default: the end.'),
    scale: scaleSchema.optional().describe('Scale a group out or in.'),
    resize: resizeSchema.optional().describe('Change the CPU and memory limits of running nodes.'),
    backup: backupActionSchema.optional().describe('Make a backup of a store.'),
    restore: restoreSchema.optional().describe('Bring a destroyed store back from its backup.'),
    update: updateSchema.optional().describe('Give a group another image, version, environment or command.'),
    switch: switchSchema
      .optional()
      .describe('Make peers of clients, or clients of them again, while users work.'),
    grant: grantSchema.optional().describe('Give a user of `access` rights.'),
    revoke: revokeSchema.optional().describe('Take rights or a token from a user of `access`.'),
    ...faultFields,
  })
  .superRefine(atOrEvery.check)
  .superRefine(checkOneChange)
  .superRefine((entry, context) => {
    if (entry.every !== undefined) return;
    for (const key of ['from', 'until'] as const) {
      if (entry[key] === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: 'belongs to `every`; write only `at` for a single time',
      });
    }
  })
  .meta({
    id: 'timeline-entry',
    title: 'Timeline entry',
    description: `One change, once (\`at\`) or again and again (\`every\`): ${change.alternatives}.`,
    allOf: [atOrEvery.meta, change.meta],
  });

export type CheckedPhase = z.output<typeof phaseSchema>;
export type CheckedTimelineEntry = z.output<typeof timelineEntrySchema>;
