// A hung process: all processes of a node are frozen. They keep their memory and their connections, and answer nothing, so that whoever
// waits for them needs a time-out of his own. Taken back, they go on as if no time had passed.
import { z } from 'zod';
import type { Aspect } from '../kind/aspect.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkTargetFields, forField, targetFields } from '../targets/target-schema.ts';

export interface Pause extends FaultCommon {
  readonly kind: 'pause';
}

const pauseSchema = z
  .strictObject({ ...targetFields(), for: forField() })
  .superRefine(checkTargetFields)
  .meta({
    id: 'pause',
    title: 'Pause',
    description:
      'Freeze the processes of nodes: they keep memory and connections, and answer nothing, as a program that hangs.',
  });

/** Whether a node is frozen. A paused node would never become ready, so that one that joins is paused once it is. */
const frozen: Aspect<boolean> = {
  name: 'pause',
  fresh: false,
  from: 'ready',
  entersNetwork: false,
  ofGroup: () => false,
  apply: (host, node, wanted) => (wanted ? host.pause(node) : host.resume(node)),
  async look(host, node, wanted) {
    const isFrozen = await host.isFrozen(node);
    const answer = await host.ask(node);
    // Its kernel goes on accepting connections: only a request that a program answers tells more than the kernel's word.
    const fits = wanted ? answer !== 'answered' || !host.asksOverHttp(node) : answer !== 'silent';
    return {
      isSo: isFrozen === wanted && fits,
      saw: `${isFrozen === true ? 'all processes frozen' : 'processes not frozen'}; a request from the agent: ${answer}`,
    };
  },
};

export const pause = {
  schema: pauseSchema,
  about: 'Freeze nodes, like programs that hang.',
  noun: 'pause',
  done: 'paused',
  seenBy:
    "the kernel's word that all processes are frozen, and a request over HTTP, where the node answers those",
  effect: { kind: 'lasting', aspect: frozen, put: () => true },
  check: checkTarget,
  resolve: (written, groups): Pause => ({
    kind: 'pause',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `pause ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof pauseSchema>, Pause, boolean>;
