// What people write under `network.between`: how far zones are from each other.
import { z } from 'zod';
import { name } from '../text/names.ts';
import { duration } from '../text/quantities.ts';

const LONGEST = '1m';

export const betweenSchema = z
  .strictObject({
    zones: z
      .array(name())
      .length(2, { error: 'names two zones; write for example [east, west]' })
      .describe('The two zones.'),
    delay: duration({ max: LONGEST, example: '30ms', fractional: true }).describe(
      'How much longer each packet takes from a node of the one zone to a node of the other, up to 1m. A round trip takes twice that.',
    ),
    jitter: duration({ max: LONGEST, example: '2ms', fractional: true })
      .prefault('0ms')
      .describe('How far the delay varies either way, at most the delay.'),
  })
  .superRefine(({ delay, jitter }, context) => {
    if (jitter <= delay) return;
    const message = 'is more than the delay that it varies; write less, or a longer `delay`';
    context.addIssue({ code: 'custom', path: ['jitter'], message });
  })
  .meta({
    id: 'between',
    title: 'Distance',
    description:
      'How far two zones are from each other, in addition to the `delay` of links. Nodes without a zone, users and observers are near to everybody.',
  });

export type CheckedBetween = z.output<typeof betweenSchema>;
