// How soon an update had reached all nodes of its group.
import { z } from 'zod';
import { duration } from '../text/quantities.ts';
import { checkOfMoments } from './check-of-moments.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** From the command of an update until all nodes of its group had served with it, in milliseconds: the longest of those in the window. */
export interface UpdatedMeasure {
  readonly kind: 'updated';
}

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

export const updated = {
  schema: updatedSchema,
  about: 'How soon all nodes had each update that began in the window: the slowest one decides.',
  unit: 'ms',
  never: 'not all nodes had it and served with it',
  check: (_written, entry, beside, report) =>
    checkOfMoments({ key: 'updated', done: 'updated', change: 'update' }, entry, beside, report),
  resolve: ({ within }): Resolved<UpdatedMeasure> => ({
    measure: { kind: 'updated' },
    bounds: { atMost: within },
  }),
  nameOf: () => 'update time',
} satisfies ObjectiveKind<z.output<typeof updatedSchema>, UpdatedMeasure>;
