// What people write of stress, checked by itself.
import { z } from 'zod';
import { parseShare, SHARE_PATTERN } from '../../scenario/text/units.ts';
import { containerFolder } from '../../scenario/text/paths.ts';
import { size } from '../../scenario/text/quantities.ts';
import { shown } from '../../scenario/text/shown.ts';
import { MOST_WORKERS } from '../pressure/pressure.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

/** Of the cores that a node may use; an object, for 1 worker is not 100%. */
const shareOfCores = () =>
  z
    .string()
    .meta({ pattern: SHARE_PATTERN })
    .transform((written, context) => {
      const value = parseShare(written.trim());
      if (value !== undefined && value > 0 && value <= 1) return { share: value };
      const message = `${shown(written)} is no share from 1% to 100%; write for example 50%, or a number of workers`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .meta({ title: 'share', examples: ['50%'] });

const workers = () => z.int().min(1).max(MOST_WORKERS);

export const stressSchema = z
  .strictObject({
    ...targetFields(),
    cpu: z
      .union([workers(), shareOfCores()], {
        error: ({ input }) =>
          `${shown(input)} is neither 1 to ${MOST_WORKERS} workers nor a share; write for example 2, or 50%`,
      })
      .optional()
      .describe(
        "CPU time: 1 to 64 workers that never rest, or a share of the cores that the node may use. Each worker competes with the node's own threads as one of them.",
      ),
    memory: size('64MiB')
      .optional()
      .describe(
        "Memory that is taken. Where this and what the node's own programs use exceed its limit, the kernel kills the largest of its own programs.",
      ),
    io: workers()
      .optional()
      .describe(
        'Workers, 1 to 64, each of which writes to the disk and waits for it, again and again. Each takes up 64 MiB there.',
      ),
    path: containerFolder()
      .optional()
      .describe('The folder of the node that `io` writes to. It has to be on a disk. Default: /tmp.'),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .superRefine(({ cpu, memory, io, path }, context) => {
    const issue = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (cpu === undefined && memory === undefined && io === undefined)
      issue('cpu', 'is missing; write at least one of `cpu`, `memory` and `io`');
    if (memory === 0) issue('memory', 'takes nothing; write more than 0B, or leave it out');
    if (path !== undefined && io === undefined)
      issue('path', 'belongs to `io`; write that too, or leave this out');
  })
  .meta({
    id: 'stress',
    title: 'Stress',
    description:
      "Use up CPU, memory or disk of nodes: a program does it inside them, and all that it uses counts toward the node's limits.",
  });

export type WrittenStress = z.output<typeof stressSchema>;
