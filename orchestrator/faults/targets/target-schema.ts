// What people write to say whom a fault hits: the same fields for every kind.
import { z } from 'zod';
import { MOST_REPLICAS } from '../../scenario/text/run-bounds.ts';
import { name } from '../../scenario/text/names.ts';
import { duration, share } from '../../scenario/text/quantities.ts';
import { TARGET_RULES } from './target.ts';

const nodeName = () =>
  z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*-[1-9][0-9]*$/, {
    error: 'is not the name of a node; write its group and number, for example servers-2',
  });

/** @param groupless what the group is where it is left out, for the reference. */
export function targetFields() {
  return {
    group: name()
      .optional()
      .describe(
        "The group whose nodes are hit: all of them, and those that join while it lasts, unless `rule`, `count` or `share` choose some. May be left out with `nodes`, with `tracker` (the scenario's only tracker) and with `best-connected` (all peers and helping clients).",
      ),
    zone: name()
      .optional()
      .describe(
        'Instead of a group: all nodes of all groups of this `zone`, or some of them by `rule`, `count` or `share`.',
      ),
    nodes: z
      .array(nodeName())
      .min(1)
      .max(MOST_REPLICAS)
      .optional()
      .describe('Nodes by name, instead of a group: `[servers-1, servers-3]`.'),
    rule: z
      .enum(TARGET_RULES)
      .optional()
      .describe(
        'Which of them: `random`; `newest` or `oldest` by join; `tracker`; `best-connected`: with the most connections at that moment; `seeder`: the first of those that have all files from the start. Default: `random`, where `count` or `share` is written.',
      ),
    count: z
      .int()
      .min(1)
      .max(MOST_REPLICAS)
      .optional()
      .describe('How many, 1 to 10,000; all of them if there are fewer. Default with `rule`: 1.'),
    share: share('25%')
      .optional()
      .describe('Instead of `count`: a share of the nodes that are there, rounded up.'),
  };
}

/** The field of kinds that are taken back. */
export function forField() {
  return duration({ min: '100ms', example: '10s' })
    .optional()
    .describe('How long it lasts. Default: until the end of the run.');
}

export interface WrittenTarget {
  readonly group?: string | undefined;
  readonly zone?: string | undefined;
  readonly nodes?: readonly string[] | undefined;
  readonly rule?: (typeof TARGET_RULES)[number] | undefined;
  readonly count?: number | undefined;
  readonly share?: number | undefined;
}

/** For `superRefine`: fields that contradict each other. */
export function checkTargetFields(target: WrittenTarget, context: z.RefinementCtx): void {
  const issue = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (target.nodes !== undefined) {
    for (const key of ['group', 'zone', 'rule', 'count', 'share'] as const)
      if (target[key] !== undefined)
        issue(key, "can't stand beside `nodes`, which says who; leave one of them out");
  }
  if (target.zone !== undefined && target.group !== undefined)
    issue('zone', "can't stand beside `group`; write only one of them");
  if (target.count !== undefined && target.share !== undefined)
    issue('share', "can't stand beside `count`; write only one of them");
  if (target.share === 0) issue('share', 'is a share of nobody; write more than 0%');
}
