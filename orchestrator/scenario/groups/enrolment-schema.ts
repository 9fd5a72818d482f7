// What people write under `enrolment`: new nodes of a group need an invitation.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';

export const enrolmentSchema = z
  .strictObject({
    lifetime: duration({ min: '1s', max: '24h', example: '10m' })
      .prefault('10m')
      .describe('How long an invitation is good for, 1s to 24h.'),
  })
  .meta({
    id: 'enrolment',
    title: 'Enrolment',
    description:
      'Each node needs an invitation of its own, good once and for a while, and gets a credential for it. Write `{}` for the defaults.',
  });

export interface Enrolment {
  /** How long an invitation is good for. */
  readonly lifetimeMs: number;
}

export function resolveEnrolment(written: z.output<typeof enrolmentSchema> | undefined): Enrolment | null {
  return written === undefined ? null : { lifetimeMs: written.lifetime };
}
