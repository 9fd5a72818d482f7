// Any PromQL that yields one number at the end of the window. Its bounds stand beside it, not under it.
import { z } from 'zod';
import { promqlProblem } from './check-promql.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** See docs for the placeholders of `expr`. */
export interface PromqlMeasure {
  readonly kind: 'promql';
  readonly expr: string;
}

const promqlSchema = z.string().trim().min(1).max(100_000);

export const promql = {
  schema: promqlSchema,
  about:
    'A PromQL query that returns one number at the end of the window; `$run` and `$window` are replaced.',
  unit: 'query',
  canAbort: true,
  needsNoLoad: true,
  check(expr, { path }, _beside, report) {
    const problem = promqlProblem(expr);
    if (problem !== undefined) report([...path, 'promql'], problem);
  },
  resolve: (expr, bounds): Resolved<PromqlMeasure> => ({ measure: { kind: 'promql', expr }, bounds }),
  nameOf: ({ expr }) => expr,
} satisfies ObjectiveKind<z.output<typeof promqlSchema>, PromqlMeasure>;
