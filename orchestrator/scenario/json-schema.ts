// The schema for editors: `topolab schema`, docs/reference/scenario.schema.json.
import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** JSON Schema (draft 2020-12) of what people write, without references to parameters. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' });
}

/** The same for editors: `${name}` may stand in place of any value. */
export function editorJsonSchema(): JsonSchema {
  const { $defs, ...rest } = scenarioJsonSchema();
  const root = withReferences(rest) as JsonSchema;
  const kinds = Object.entries(Object($defs) as JsonSchema).map(([id, kind]) => [
    id,
    // Parameters are what is referred to; nothing in them refers.
    id === 'parameter' ? kind : withReferences(kind),
  ]);
  return { ...root, $defs: { ...Object.fromEntries(kinds), [REFERENCE_ID]: REFERENCE } };
}

const REFERENCE_ID = 'parameter-reference';
const REFERENCE = {
  title: 'Reference to a parameter',
  description: 'Text with `${name}`, which stands for the value of a parameter.',
  type: 'string',
  pattern: '\\$\\{[a-z0-9-]+\\}',
};
const REFERRING = { $ref: `#/$defs/${REFERENCE_ID}` };

/** Keywords that hold no schemas; a field of such a name stands under `properties`, never directly in a schema. */
const DATA = new Set(['default', 'examples', 'enum', 'const', 'required']);

function withReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withReferences);
  if (typeof schema !== 'object' || schema === null) return schema;
  const fields = Object.entries(schema).map(([keyword, value]: [string, unknown]) => {
    if (keyword === 'properties') return [keyword, ofEachField(value)];
    if (keyword === 'items' || keyword === 'additionalProperties') return [keyword, orReference(value)];
    return [keyword, DATA.has(keyword) ? value : withReferences(value)];
  });
  return Object.fromEntries(fields);
}

function ofEachField(properties: unknown): unknown {
  const fields = Object.entries(Object(properties) as JsonSchema);
  return Object.fromEntries(fields.map(([name, field]) => [name, orReference(field)]));
}

/** A single value, or a choice between some, becomes one that may be a reference. */
function orReference(field: unknown): unknown {
  const inner = withReferences(field);
  if (typeof inner !== 'object' || inner === null || 'const' in inner) return inner;
  const { anyOf, description, default: standard, title, ...rest } = inner as JsonSchema;
  const about = Object.fromEntries(
    Object.entries({ title, description, default: standard }).filter(([, value]) => value !== undefined),
  );
  if (Array.isArray(anyOf) && !('properties' in rest))
    return { ...about, ...rest, anyOf: [...(anyOf as unknown[]), REFERRING] };
  const restricted =
    'enum' in rest || 'pattern' in rest || ['integer', 'number', 'boolean'].includes(String(rest['type']));
  return restricted ? { ...about, anyOf: [rest, REFERRING] } : inner;
}
