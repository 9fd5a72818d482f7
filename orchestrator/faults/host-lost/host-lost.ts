// A host that loses its power: all nodes on it fall silent at the same moment, and their programs end without a word. Unlike after a kill, no
// kernel tells the others that a connection is over: they find out by their own time-outs. When the host is back, its nodes are started again.
import { z } from 'zod';
import { firewallNeeds } from '../firewall/firewall.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { programAspect, programSeenBy, type ProgramState } from '../program/program-aspect.ts';
import { describeTarget } from '../targets/describe-target.ts';
import {
  checkHostTarget,
  hostTargetFields,
  hostTargetMeta,
  resolveHostTarget,
} from '../targets/host-target.ts';
import { forField } from '../targets/target-schema.ts';

export interface HostLost extends FaultCommon {
  readonly kind: 'host-lost';
}

const hostLostSchema = z
  .strictObject({ ...hostTargetFields(), for: forField() })
  .superRefine(checkHostTarget)
  .meta({
    id: 'host-lost',
    title: 'Host lost',
    description:
      'Let hosts of a Swarm lose their power, as far as the nodes on them are concerned: those fall silent and end, and nobody is told. Meanwhile no node is placed there. When a host is back, its nodes are started again, with the files that they had.',
    ...hostTargetMeta,
  });

export const hostLost = {
  schema: hostLostSchema,
  about: 'Lose hosts, as when their power fails: their nodes fall silent and end, and come back with them.',
  noun: 'loss of hosts',
  done: 'lost with their hosts',
  seenBy: programSeenBy,
  keepsStopped: true,
  effect: {
    kind: 'lasting',
    aspect: programAspect,
    put: (state) => ({ ...state, stopped: { graceMs: 0, silently: true } }),
  },
  check: () => {},
  resolve: (written, groups): HostLost => ({
    kind: 'host-lost',
    target: resolveHostTarget(written, groups),
    forMs: written.for ?? null,
  }),
  needs: () => firewallNeeds('host-lost', 'drop'),
  shapes: () => false,
  summarize: ({ target }) => `lose ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof hostLostSchema>, HostLost, ProgramState>;
