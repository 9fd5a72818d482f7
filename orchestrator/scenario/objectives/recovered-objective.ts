// How soon after a fault users were served as before.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';
import { checkOfMoments } from './check-of-moments.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** From the beginning of a fault until users were served as before, in milliseconds: the longest of all faults in the window. */
export interface RecoveredMeasure {
  readonly kind: 'recovered';
}

const recoveredSchema = z
  .strictObject({
    within: duration({ example: '10s', fractional: true }).describe(
      'Counted from the beginning of each fault. Samples are a second apart.',
    ),
  })
  .meta({
    id: 'recovered',
    title: 'Recovered',
    description:
      'After each fault, users were served as before within this time: from then on, for 3 s, nothing failed, and at least 95 % of the rate of the 10 s before the fault was served, less what open loads offered less.',
  });

export const recovered = {
  schema: recoveredSchema,
  about:
    'How soon users were served as before, of the faults that began in the window: the one after which it took longest decides.',
  unit: 'ms',
  ofFaults: true,
  never: 'users were never served as before again',
  check: (_written, entry, beside, report) =>
    checkOfMoments({ key: 'recovered', done: 'hurt' }, entry, beside, report),
  resolve: ({ within }): Resolved<RecoveredMeasure> => ({
    measure: { kind: 'recovered' },
    bounds: { atMost: within },
  }),
  nameOf: () => 'recovery time',
} satisfies ObjectiveKind<z.output<typeof recoveredSchema>, RecoveredMeasure>;
