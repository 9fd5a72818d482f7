// How much was served to those who have no right to it.
import { z } from 'zod';
import { writeDuration } from '../text/units.ts';
import { duration } from '../text/quantities.ts';
import { checkOfCanaries } from './check-of-canaries.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** Requests served to those who had lost the right, or never had it, later than `afterMs` after that. */
export interface UnauthorisedMeasure {
  readonly kind: 'unauthorised';
  readonly afterMs: number;
}

const unauthorisedSchema = z
  .strictObject({
    atMost: z.int().min(0).describe('There must not be more of them.'),
    after: duration({ example: '2s' })
      .prefault('0s')
      .describe(
        'Counts those that were sent later than this after the right was lost: the time that `cache` allows, for example. Default: all.',
      ),
  })
  .meta({
    id: 'unauthorised',
    title: 'Unauthorised',
    description:
      'Requests of canaries that were served although they had lost the right, never had it, or their token was expired or forged.',
  });

export const unauthorised = {
  schema: unauthorisedSchema,
  about: 'How many requests were served that should have been refused, of rights lost in the window.',
  unit: 'count',
  needsNoLoad: true,
  check: (_written, entry, beside, report) => checkOfCanaries('unauthorised', entry, beside, report),
  resolve: ({ after, ...bounds }): Resolved<UnauthorisedMeasure> => ({
    measure: { kind: 'unauthorised', afterMs: after },
    bounds,
  }),
  nameOf: ({ afterMs }) =>
    afterMs > 0 ? `unauthorised operations later than ${writeDuration(afterMs)}` : 'unauthorised operations',
} satisfies ObjectiveKind<z.output<typeof unauthorisedSchema>, UnauthorisedMeasure>;
