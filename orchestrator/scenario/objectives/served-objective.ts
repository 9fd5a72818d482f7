// How many requests are answered successfully.
import { z } from 'zod';
import { rate } from '../text/quantities.ts';
import { floor } from './bounds-schema.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** Requests answered successfully per second, averaged over the window. */
export interface ServedMeasure {
  readonly kind: 'served';
}

const servedSchema = z
  .strictObject({
    atLeast: rate().optional().describe('It must not be less than this rate.'),
    above: rate().optional().describe('It must be more than this rate.'),
  })
  .superRefine(floor.check)
  .meta({
    id: 'served',
    title: 'Served',
    description: 'Requests answered successfully per second.',
    ...floor.meta,
  });

export const served = {
  schema: servedSchema,
  about: 'Requests answered successfully per second, mean over the window.',
  unit: 'per-second',
  takesTags: true,
  resolve: (bounds): Resolved<ServedMeasure> => ({ measure: { kind: 'served' }, bounds }),
  nameOf: () => 'served rate',
} satisfies ObjectiveKind<z.output<typeof servedSchema>, ServedMeasure>;
