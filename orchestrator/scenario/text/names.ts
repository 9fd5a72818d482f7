// Fields for names, as they become part of host names and labels.
import { z } from 'zod';
import { shown } from './shown.ts';

/** A name that becomes part of host names and labels. */
export function name() {
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is missing; write a name' : undefined) })
    .max(40)
    .refine((text) => text !== 'constructor', { error: 'is a name that every object has; choose another' })
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
      error: ({ input }) =>
        String(input).includes('://')
          ? `${shown(input)} is an address; write the name of a group: what is tested runs in containers of the run`
          : `${shown(input)} is not a name; write lower-case letters, digits and single hyphens`,
    })
    .meta({ title: 'name' });
}

/** One name, or several in a list; a list in any case. */
export function names() {
  return z
    .union([z.array(name()).min(1).max(100), name()], {
      error: ({ input }) =>
        Array.isArray(input) ? `a list of ${input.length} does not fit; write 1 to 100 names` : undefined,
    })
    .transform((written) => [written].flat());
}
