// A node that is stopped and started again at once, as after an update of its machine: a stop that ends as soon as the program has.
import { z } from 'zod';
import { duration } from '../../scenario/text/quantities.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { graceField } from '../program/grace-field.ts';
import { programAspect, programSeenBy, type ProgramState } from '../program/program-aspect.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, targetFields } from '../targets/target-schema.ts';

export interface Restart extends FaultCommon {
  readonly kind: 'restart';
  readonly forMs: number;
  /** null = its group's own. */
  readonly graceMs: number | null;
}

const restartSchema = z
  .strictObject({
    ...targetFields(),
    grace: graceField(),
    for: duration({ example: '2s' })
      .optional()
      .describe(
        'How long after the signal the program is started again, at the earliest: it has ended first. Default: as soon as it has ended.',
      ),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'restart',
    title: 'Restart',
    description: 'Stop the programs of nodes and start them again at once, in the same containers.',
  });

export const restart = {
  schema: restartSchema,
  about: 'Stop nodes and start them again at once: same name, same files.',
  noun: 'restart',
  done: 'restarted',
  seenBy: programSeenBy,
  keepsStopped: true,
  effect: {
    kind: 'lasting',
    aspect: programAspect,
    put: (state, { graceMs }) => ({ ...state, stopped: { graceMs } }),
  },
  check: checkTarget,
  resolve: (written, groups): Restart => ({
    kind: 'restart',
    target: resolveTarget(written, groups),
    forMs: written.for ?? 0,
    graceMs: written.grace ?? null,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `restart ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof restartSchema>, Restart, ProgramState>;
