// Fields for what a container is made with: its image, and what its program is given.
import { z } from 'zod';
import { imageProblem } from './image-reference.ts';
import { shown } from './shown.ts';

/** A reference to an image, as Docker writes them. */
export function image() {
  return z.string().refine((text) => imageProblem(text) === undefined, {
    error: ({ input }) => imageProblem(String(input)) ?? '',
  });
}

/** Name of an environment variable. */
export function variableName() {
  return z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: 'is not the name of a variable; write for example LOG_LEVEL',
  });
}

/** The same where dots and hyphens may stand in it: `discovery.type` is one that Elasticsearch reads. */
function environmentName() {
  return z.string().regex(/^[A-Za-z_][\w.-]*$/, {
    error: 'is not the name of a variable; write for example LOG_LEVEL',
  });
}

/** Linux hands no longer text to a program (MAX_ARG_STRLEN, less the zero at its end). */
const MOST_HANDED_BYTES = 128 * 1024 - 1;
const TOO_LONG = 'is longer than 128 KiB, and Linux hands that to no program; write less';
const HOLDS_NUL = 'holds a NUL character, at which a program takes it to end; leave it out';

/** An argument of a program. */
export function argument() {
  return z
    .string()
    .refine((text) => !text.includes('\0'), { error: HOLDS_NUL })
    .refine((text) => Buffer.byteLength(text) <= MOST_HANDED_BYTES, { error: TOO_LONG });
}

/** Environment variables; numbers and booleans become text, as YAML does not quote them. */
export function environment() {
  return z
    .record(
      environmentName(),
      z
        .union(
          [z.string().refine((text) => !text.includes('\0'), { error: HOLDS_NUL }), z.number(), z.boolean()],
          {
            error: ({ input }) => `${shown(input)} is no text; write text, "" for none`,
          },
        )
        .transform(String),
    )
    .superRefine((variables, context) => {
      for (const [name, value] of Object.entries(variables))
        if (Buffer.byteLength(`${name}=${value}`) > MOST_HANDED_BYTES)
          context.addIssue({ code: 'custom', path: [name], message: TOO_LONG });
    });
}

/** A Linux capability, as `man 7 capabilities` calls it, without `CAP_`. */
export function capability() {
  return z.string().regex(/^(?!CAP_|ALL$)[A-Z][A-Z_]{2,30}$/, {
    error: ({ input }) => `${shown(input)} is not a capability; write for example NET_RAW`,
  });
}

export function portNumber() {
  return z.int().min(1).max(65_535);
}
