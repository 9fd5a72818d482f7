// The schema for editors: `topolab schema`, docs/reference/scenario.schema.json.
import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** JSON Schema (draft 2020-12) of what people write. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' });
}
