// A host that the network has lost: its nodes run on and reach each other, and nobody else. Nobody is told.
import { z } from 'zod';
import { firewallNeeds } from '../firewall/firewall.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { describeTarget } from '../targets/describe-target.ts';
import {
  checkHostTarget,
  hostTargetFields,
  hostTargetMeta,
  resolveHostTarget,
} from '../targets/host-target.ts';
import { forField } from '../targets/target-schema.ts';
import { hostCutAspect, type HostCutState } from './host-cut-aspect.ts';

export interface HostCut extends FaultCommon {
  readonly kind: 'host-cut';
}

const hostCutSchema = z
  .strictObject({ ...hostTargetFields(), for: forField() })
  .superRefine(checkHostTarget)
  .meta({
    id: 'host-cut',
    title: 'Host cut off',
    description:
      'Cut hosts of a Swarm off from the network, as far as the nodes on them are concerned: no packet passes between those and other nodes, users, or anything outside of the run. They run on, and reach each other, also where several hosts are cut off together. Meanwhile no node is placed there.',
    ...hostTargetMeta,
  });

export const hostCut = {
  schema: hostCutSchema,
  about: 'Cut hosts off from the network: their nodes run on and reach only each other.',
  noun: 'cut of hosts',
  done: 'cut off with their hosts',
  seenBy: 'a connection from the agent, and the packets that the rules have dropped',
  effect: {
    kind: 'lasting',
    aspect: hostCutAspect,
    put: (state, _, { nodes }) => ({
      besides: state.besides === null ? nodes : state.besides.filter((node) => nodes.includes(node)),
    }),
  },
  check: () => {},
  resolve: (written, groups): HostCut => ({
    kind: 'host-cut',
    target: resolveHostTarget(written, groups),
    forMs: written.for ?? null,
  }),
  needs: () => firewallNeeds('host-cut', 'drop'),
  shapes: () => false,
  summarize: ({ target }) => `cut off ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof hostCutSchema>, HostCut, HostCutState>;
