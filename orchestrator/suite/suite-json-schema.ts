// The schema of suites for editors: docs/reference/suite.schema.json.
import { z } from 'zod';
import { suiteSchema } from './suite-schema.ts';

/** JSON Schema (draft 2020-12) of what people write. */
export function suiteJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(suiteSchema, { io: 'input', target: 'draft-2020-12' });
}
