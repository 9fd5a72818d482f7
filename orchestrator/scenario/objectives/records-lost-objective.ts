// How many records of the run's own are lost.
import { z } from 'zod';
import { checkOfRecords } from './check-of-records.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** Acknowledged records of the run's own that can't be read back. */
export interface RecordsLostMeasure {
  readonly kind: 'recordsLost';
}

const recordsLostSchema = z
  .strictObject({
    atMost: z.int().min(0).describe('It must not be more than this.'),
  })
  .meta({
    id: 'records-lost',
    title: 'Records lost',
    description:
      'Records of the section `records` that were acknowledged and can’t be read back with their content after the load.',
  });

export const recordsLost = {
  schema: recordsLostSchema,
  about: 'Acknowledged records of `records` that can’t be read back, over the whole run.',
  unit: 'records',
  ofFaults: true,
  needsNoLoad: true,
  check: (_written, entry, beside, report) => checkOfRecords('recordsLost', entry, beside, report),
  resolve: (bounds): Resolved<RecordsLostMeasure> => ({ measure: { kind: 'recordsLost' }, bounds }),
  nameOf: () => 'records lost',
} satisfies ObjectiveKind<z.output<typeof recordsLostSchema>, RecordsLostMeasure>;
