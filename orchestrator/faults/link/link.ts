// Another link for nodes: rates, loss, delay. What is left out stays as it was. Without `for` it shapes the system for the rest of the
// run; with it, it is taken back.
import { z } from 'zod';
import { anyLinkKey, checkSaysSomething, LINK_KEYS, linkFields } from '../../scenario/groups/link-schema.ts';
import type { Link } from '../../scenario/groups/group.ts';
import { resolveLinkChange } from '../../scenario/groups/resolve-link.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';
import { describeLink } from './describe-link.ts';
import { changedLink, linkAspect, type Shape } from './link-aspect.ts';
import { linkNeeds } from './link-needs.ts';

export interface LinkChange extends FaultCommon {
  readonly kind: 'link';
  /** Only what changes. */
  readonly link: Partial<Link>;
}

const UNCHANGED = 'Default: as before.';

const linkChangeSchema = z
  .strictObject({
    ...targetFields(),
    ...linkFields({ rate: UNCHANGED, none: UNCHANGED }),
    for: forField(),
  })
  .superRefine(checkSaysSomething)
  .superRefine(checkTargetFields)
  .meta({
    id: 'link-change',
    title: 'Link change',
    description: `Change the links of running nodes, and of those that join later: any of ${LINK_KEYS.join(', ')}.`,
    ...anyLinkKey,
  });

function withLink(shape: Shape, { link: change }: LinkChange): Shape {
  return { ...shape, link: changedLink(shape.link, change) };
}

export const link = {
  schema: linkChangeSchema,
  about: 'Change the network links of running nodes.',
  noun: 'link change',
  done: 'changed',
  seenBy: 'the queues and rules that the kernel shows, with their rates and shares, and a timed round trip',
  effect: { kind: 'lasting', aspect: linkAspect, put: withLink },
  check: checkTarget,
  resolve: (written, groups): LinkChange => ({
    kind: 'link',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    link: resolveLinkChange(written),
  }),
  needs: (fault) => linkNeeds(fault.link),
  shapes: ({ forMs }) => forMs === null,
  summarize: ({ target }, after) => `link of ${describeTarget(target)}: ${describeLink(after.link)}`,
} satisfies FaultKind<z.output<typeof linkChangeSchema>, LinkChange, Shape>;
