// A network that falls apart: nodes can't reach those of some groups, while everybody else reaches both. Nobody is told.
import { z } from 'zod';
import { checkDistinct, checkGroupName } from '../../scenario/groups/check-group-name.ts';
import { roleNames } from '../../scenario/groups/role-of.ts';
import { name } from '../../scenario/text/names.ts';
import { firewallNeeds } from '../firewall/firewall.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { countOf } from '../targets/choose-nodes.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import type { Target } from '../targets/target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';
import { type Cuts, cutsAspect, WAYS, type Way } from './cuts-aspect.ts';

export interface Partition extends FaultCommon {
  readonly kind: 'partition';
  /** Groups of the other side; those of their nodes that are hit themselves are not on it. */
  readonly from: readonly string[];
  readonly way: Way;
}

const partitionSchema = z
  .strictObject({
    ...targetFields(),
    from: z
      .array(name())
      .min(1)
      .describe(
        'Groups whose nodes those that are hit can’t reach any more, including nodes that join later. Nodes that are hit themselves still reach each other: `group: peers, share: 50%, from: [peers]` splits the peers.',
      ),
    way: z
      .enum(WAYS)
      .prefault('both')
      .describe(
        'Which packets between them are dropped: those that arrive at the nodes that are hit (`in`), those that leave them (`out`), or `both`.',
      ),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'partition',
    title: 'Partition',
    description:
      'Cut nodes off from the nodes of some groups. Users and all other nodes still reach both sides, and nobody is told. Only what is sent to single nodes is dropped on its way out: the others still hear broadcasts.',
  });

function hitsAll(who: Target['who']): boolean {
  return who.kind === 'all' || (who.kind === 'share' && who.share === 1);
}

function countHit(who: Target['who'], nodes: readonly string[]): number {
  switch (who.kind) {
    case 'all':
      return nodes.length;
    case 'names':
      return nodes.filter((node) => who.nodes.includes(node)).length;
    case 'count':
      return who.count;
    case 'share':
      return countOf(who.share, nodes.length);
    case 'hosts':
      return 0;
  }
}

export const partition = {
  schema: partitionSchema,
  about: 'Cut nodes off from the nodes of some groups: the network falls apart.',
  noun: 'partition',
  done: 'cut off',
  seenBy:
    'connections from the node to others on the other side, and the packets that the rules have dropped',
  effect: {
    kind: 'lasting',
    aspect: cutsAspect,
    put: (state, { from, way, target }, { nodes, newcomers }): Cuts => ({
      ...state,
      pending: [...state.pending, { from, way, besides: { nodes, groups: newcomers ? target.groups : [] } }],
    }),
  },
  check(written, path, groups, report) {
    checkTarget(written, path, groups, report);
    checkDistinct(written.from, [...path, 'from'], report);
    for (const [index, group] of written.from.entries())
      checkGroupName(group, roleNames, [...path, 'from', index], groups, report);
    const { groups: targeted, who } = resolveTarget(written, groups);
    if (hitsAll(who) && written.from.every((group) => targeted.includes(group)))
      report(
        [...path, 'from'],
        `all of ${written.from.join(' and ')} are hit, so nobody is left to cut them off from; write another group, or hit a smaller \`share\``,
      );
  },
  misfit({ target: { groups, who }, from }, { nodesOf }) {
    if (hitsAll(who) || !from.every((group) => groups.includes(group))) return undefined;
    // Which of several groups' nodes a rule hits, nobody knows unless it is all of them.
    const sides = who.kind === 'names' ? from : groups;
    const known = sides.map(nodesOf);
    const nodes = known.flatMap((each) => each ?? []);
    if (known.includes(undefined) || countHit(who, nodes) < nodes.length) return undefined;
    const message = `those that are hit are all nodes of ${sides.join(' and ')}, so nobody is left to cut them off from; write another group, or hit fewer`;
    return { field: 'from', message };
  },
  resolve: (written, groups): Partition => ({
    kind: 'partition',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    from: [...new Set(written.from)],
    way: written.way,
  }),
  needs: () => firewallNeeds('partition', 'drop'),
  shapes: () => false,
  summarize: ({ target, from, way }) =>
    `cut ${describeTarget(target)} off from ${from.join(' and ')}${way === 'both' ? '' : `, ${way}`}`,
} satisfies FaultKind<z.output<typeof partitionSchema>, Partition, Cuts>;
