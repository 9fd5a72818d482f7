// How far back destructions set the service.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';
import { checkOfRecords } from './check-of-records.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** How far back the worst destruction has set the service, in milliseconds. */
export interface RpoMeasure {
  readonly kind: 'rpo';
}

const rpoSchema = z
  .strictObject({
    atMost: duration({ example: '10s' }).describe('It must not be more than this; 0s = nothing is lost.'),
  })
  .meta({
    id: 'rpo',
    title: 'RPO',
    description:
      'How far back a destruction has set the service: from the acknowledgement of the newest record before which nothing is lost, to the destruction. Of several, the worst decides. Needs the section `records`. How long it took to be back (RTO) is `recovered`.',
  });

export const rpo = {
  schema: rpoSchema,
  about: 'How far back a destruction has set the service, of all destructions of the run.',
  unit: 'ms',
  ofFaults: true,
  needsNoLoad: true,
  check: (_written, entry, beside, report) => checkOfRecords('rpo', entry, beside, report),
  resolve: (bounds): Resolved<RpoMeasure> => ({ measure: { kind: 'rpo' }, bounds }),
  nameOf: () => 'RPO',
} satisfies ObjectiveKind<z.output<typeof rpoSchema>, RpoMeasure>;
