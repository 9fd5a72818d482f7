// What people write under `phases` and `timeline`: the stretches of a run, and what changes when.
import { z } from 'zod';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { anyLinkKey, checkSaysSomething, LINK_KEYS, linkFields } from '../groups/link-schema.ts';
import { cpus, duration, exactlyOne, memory, name, title } from '../text/written-values.ts';

export const phaseSchema = z
  .strictObject({
    name: title().describe('Name for people and for objectives, one line, up to 100 characters.'),
    duration: duration({ min: '1s', example: '20s' }).describe('Length of the phase, 1s to 168h.'),
  })
  .meta({ id: 'phase', title: 'Phase', description: 'A named stretch of a run.' });

const toOrBy = exactlyOne('to', 'by');

const scaleSchema = z
  .strictObject({
    group: name().describe('The server, client or peer group.'),
    to: z.int().min(0).max(MOST_REPLICAS).optional().describe('The number of nodes afterwards, 0 to 500.'),
    by: z
      .int()
      .min(-MOST_REPLICAS)
      .max(MOST_REPLICAS)
      .refine((by) => by !== 0, { error: '0 changes nothing; write for example 1 or -1' })
      .optional()
      .describe('Nodes to add (or, below 0, to take away), -500 to 500.'),
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

const UNCHANGED = 'Default: as before.';

const linkChangeSchema = z
  .strictObject({
    group: name().describe('The group, of any role.'),
    ...linkFields({ rate: UNCHANGED, none: UNCHANGED }),
  })
  .superRefine(checkSaysSomething)
  .meta({
    id: 'link-change',
    title: 'Link change',
    description: `Change the links of running nodes, and of those that join later: any of ${LINK_KEYS.join(', ')}.`,
    ...anyLinkKey,
  });

const killSchema = z
  .strictObject({
    group: name()
      .optional()
      .describe(
        "The group whose nodes are killed. May be left out with `tracker` (the scenario's only tracker) and `best-connected` (all peers and helping clients).",
      ),
    rule: z
      .enum(['random', 'newest', 'oldest', 'tracker', 'best-connected', 'seeder'])
      .describe(
        '`random`; `newest` or `oldest` by join; `tracker`; `best-connected`: with the most connections at that moment; `seeder`: the first of those that hold all files from the start.',
      ),
    count: z
      .int()
      .min(1)
      .max(MOST_REPLICAS)
      .prefault(1)
      .describe('How many nodes, 1 to 500; fewer where there are fewer.'),
    replaceAfter: duration({ example: '5s' })
      .optional()
      .describe('As many new nodes join this long after. Default: none.'),
  })
  .meta({
    id: 'kill',
    title: 'Kill',
    description: 'Kill nodes (SIGKILL, as when the power fails), chosen by a rule.',
  });

const atOrEvery = exactlyOne('at', 'every');
const change = exactlyOne('scale', 'resize', 'link', 'kill');

export const timelineEntrySchema = z
  .strictObject({
    at: duration({ example: '20s' }).optional().describe('When, counted from the start of the load.'),
    every: duration({ min: '100ms', example: '10s' })
      .optional()
      .describe(
        'Again and again at this interval, 100ms or more: at `from`, `from` + `every`, … before `until`.',
      ),
    from: duration({ example: '20s' })
      .optional()
      .describe('The first time, with `every`. Default: one interval.'),
    until: duration({ example: '60s' })
      .optional()
      .describe('Not at or after this time, with `every`. Default: the end.'),
    scale: scaleSchema.optional().describe('Scale a group out or in.'),
    resize: resizeSchema.optional().describe('Change the CPU and memory limits of running nodes.'),
    link: linkChangeSchema.optional().describe('Change the network links of running nodes.'),
    kill: killSchema.optional().describe('Kill nodes, chosen by a rule.'),
  })
  .superRefine(atOrEvery.check)
  .superRefine(change.check)
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
    description: 'One change, once (`at`) or again and again (`every`): `scale`, `resize`, `link` or `kill`.',
    allOf: [atOrEvery.meta, change.meta],
  });

export type CheckedPhase = z.output<typeof phaseSchema>;
export type CheckedTimelineEntry = z.output<typeof timelineEntrySchema>;
