// A node that is shut down in an orderly way and started again later: its program may finish what it has begun, if it does so in time. Nobody
// else is told.
import { z } from 'zod';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { graceField } from '../program/grace-field.ts';
import { programAspect, programSeenBy, type ProgramState } from '../program/program-aspect.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

export interface Stop extends FaultCommon {
  readonly kind: 'stop';
  /** null = its group's own. */
  readonly graceMs: number | null;
}

const stopSchema = z
  .strictObject({ ...targetFields(), grace: graceField(), for: forField() })
  .superRefine(checkTargetFields)
  .meta({
    id: 'stop',
    title: 'Stop',
    description:
      'Stop the programs of nodes, and start them again in the same containers, with the files that they have written there. Balancers are not told.',
  });

export const stop = {
  schema: stopSchema,
  about: 'Stop nodes, and start them again later: same name, same files.',
  noun: 'stop',
  done: 'stopped',
  seenBy: programSeenBy,
  keepsStopped: true,
  effect: {
    kind: 'lasting',
    aspect: programAspect,
    put: (state, { graceMs }) => ({ ...state, stopped: { graceMs } }),
  },
  check: checkTarget,
  resolve: (written, groups): Stop => ({
    kind: 'stop',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    graceMs: written.grace ?? null,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `stop ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof stopSchema>, Stop, ProgramState>;
