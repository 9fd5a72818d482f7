// Destruction: a node is gone with all that it stored, as when its machine burns down. A store comes back by `restore`; peers hold each other's
// copies, and nothing else brings back what they held.
import { z } from 'zod';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import { seenEnded } from '../program/seen-ended.ts';
import { checkTarget } from '../targets/check-target.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { ruleOf } from '../targets/target.ts';
import { checkTargetFields, targetFields } from '../targets/target-schema.ts';

export interface Destroy extends FaultCommon {
  readonly kind: 'destroy';
  readonly forMs: null;
}

const destroySchema = z.strictObject(targetFields()).superRefine(checkTargetFields).meta({
  id: 'destroy',
  title: 'Destroy',
  description:
    'Kill nodes (SIGKILL) and remove their containers with all storage of their own. A store that is backed up comes back by `restore`, from the storage of its backups, which survives.',
});

export const destroy = {
  schema: destroySchema,
  about: 'Kill nodes and remove all that they stored.',
  noun: 'destruction',
  done: 'destroyed',
  seenBy: 'whether the engine has the container running',
  effect: {
    kind: 'momentary',
    removesNode: true,
    destroysStorage: true,
    replacedAfterMs: () => null,
    strike: (host, node, { target }) => host.kill(node, ruleOf(target)),
    look: seenEnded,
  },
  check: checkTarget,
  resolve: (written, groups): Destroy => ({
    kind: 'destroy',
    target: resolveTarget(written, groups),
    forMs: null,
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target }) => `destroy ${describeTarget(target)}`,
} satisfies FaultKind<z.output<typeof destroySchema>, Destroy, null>;
