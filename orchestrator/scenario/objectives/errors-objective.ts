// Which share of requests or iterations failed.
import { z } from 'zod';
import { share } from '../text/quantities.ts';
import { ceiling } from './bounds-schema.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** The larger of two shares, 0 to 1: failed requests of all, failed iterations (an exception, a connection that was not made or broke, or cut off) of all. */
export interface ErrorsMeasure {
  readonly kind: 'errors';
}

/** The number 1 is all requests: an objective that can't be missed, where 1% was meant. */
const errorShare = () =>
  share('1%', { one: 'is all requests, so nothing could miss it; write 1%, or 100% if that is meant' });

const errorsSchema = z
  .strictObject({
    below: errorShare().optional().describe('It must be less than this share.'),
    atMost: errorShare().optional().describe('It must not be more than this share.'),
  })
  .superRefine(ceiling.check)
  .meta({
    id: 'errors',
    title: 'Errors',
    description:
      'Failed requests as a share of all requests, or failed iterations (an exception, or cut off at the end) as a share of all iterations, or, in closed loads, the time that users spent on requests without an answer as a share of all their time: the largest of these.',
    ...ceiling.meta,
  });

export const errors = {
  schema: errorsSchema,
  about:
    'Failed requests as a share of all requests, or failed iterations as a share of all: the larger one, 0% to 100%.',
  unit: 'share',
  takesTags: true,
  canAbort: true,
  resolve: (bounds): Resolved<ErrorsMeasure> => ({ measure: { kind: 'errors' }, bounds }),
  nameOf: () => 'error share',
} satisfies ObjectiveKind<z.output<typeof errorsSchema>, ErrorsMeasure>;
