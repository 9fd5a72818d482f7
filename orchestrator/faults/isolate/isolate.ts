// A node that the network has lost: it runs, and no packet reaches it, or none leaves it. Nobody is told; connections hang until somebody's
// time-out ends them.
import { z } from 'zod';
import { type CutOff, cutOffChains } from '../firewall/cut-off.ts';
import { firewallNeeds, firewallScript } from '../firewall/firewall.ts';
import { seeConnection } from '../firewall/see-connection.ts';
import type { Aspect } from '../kind/aspect.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

const WAYS = ['both', 'in', 'out'] as const;

/** Which packets are dropped: those that arrive, those that leave, or both. */
type Way = (typeof WAYS)[number];

export interface Isolate extends FaultCommon {
  readonly kind: 'isolate';
  readonly way: Way;
}

const isolateSchema = z
  .strictObject({
    ...targetFields(),
    way: z
      .enum(WAYS)
      .prefault('both')
      .describe('Which packets are dropped: those that arrive (`in`), those that leave (`out`), or `both`.'),
    for: forField(),
  })
  .superRefine(checkTargetFields)
  .meta({
    id: 'isolate',
    title: 'Isolate',
    description:
      'Cut nodes off from the network: from all other nodes, from the users, and from all that is outside of the run. They run on, and nobody is told.',
  });

const TABLE = 'topolab_isolate';

/** A node that is cut off would never become ready, so that one that joins is cut off once it is. */
const cutOff: Aspect<CutOff> = {
  name: 'isolate',
  fresh: { in: false, out: false },
  from: 'ready',
  entersNetwork: true,
  ofGroup: () => ({ in: false, out: false }),
  apply: (host, node, wanted) =>
    host.inNetwork(node, firewallScript(TABLE, cutOffChains(wanted)), 'cut off the node'),
  async look(host, node, wanted) {
    const seen = await seeConnection(host, node, null, { table: TABLE, done: 'dropped' });
    const { answer, counts, saw } = seen;
    if (!wanted.in && !wanted.out) return { isSo: answer === 'answered' || answer === 'refused', saw };
    // What does not arrive is not answered either, so that only one of two ways has packets to drop for sure.
    const dropped = wanted.in ? counts.input : counts.output;
    const ruled = (counts.input !== null) === wanted.in && (counts.output !== null) === wanted.out;
    return { isSo: answer === 'silent' && ruled && dropped !== null && dropped > 0, saw };
  },
};

export const isolate = {
  schema: isolateSchema,
  about: 'Cut nodes off from the network: no packet reaches them, or none leaves them.',
  noun: 'isolation',
  done: 'isolated',
  seenBy: 'a connection from the agent, and the packets that the rules have dropped',
  effect: {
    kind: 'lasting',
    aspect: cutOff,
    put: (state, { way }) => ({ in: state.in || way !== 'out', out: state.out || way !== 'in' }),
  },
  check: checkTarget,
  resolve: (written, groups): Isolate => ({
    kind: 'isolate',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    way: written.way,
  }),
  needs: () => firewallNeeds('isolate', 'drop'),
  shapes: () => false,
  summarize: ({ target, way }) => `isolate ${describeTarget(target)}${way === 'both' ? '' : `, ${way}`}`,
} satisfies FaultKind<z.output<typeof isolateSchema>, Isolate, CutOff>;
