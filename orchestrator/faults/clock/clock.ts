// A node whose clock is wrong: its programs read a time of day that is ahead or behind. How long things take they still measure rightly.
import { z } from 'zod';
import { isOwnProgram } from '../../scenario/groups/role-of.ts';
import { writeDuration } from '../../scenario/text/units.ts';
import { exactlyOne } from '../../scenario/text/exactly-one.ts';
import { duration } from '../../scenario/text/quantities.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import type { Pressure } from '../pressure/pressure.ts';
import { pressureAspect } from '../stress/pressure-aspect.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { groupsHit } from '../targets/groups-hit.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

export interface ClockSkew extends FaultCommon {
  readonly kind: 'clock';
  /** Below 0: behind. */
  readonly offsetMs: number;
}

const aheadOrBehind = exactlyOne('ahead', 'behind');
const offset = () => duration({ min: '1ms', max: '24h', example: '5s' });

const clockSchema = z
  .strictObject({
    ...targetFields(),
    ahead: offset().optional().describe('Programs read a time that is later by so much, up to 24h.'),
    behind: offset().optional().describe('Programs read a time that is earlier by so much, up to 24h.'),
    for: forField(),
  })
  .superRefine(aheadOrBehind.check)
  .superRefine(checkTargetFields)
  .meta({
    id: 'clock',
    title: 'Clock skew',
    description:
      "Set the clocks of nodes wrong: exactly one of `ahead` and `behind`. Only for Topolab's own programs. Dates of records, of answers and in logs are wrong then; what Topolab measures latencies by is not.",
    ...aheadOrBehind.meta,
  });

export const clock = {
  schema: clockSchema,
  about: 'Set the clocks of nodes wrong.',
  noun: 'clock skew',
  done: 'with wrong clocks',
  seenBy: 'the date in the node, as its programs read it and as it is',
  effect: {
    kind: 'lasting',
    aspect: pressureAspect,
    put: (state, { offsetMs }) => [...state, { kind: 'clock', offsetMs }],
  },
  preloads: true,
  check(written, path, groups, report) {
    checkTarget(written, path, groups, report);
    const foreign = groupsHit(written, groups).find(({ value }) => !isOwnProgram(value));
    if (foreign === undefined) return;
    const message = `the clock of nodes of "${foreign.name}" can't be set: it takes Topolab's own server, client, peer or tracker`;
    report(path, message);
  },
  resolve: (written, groups): ClockSkew => ({
    kind: 'clock',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    offsetMs: (written.ahead ?? 0) - (written.behind ?? 0),
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target, offsetMs }) =>
    `set the clock of ${describeTarget(target)} ${writeDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead' : 'behind'}`,
} satisfies FaultKind<z.output<typeof clockSchema>, ClockSkew, Pressure>;
