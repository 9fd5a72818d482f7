// What people write under `parameters` and `variants`: what can be chosen for a run with `--set`, and what that changes.
import { z } from 'zod';
import { exactlyOne } from '../text/exactly-one.ts';
import { name } from '../text/names.ts';

const scalar = () => z.union([z.string().max(1000), z.number(), z.boolean()]);
const kind = exactlyOne('of', 'type');

export const PARAMETER_TYPES = ['integer', 'number', 'duration', 'size', 'rate', 'text'] as const;

export const parameterSchema = z
  .strictObject({
    of: z.array(scalar()).min(1).max(100).optional().describe('The values to choose from.'),
    type: z
      .enum(PARAMETER_TYPES)
      .optional()
      .describe('What a value is. A `rate` is one of events (`40/s`) or of bytes (`8MiB/s`).'),
    min: scalar().optional().describe('The smallest value, with a `type` other than text. Default: none.'),
    max: scalar().optional().describe('The largest value, with a `type` other than text. Default: none.'),
    default: scalar().describe('The value if none is given.'),
    description: z.string().max(1000).prefault('').describe('What it means, for readers.'),
  })
  .superRefine(kind.check)
  .superRefine(({ type, min, max }, context) => {
    for (const [key, value] of Object.entries({ min, max })) {
      if (value === undefined || (type !== undefined && type !== 'text')) continue;
      const message = 'belongs to a `type` that has an order; leave it out';
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .meta({
    id: 'parameter',
    title: 'Parameter',
    description:
      'A value to choose for each run: `topolab run FILE --set name=value`; `${name}` stands for it anywhere in the scenario. Exactly one of `of` and `type`.',
    ...kind.meta,
  });

export const parametersSchema = z.record(name(), parameterSchema);

const overlay = z.record(z.string(), z.unknown());

export const variantsSchema = z.record(name(), z.record(z.string(), overlay));

export type CheckedParameter = z.output<typeof parameterSchema>;

/** A value that goes into text too: as what it is, and as it was written (`1.10`, `64MiB`). */
export interface WrittenValue {
  readonly value: string | number | boolean;
  readonly text: string;
}

/** A parameter whose values know how they were written. */
export interface Parameter {
  readonly type: CheckedParameter['type'];
  readonly of: readonly WrittenValue[] | undefined;
  readonly min: WrittenValue | undefined;
  readonly max: WrittenValue | undefined;
  readonly default: WrittenValue;
}

export interface Parameters {
  /** Names of all, wrong ones included. */
  readonly names: readonly string[];
  /** Those that could be read. */
  readonly read: ReadonlyMap<string, Parameter>;
}
