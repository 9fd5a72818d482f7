// Objects of which exactly one of some keys has to be there.
import type { z } from 'zod';

/**
 * A check for strict objects of which exactly one of some keys has to be there. Its `oneOf` goes into the JSON Schema with
 * `.meta(exactlyOne(…).meta)`: plain optional keys give far clearer messages than a union of objects.
 */
export function exactlyOne(...keys: readonly string[]) {
  const quoted = keys.map((key) => `\`${key}\``);
  const list = quoted.join(', ');
  return {
    /** For a description: "`at` or `every`". */
    alternatives: `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`,
    meta: { oneOf: keys.map((key) => ({ required: [key] })) },
    check: (value: object, context: z.RefinementCtx): void => {
      const present = keys.filter((key) => Reflect.get(value, key) !== undefined);
      if (present.length === 0)
        context.addIssue({ code: 'custom', message: `has none of ${list}; write one of them` });
      for (const key of present.slice(1)) {
        const message = `can't stand beside \`${present[0]}\`; write only one of ${list}`;
        context.addIssue({ code: 'custom', path: [key], message });
      }
    },
  };
}
