// How long requests took.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';
import { ceiling } from './bounds-schema.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** `percentile` (0 < p < 100) of the time an HTTP request took, in milliseconds. */
export interface LatencyMeasure {
  readonly kind: 'latency';
  readonly percentile: number;
}

const latencySchema = z
  .strictObject({
    percentile: z
      .number()
      .min(1, {
        error: ({ input }) =>
          typeof input === 'number' && input > 0
            ? `${input} is less than one hundredth of all requests; write ${Number((input * 100).toPrecision(6))} for the ${Number((input * 100).toPrecision(6))}th percentile`
            : 'is not above 0; write for example 95',
      })
      .lt(100)
      .describe('Which percentile, from 1 to below 100, for example 95.'),
    below: duration({ example: '200ms', fractional: true }).optional().describe('It must be less than this.'),
    atMost: duration({ example: '200ms', fractional: true })
      .optional()
      .describe('It must not be more than this.'),
  })
  .superRefine(ceiling.check)
  .meta({
    id: 'latency',
    title: 'Latency',
    description:
      'A percentile of the time requests took, or of the time they waited for a connection where that is longer.',
    ...ceiling.meta,
  });

export const latency = {
  schema: latencySchema,
  about: 'A percentile of how long requests took, merged over all generators.',
  unit: 'ms',
  takesTags: true,
  canAbort: true,
  resolve: ({ percentile, ...bounds }): Resolved<LatencyMeasure> => ({
    measure: { kind: 'latency', percentile },
    bounds,
  }),
  nameOf: ({ percentile }) => `p${percentile} latency`,
} satisfies ObjectiveKind<z.output<typeof latencySchema>, LatencyMeasure>;
