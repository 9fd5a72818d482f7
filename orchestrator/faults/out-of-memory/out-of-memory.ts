// A node that runs out of memory: all of its memory limit but a little is taken from within, and the kernel kills the largest of the node's own programs.
import { z } from 'zod';
import { writeSize } from '../../scenario/text/units.ts';
import { size } from '../../scenario/text/quantities.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import type { Pressure } from '../pressure/pressure.ts';
import { pressureAspect } from '../stress/pressure-aspect.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';
import { checkMemory } from './check-memory.ts';

export interface OutOfMemory extends FaultCommon {
  readonly kind: 'out-of-memory';
  /** Of the memory limit, what the node's own programs are left. */
  readonly leaveBytes: number;
}

const outOfMemorySchema = z
  .strictObject({
    ...targetFields(),
    leave: size('32MiB')
      .prefault('0B')
      .describe(
        "How much of the node's memory limit its own programs are left with. As long as they need more than that, the kernel kills them.",
      ),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'out-of-memory',
    title: 'Out of memory',
    description:
      'Let nodes run out of memory: what they have is taken, up to their limit, and the kernel kills the largest of their own programs. Groups need a `memory` limit for it.',
  });

export type WrittenOutOfMemory = z.output<typeof outOfMemorySchema>;

export const outOfMemory = {
  schema: outOfMemorySchema,
  about: 'Let nodes run out of memory, so that the kernel kills their programs.',
  noun: 'lack of memory',
  done: 'out of memory',
  seenBy: "memory held within the node's control group, or that the node has ended for lack of it",
  effect: {
    kind: 'lasting',
    aspect: pressureAspect,
    put: (state, { leaveBytes }) => [...state, { kind: 'leave', bytes: leaveBytes }],
  },
  check: checkMemory,
  resolve: (written, groups): OutOfMemory => ({
    kind: 'out-of-memory',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    leaveBytes: written.leave,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target, leaveBytes }) =>
    `take all memory${leaveBytes === 0 ? '' : ` but ${writeSize(leaveBytes)}`} of ${describeTarget(target)}`,
} satisfies FaultKind<WrittenOutOfMemory, OutOfMemory, Pressure>;
