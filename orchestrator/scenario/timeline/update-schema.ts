// What people write under `update`: another program for a group, and how its nodes come to run it.
import { z } from 'zod';
import { distributionSchema } from '../groups/churn-schema.ts';
import { version } from '../groups/common-fields.ts';
import { MOST_REPLICAS } from '../text/run-bounds.ts';
import { argument, environment, image } from '../text/container-values.ts';
import { name } from '../text/names.ts';
import { duration, share } from '../text/quantities.ts';

/** What of a group's program an update can change. */
export const CHANGED = ['image', 'version', 'env', 'command'] as const;

const holdSchema = z
  .strictObject({
    share: share('50%').describe(
      'Share of the nodes, above 0% and below 100%, rounded up: when so many have been replaced, the update waits.',
    ),
    for: duration({ min: '1ms', max: '24h', example: '20s' }).describe(
      'So long the old and the new serve together, 1ms to 24h.',
    ),
  })
  .meta({ id: 'hold', title: 'Hold', description: 'A stop of an update, with old and new nodes together.' });

export const updateSchema = z
  .strictObject({
    group: name().describe('The group; of any role but `store`, whose data would go with its container.'),
    image: image().optional().describe('New image. Default: unchanged.'),
    version: version()
      .optional()
      .describe("New version of Topolab's own program, 1 or 2. Default: unchanged."),
    env: environment()
      .optional()
      .describe(
        'Environment variables in addition to those of the group, or in place of them. Default: none.',
      ),
    command: z
      .array(argument())
      .min(1)
      .optional()
      .describe("New arguments, in place of the image's own. Default: unchanged."),
    parallelism: z
      .int()
      .min(1)
      .max(MOST_REPLICAS)
      .optional()
      .describe('How many nodes are replaced at a time, 1 to 10,000. Default: 1.'),
    delay: duration({ max: '24h', example: '5s' })
      .optional()
      .describe('From the end of one replacement to the beginning of the next, up to 24h. Default: 0s.'),
    spread: distributionSchema
      .optional()
      .describe(
        'Every node in its own time, as peers do: from the command until that node is replaced, drawn for each. In place of `parallelism` and `delay`.',
      ),
    order: z
      .enum(['stop-first', 'start-first'])
      .prefault('stop-first')
      .describe(
        '`stop-first`: the old node leaves, then the new one joins; `start-first`: the old one leaves once the new one is ready.',
      ),
    hold: z
      .array(holdSchema)
      .max(20)
      .prefault([])
      .describe('Stops on the way, by rising share: `[{ share: 25%, for: 20s }]`. Default: none.'),
    onFailure: z
      .enum(['pause', 'continue', 'rollback'])
      .prefault('pause')
      .describe(
        'What happens when more new nodes than `maxFailureRatio` fail. `pause`: the update ends there; `continue`: it goes on; `rollback`: all get back what they ran before.',
      ),
    monitor: duration({ max: '1h', example: '5s' })
      .prefault('5s')
      .describe(
        'A new node fails if it never gets ready (`ready.timeout`), or exits by itself within this time of being ready, up to 1h.',
      ),
    maxFailureRatio: share('10%')
      .prefault('0%')
      .describe('Share of the nodes that may fail before `onFailure` applies, 0% to 100%.'),
  })
  .superRefine((update, context) => {
    if (CHANGED.every((key) => update[key] === undefined)) {
      const message = 'changes nothing; write `image`, `version`, `env` or `command`';
      context.addIssue({ code: 'custom', message });
    }
    if (update.spread === undefined) return;
    for (const key of ['parallelism', 'delay'] as const) {
      if (update[key] === undefined) continue;
      const message =
        "does not go with `spread`, by which nodes don't wait for each other; leave out one of them";
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .superRefine(({ hold }, context) => {
    for (const [index, { share: held }] of hold.entries()) {
      const before = hold[index - 1]?.share ?? 0;
      if (held > before && held < 1) continue;
      const message =
        held >= 1 || held <= 0
          ? 'leaves nobody of the old or of the new; write a share above 0% and below 100%'
          : `is not more than the ${before * 100}% before it; write the shares in rising order`;
      context.addIssue({ code: 'custom', path: ['hold', index, 'share'], message });
    }
  })
  .meta({
    id: 'update',
    title: 'Update',
    description:
      "Give a group another program: each of its nodes is replaced by a new one, under a new name. Nodes that join later run it too. Fields and defaults are those of Docker Swarm's updates.",
    anyOf: CHANGED.map((key) => ({ required: [key] })),
  });

export type CheckedUpdate = z.output<typeof updateSchema>;
