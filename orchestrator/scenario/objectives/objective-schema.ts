// What people write under `objectives`: what must hold, in the form `measure: { comparison: bound }`.
import { z } from 'zod';
import { exactlyOne } from '../text/exactly-one.ts';
import { name } from '../text/names.ts';
import { title } from '../text/prose.ts';
import { duration } from '../text/quantities.ts';
import { anyBound } from './bounds-schema.ts';
import { COMPARISONS } from './comparison.ts';
import { tagsProblem } from './k6-threshold.ts';
import { measureFields, objectiveNames } from './objective-kinds.ts';

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

const measures = exactlyOne(...objectiveNames);
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
    ...measureFields,
    below: boundField('less than'),
    atMost: boundField('at most'),
    atLeast: boundField('at least'),
    above: boundField('more than'),
  })
  .superRefine(measures.check)
  .superRefine((objective, context) => {
    if (objective.promql !== undefined) return anyBound.check(objective, context);
    for (const key of COMPARISONS.filter((each) => objective[each] !== undefined)) {
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
