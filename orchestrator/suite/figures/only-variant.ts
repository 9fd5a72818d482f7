// The result of a failure study as suites read it: a trial studies the failures of one variant.
import { z } from 'zod';

/** What losses.json must hold. */
export const lossesDocument = z.looseObject({
  variants: z.array(
    z.looseObject({
      losses: z
        .array(
          z.looseObject({
            outcome: z.string().optional(),
            killed: z.array(z.unknown()).optional(),
            host: z.string().optional(),
          }),
        )
        .optional(),
    }),
  ),
});

/** How many of its losses are single points of failure is counted here. Where runs contradict each other nobody knows, and there is no such figure. */
export function onlyVariant({ variants: [variant] }: z.output<typeof lossesDocument>): unknown {
  const singles = (variant?.losses ?? []).filter(
    ({ killed, host }) => killed?.length === 1 && host === undefined,
  );
  if (singles.some(({ outcome }) => outcome === 'doubtful')) return variant;
  const singlePointsOfFailure = singles.filter(({ outcome }) => outcome === 'not-recovered').length;
  return { ...variant, singlePointsOfFailure };
}
