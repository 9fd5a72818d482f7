// Fields for text that people read: titles, remarks.
import { z } from 'zod';
import { isPrintable } from '../../printable.ts';

const UNPRINTABLE = 'holds characters that steer a terminal; write plain text';

/** A name for people: phases, objectives. */
export function title() {
  return z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\n]*$/, { error: 'has more than one line; write one' })
    .refine(isPrintable, { error: UNPRINTABLE });
}

/** Text for people that is shown within a line, such as a word in a cell. */
export function plainLine(most: number) {
  return z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\n]*$/, { error: 'has more than one line; write one' })
    .refine((text) => text.trim() !== '', { error: 'is nothing to be seen; write a word' })
    .refine(isPrintable, { error: UNPRINTABLE });
}

/** Text for people, of several lines. */
export function prose(most: number) {
  return z
    .string()
    .max(most)
    .refine((text) => isPrintable(text.replaceAll(/[\n\t\r]/g, '')), { error: UNPRINTABLE });
}
