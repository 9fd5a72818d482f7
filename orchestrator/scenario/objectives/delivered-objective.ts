// How much of an open load was offered.
import { z } from 'zod';
import { share } from '../text/quantities.ts';
import { floor } from './bounds-schema.ts';
import type { ObjectiveKind, Resolved } from './objective-kind.ts';

/** Iterations started as a share of iterations the load model asked for, 0 to 1. */
export interface DeliveredMeasure {
  readonly kind: 'delivered';
}

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

export const delivered = {
  schema: deliveredSchema,
  about: 'Iterations started as a share of those that an open load should start.',
  unit: 'share',
  check(_written, { path, value: { load } }, { loads }, report) {
    const judged = loads.filter((each) => load === undefined || each.name === load);
    const unfit = judged.find((each) => each.value.model !== 'open');
    if (unfit === undefined) return;
    const advice = load === undefined ? 'write `load:` with an open one' : 'use `served`';
    report(
      [...path, 'delivered'],
      `"${unfit.name}" is no open load, so nothing says what it should deliver; ${advice}`,
      'key',
    );
  },
  resolve: (bounds): Resolved<DeliveredMeasure> => ({ measure: { kind: 'delivered' }, bounds }),
  nameOf: () => 'delivered share',
} satisfies ObjectiveKind<z.output<typeof deliveredSchema>, DeliveredMeasure>;
