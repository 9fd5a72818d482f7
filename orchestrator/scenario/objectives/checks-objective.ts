// Which share of the checks that a script makes passed.
import { z } from 'zod';
import { title } from '../text/prose.ts';
import { share } from '../text/quantities.ts';
import { floor } from './bounds-schema.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** Checks of the script that passed, as a share of those made, 0 to 1. `check`: the one of this name; null = all together. */
export interface ChecksMeasure {
  readonly kind: 'checks';
  readonly check: string | null;
}

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

export const checks = {
  schema: checksSchema,
  about: "Checks of the script (k6's `check()`) that passed, as a share of those made, 0% to 100%.",
  unit: 'share',
  takesTags: true,
  canAbort: true,
  resolve: ({ check = null, ...bounds }): Resolved<ChecksMeasure> => ({
    measure: { kind: 'checks', check },
    bounds,
  }),
  nameOf: ({ check }) => `${check === null ? '' : `“${check}” `}checks passed`,
} satisfies ObjectiveKind<z.output<typeof checksSchema>, ChecksMeasure>;
