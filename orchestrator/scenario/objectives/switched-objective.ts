// How soon the network had changed its topology.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';
import { checkOfMoments } from './check-of-moments.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** From the command of a switch until the network had served the new way alone and steadily, in milliseconds: the longest of those in the window. */
export interface SwitchedMeasure {
  readonly kind: 'switched';
}

const switchedSchema = z
  .strictObject({
    within: duration({ example: '20s', fractional: true }).describe(
      'Counted from the command, the 3 s of steadiness included.',
    ),
  })
  .meta({
    id: 'switched',
    title: 'Switched',
    description:
      'Each switch was over within this time: no node served the old way, each had served the new way, and for 3 s users were served and nothing failed.',
  });

export const switched = {
  schema: switchedSchema,
  about:
    'How soon the network had changed its topology by each switch that began in the window: the slowest one decides.',
  unit: 'ms',
  never: 'the network never served the new way alone and steadily',
  check: (_written, entry, beside, report) =>
    checkOfMoments({ key: 'switched', done: 'switched', change: 'switch' }, entry, beside, report),
  resolve: ({ within }): Resolved<SwitchedMeasure> => ({
    measure: { kind: 'switched' },
    bounds: { atMost: within },
  }),
  nameOf: () => 'switch time',
} satisfies ObjectiveKind<z.output<typeof switchedSchema>, SwitchedMeasure>;
