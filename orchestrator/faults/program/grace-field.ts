// How long a program that is stopped may take to end: the same field for all kinds that stop one.
import { duration } from '../../scenario/text/quantities.ts';

export function graceField() {
  return duration({ max: '1h', example: '5s' })
    .optional()
    .describe(
      'How long it may take to end after the signal by which its image wants to be stopped (SIGTERM, unless the image says otherwise), until SIGKILL; `0s` kills it at once. Default: `stopGrace` of its group.',
    );
}
