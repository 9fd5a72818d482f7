// A crash loop: a program that dies soon after each of its starts, and is started again after a delay that doubles each time, as Docker's
// restart policies and Kubernetes (CrashLoopBackOff) do it. Each start may look like a recovery to whoever only looks once.
import { z } from 'zod';
import { writeDuration } from '../../scenario/text/units.ts';
import { duration } from '../../scenario/text/quantities.ts';
import type { CrashLoop } from '../kind/fault-host.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { programAspect, programSeenBy, type ProgramState } from '../program/program-aspect.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

export interface Crash extends FaultCommon {
  readonly kind: 'crash';
  readonly loop: CrashLoop;
}

const crashSchema = z
  .strictObject({
    ...targetFields(),
    after: duration({ min: '100ms', example: '3s' })
      .prefault('1s')
      .describe('How long the program runs each time, from its start to its death (SIGKILL).'),
    backOff: duration({ min: '100ms', example: '1s' })
      .prefault('1s')
      .describe(
        'From its first death to its next start; twice as long after each further death. It begins anew after the program has run for 10 s. Docker begins with 100 ms, Kubernetes with 10 s.',
      ),
    maxBackOff: duration({ min: '100ms', example: '1m' })
      .prefault('1m')
      .describe('The longest time between a death and the next start. Docker has 1 minute, Kubernetes 5.'),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .superRefine(({ backOff, maxBackOff }, context) => {
    if (maxBackOff >= backOff) return;
    const message = `is shorter than \`backOff\`; write ${writeDuration(backOff)} or more`;
    context.addIssue({ code: 'custom', path: ['maxBackOff'], message });
  })
  .meta({
    id: 'crash',
    title: 'Crash loop',
    description:
      'Let the programs of nodes die again and again, soon after each start. In between they are started again, in the same containers, after a delay that doubles each time; when it ends, they are started and run on. Balancers are not told.',
  });

export const crash = {
  schema: crashSchema,
  about: 'Let nodes die again and again, soon after each start (a crash loop).',
  noun: 'crash loop',
  done: 'crashed',
  seenBy: programSeenBy,
  effect: {
    kind: 'lasting',
    aspect: programAspect,
    put: (state, { loop }) => ({ ...state, crashing: loop }),
  },
  check: checkTarget,
  resolve: (written, groups): Crash => ({
    kind: 'crash',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    loop: { afterMs: written.after, backOffMs: written.backOff, maxBackOffMs: written.maxBackOff },
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `crash loop of ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof crashSchema>, Crash, ProgramState>;
