// A host that is to be taken out of service: its nodes leave in an orderly way, and others take their places on the hosts that are left.
import { z } from 'zod';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { seenEnded } from '../program/seen-ended.ts';
import { describeTarget } from '../targets/describe-target.ts';
import {
  checkHostTarget,
  hostTargetFields,
  hostTargetMeta,
  resolveHostTarget,
} from '../targets/host-target.ts';

export interface Drain extends FaultCommon {
  readonly kind: 'drain';
  readonly forMs: null;
}

const drainSchema = z
  .strictObject(hostTargetFields())
  .superRefine(checkHostTarget)
  .meta({
    id: 'drain',
    title: 'Host drained',
    description:
      'Take hosts of a Swarm out of service, as far as the nodes on them are concerned: those leave in an orderly way, as when a group is scaled in, and at the same time as many join on other hosts. What a node has stored goes with it. Nothing is placed on these hosts any more.',
    ...hostTargetMeta,
  });

export const drain = {
  schema: drainSchema,
  about: 'Drain hosts: their nodes leave in an orderly way, and others join elsewhere in their places.',
  noun: 'draining of hosts',
  done: 'moved off their hosts',
  seenBy: 'whether the engine has the container running',
  effect: {
    kind: 'momentary',
    // Another one has its place.
    removesNode: false,
    movesNode: true,
    replacedAfterMs: () => null,
    strike: (host, node) => host.move(node),
    look: seenEnded,
  },
  check: () => {},
  resolve: (written, groups): Drain => ({
    kind: 'drain',
    target: resolveHostTarget(written, groups),
    forMs: null,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `drain ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof drainSchema>, Drain, null>;
