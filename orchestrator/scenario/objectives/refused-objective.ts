// How soon a user whose right is revoked is refused everywhere.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';
import { checkOfCanaries } from './check-of-canaries.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** From the acknowledgement of a revocation until it was in force at every node, in milliseconds: the longest of all in the window. */
export interface RefusedMeasure {
  readonly kind: 'refused';
}

const refusedSchema = z
  .strictObject({
    within: duration({ example: '5s' }).describe('Counted from the acknowledgement of each revocation.'),
  })
  .meta({
    id: 'refused',
    title: 'Refused',
    description:
      'After each revocation, no node served the user any more from this time on. Nodes that ignore the policy are left out.',
  });

export const refused = {
  schema: refusedSchema,
  about:
    'How soon a revocation was in force at every node, of those that were acknowledged in the window: the longest decides.',
  unit: 'ms',
  needsNoLoad: true,
  never: 'at least one node never refused the user',
  check: (_written, entry, beside, report) => checkOfCanaries('refused', entry, beside, report),
  resolve: ({ within }): Resolved<RefusedMeasure> => ({
    measure: { kind: 'refused' },
    bounds: { atMost: within },
  }),
  nameOf: () => 'time until refused everywhere',
} satisfies ObjectiveKind<z.output<typeof refusedSchema>, RefusedMeasure>;
