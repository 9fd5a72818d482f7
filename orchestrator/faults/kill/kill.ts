// Sudden death: SIGKILL, as when the power goes. Nothing takes it back; `replaceAfter` lets other nodes join in place of the dead.
import { z } from 'zod';
import { duration } from '../../scenario/text/quantities.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { seenEnded } from '../program/seen-ended.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { ruleOf } from '../targets/target.ts';
import { checkTargetFields, targetFields } from '../targets/target-schema.ts';
import { checkReplacement } from './check-replacement.ts';

export interface Kill extends FaultCommon {
  readonly kind: 'kill';
  readonly forMs: null;
  /** As many new nodes join this long after; null = they stay dead. */
  readonly replaceAfterMs: number | null;
}

const { rule, ...otherFields } = targetFields();

const killSchema = z
  .strictObject({
    ...otherFields,
    rule,
    replaceAfter: duration({ example: '5s' })
      .optional()
      .describe('The same number of new nodes join after this time. Default: none.'),
  })
  .superRefine(checkTargetFields)
  .superRefine((written, context) => {
    const chosen = ['zone', 'nodes', 'rule', 'count', 'share'] as const;
    if (chosen.some((key) => written[key] !== undefined)) return;
    // Whoever forgets to say whom to kill does not mean everybody.
    context.addIssue({ code: 'custom', path: ['rule'], message: 'is missing; write for example random' });
  })
  .meta({
    id: 'kill',
    title: 'Kill',
    description: 'Kill nodes (SIGKILL, as when the power fails), chosen by a rule.',
  });

export const kill = {
  schema: killSchema,
  about: 'Kill nodes, chosen by a rule.',
  noun: 'kill',
  done: 'killed',
  seenBy: 'whether the engine has the container running',
  effect: {
    kind: 'momentary',
    removesNode: true,
    replacedAfterMs: ({ replaceAfterMs }) => replaceAfterMs,
    strike: (host, node, { target }) => host.kill(node, ruleOf(target)),
    look: seenEnded,
  },
  check(written, path, groups, report) {
    checkTarget(written, path, groups, report);
    checkReplacement(written, path, groups, report);
  },
  resolve(written, groups): Kill {
    const target = resolveTarget(written, groups);
    return { kind: 'kill', target, forMs: null, replaceAfterMs: written.replaceAfter ?? null };
  },
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `kill ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof killSchema>, Kill, null>;
