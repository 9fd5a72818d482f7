// Any metric of k6: its own, or the script's.
import { z } from 'zod';
import { parseDuration, parseShare } from '../text/units.ts';
import { shown } from '../text/shown.ts';
import { anyBound } from './bounds-schema.ts';
import { COMPARISONS } from './comparison.ts';
import {
  type Aggregate,
  aggregateProblem,
  beyondShares,
  isShare,
  parseAggregate,
  writeAggregate,
  writeSelector,
} from './k6-threshold.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** In k6's unit: milliseconds, shares from 0 to 1, counts. */
export interface MetricMeasure {
  readonly kind: 'metric';
  readonly metric: string;
  readonly aggregate: Aggregate;
}

/** In k6's own unit, or with the unit that people think in. */
const metricBound = (meaning: string) =>
  z
    .union([z.number(), z.string()], {
      error: ({ input }) => `${shown(input)} is no bound; write a number, or for example 200ms or 1%`,
    })
    .transform((written, context) => {
      const text = String(written).trim();
      const value = typeof written === 'number' ? written : (parseDuration(text) ?? parseShare(text));
      if (value !== undefined) return value;
      const message = `${shown(written)} is no bound; write a number, or for example 200ms or 1%`;
      context.issues.push({ code: 'custom', input: written, message });
      return z.NEVER;
    })
    .optional()
    .describe(`It must be ${meaning} this: a number in k6's unit, or for example \`200ms\` or \`1%\`.`);

/** The number 1 is all of them: an objective that is never missed, where 1% was meant. */
const ALL_OF_THEM =
  'is all of them, so hardly anything could miss it; write 1% if that is meant, or for example 99%';

const metricSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, {
        error: ({ input }) =>
          `${shown(input)} is no name of a metric; write for example grpc_req_duration, and \`tags\` beside \`metric\``,
      })
      .describe("Name of the metric: one of k6's own, such as `grpc_req_duration`, or of the script's."),
    aggregate: z
      .string()
      .trim()
      .describe(
        'What is asked of it: `count` or `rate` (per second) of a counter, `rate` (the share) of a rate, `avg`, `min`, `med`, `max` or `p(95)` of a trend, `value` of a gauge.',
      ),
    below: metricBound('less than'),
    atMost: metricBound('at most'),
    atLeast: metricBound('at least'),
    above: metricBound('more than'),
  })
  .superRefine(anyBound.check)
  .superRefine(({ name: metric, aggregate, ...written }, context) => {
    const message = aggregateProblem(aggregate, metric);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['aggregate'], message });
    if (!isShare(metric)) return;
    for (const key of COMPARISONS) {
      const { [key]: bound = 0 } = written;
      if (bound > 1) context.addIssue({ code: 'custom', path: [key], message: beyondShares(bound) });
    }
    for (const key of ['below', 'atMost'] as const)
      if (written[key] === 1) context.addIssue({ code: 'custom', path: [key], message: ALL_OF_THEM });
  })
  .meta({
    id: 'metric',
    title: 'Metric',
    description: "Any metric of k6, its own or the script's, merged over all generators.",
    ...anyBound.meta,
  });

export const metric = {
  schema: metricSchema,
  about: "Any metric of k6, its own (gRPC, WebSockets, …) or the script's.",
  unit: 'k6',
  takesTags: true,
  canAbort: true,
  resolve({ name, aggregate: asked, ...bounds }): Resolved<MetricMeasure> {
    const aggregate = parseAggregate(asked);
    if (aggregate === undefined) throw new Error('the schema lets no unknown aggregate through');
    return { measure: { kind: 'metric', metric: name, aggregate }, bounds };
  },
  nameOf: ({ metric: name, aggregate }, tags) =>
    `${writeSelector({ metric: name, tags })} ${writeAggregate(aggregate)}`,
} satisfies ObjectiveKind<z.output<typeof metricSchema>, MetricMeasure>;
