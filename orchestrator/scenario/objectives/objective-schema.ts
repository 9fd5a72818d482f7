// What people write under `objectives`: what must hold, in the form `measure: { comparison: bound }`.
import { z } from 'zod';
import { aggregateProblem, beyondShares, isShare, tagsProblem } from './k6-threshold.ts';
import { parseDuration, parseShare } from '../text/units.ts';
import { duration, exactlyOne, name, rate, share, shown, title } from '../text/written-values.ts';

const ceiling = exactlyOne('below', 'atMost');
const floor = exactlyOne('atLeast', 'above');

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

const deliveredSchema = z
  .strictObject({
    atLeast: share('99%').optional().describe('It must not be less than this share.'),
    above: share('99%').optional().describe('It must be more than this share.'),
  })
  .superRefine(floor.check)
  .meta({
    id: 'delivered',
    title: 'Delivered',
    description: 'Iterations started as a share of those the open load asked for.',
    ...floor.meta,
  });

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

const checksSchema = z
  .strictObject({
    check: title().optional().describe('The check of this name. Default: all checks together.'),
    atLeast: share('99%').optional().describe('It must not be less than this share.'),
    above: share('99%').optional().describe('It must be more than this share.'),
  })
  .superRefine(floor.check)
  .meta({
    id: 'checks',
    title: 'Checks',
    description: "Checks of the script (k6's `check()`) that passed, as a share of those made.",
    ...floor.meta,
  });

const boundKeys = ['below', 'atMost', 'atLeast', 'above'] as const;
const bounds = exactlyOne(...boundKeys);

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
  .superRefine(bounds.check)
  .superRefine(({ name: metric, aggregate, ...written }, context) => {
    const message = aggregateProblem(aggregate, metric);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['aggregate'], message });
    if (!isShare(metric)) return;
    for (const key of boundKeys) {
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
    ...bounds.meta,
  });

const abortSchema = z
  .strictObject({
    after: duration({ example: '10s' })
      .prefault('0s')
      .describe(
        'Not before so much of the load, or of its phase, is over: what starts cold is often missed at first. Default: at once.',
      ),
  })
  .meta({
    id: 'abort',
    title: 'Abort',
    description: 'The run ends as soon as the objective is missed by what has come so far.',
  });

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

const updatedSchema = z
  .strictObject({
    within: duration({ example: '60s', fractional: true }).describe(
      "Counted from the command. Where nodes are not Topolab's own, moments are a second apart.",
    ),
  })
  .meta({
    id: 'updated',
    title: 'Updated',
    description:
      'Each update reached all nodes of its group within this time: the last old one had left, and every new one had served an operation.',
  });

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

const refusedSchema = z
  .strictObject({
    within: duration({ example: '5s' }).describe('Counted from the acknowledgement of each revocation.'),
  })
  .meta({
    id: 'refused',
    title: 'Refused',
    description:
      'After each revocation, no node served the user any more from this time on. Nodes that ignore the policy are left out.',
  });

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

const measures = exactlyOne(
  'latency',
  'errors',
  'delivered',
  'served',
  'checks',
  'metric',
  'recovered',
  'recordsLost',
  'rpo',
  'updated',
  'switched',
  'refused',
  'unauthorised',
  'promql',
);
const boundField = (meaning: string) =>
  z.number().optional().describe(`With \`promql\`: the number must be ${meaning} this.`);

export const objectiveSchema = z
  .strictObject({
    name: title()
      .optional()
      .describe('Name for people. Default: made from the measure, such as `p95 latency of users in peak`.'),
    phase: title().optional().describe('The phase to measure. Default: the whole run.'),
    load: name().optional().describe('The load to measure. Default: all loads together.'),
    tags: z
      .record(z.string().min(1).max(100), z.string().max(1000))
      .refine((tags) => Object.keys(tags).length > 0, {
        error: 'has no tag; write for example { name: checkout }',
      })
      .superRefine((tags, context) => {
        const message = tagsProblem(tags);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .optional()
      .describe(
        'Only requests, checks or samples with all these tags of k6, such as `name` or `group`. With `latency`, `errors`, `served`, `checks` and `metric`. Default: all.',
      ),
    abort: abortSchema
      .optional()
      .describe(
        'Ends the run early where the objective is missed. With `latency`, `errors`, `checks`, `metric` and `promql`. Default: the run goes on.',
      ),
    latency: latencySchema
      .optional()
      .describe('A percentile of how long requests took, merged over all generators.'),
    errors: errorsSchema
      .optional()
      .describe(
        'Failed requests as a share of all requests, or failed iterations as a share of all: the larger one, 0% to 100%.',
      ),
    delivered: deliveredSchema
      .optional()
      .describe('Iterations started as a share of those that an open load should start.'),
    served: servedSchema
      .optional()
      .describe('Requests answered successfully per second, mean over the window.'),
    checks: checksSchema
      .optional()
      .describe("Checks of the script (k6's `check()`) that passed, as a share of those made, 0% to 100%."),
    metric: metricSchema
      .optional()
      .describe("Any metric of k6, its own (gRPC, WebSockets, …) or the script's."),
    recovered: recoveredSchema
      .optional()
      .describe(
        'How soon users were served as before, of the faults that began in the window: the one after which it took longest decides.',
      ),
    recordsLost: recordsLostSchema
      .optional()
      .describe('Acknowledged records of `records` that can’t be read back, over the whole run.'),
    rpo: rpoSchema
      .optional()
      .describe('How far back a destruction has set the service, of all destructions of the run.'),
    updated: updatedSchema
      .optional()
      .describe('How soon all nodes had each update that began in the window: the slowest one decides.'),
    switched: switchedSchema
      .optional()
      .describe(
        'How soon the network had changed its topology by each switch that began in the window: the slowest one decides.',
      ),
    refused: refusedSchema
      .optional()
      .describe(
        'How soon a revocation was in force at every node, of those that were acknowledged in the window: the longest decides.',
      ),
    unauthorised: unauthorisedSchema
      .optional()
      .describe('How many requests were served that should have been refused, of rights lost in the window.'),
    promql: z
      .string()
      .trim()
      .min(1)
      .max(100_000)
      .optional()
      .describe(
        'A PromQL query that returns one number at the end of the window; `$run` and `$window` are replaced.',
      ),
    below: boundField('less than'),
    atMost: boundField('at most'),
    atLeast: boundField('at least'),
    above: boundField('more than'),
  })
  .superRefine(measures.check)
  .superRefine((objective, context) => {
    if (objective.promql !== undefined) return bounds.check(objective, context);
    for (const key of boundKeys.filter((each) => objective[each] !== undefined)) {
      const message = `belongs to \`promql\`; write it inside the measure, for example latency: { percentile: 95, below: 200ms }`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .meta({
    id: 'objective',
    title: 'Objective',
    description: `What must hold. Exactly one measure: ${measures.alternatives}.`,
    ...measures.meta,
  });

export type CheckedObjective = z.output<typeof objectiveSchema>;
