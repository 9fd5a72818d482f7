import { expect, test } from 'vitest';
import { editorJsonSchema, scenarioJsonSchema } from '../../../orchestrator/scenario/json-schema.ts';

/** Every field of every mapping in the schema, as [place, schema of the field]. */
function fieldsOf(node: unknown, place = ''): [string, object][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const fields: [string, object][] =
      key === 'properties' && typeof value === 'object' && value !== null
        ? Object.entries(value).map(([name, field]): [string, object] => [
            `${place}/${name}`,
            Object(field) as object,
          ])
        : [];
    return [...fields, ...fieldsOf(value, `${place}/${key}`)];
  });
}

test('every field of the schema is described', () => {
  const fields = fieldsOf(scenarioJsonSchema());
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter(([, field]) => !('description' in field)).map(([place]) => place)).toEqual([]);
});

test('the schema is draft 2020-12 and closed to unknown keys', () => {
  expect(scenarioJsonSchema()).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
    required: ['name'],
  });
});

test('for editors, a reference to a parameter may stand for any value but not for a role', () => {
  const reference = { $ref: '#/$defs/parameter-reference' };
  expect(editorJsonSchema()).toMatchObject({
    properties: { seed: { default: 1, anyOf: [{ type: 'integer' }, reference] } },
    $defs: {
      server: {
        properties: {
          role: { const: 'server' },
          replicas: { anyOf: [{ type: 'integer', maximum: 10_000 }, reference] },
          requestCost: { anyOf: [{ type: 'string' }, reference] },
          files: { additionalProperties: { anyOf: [{ type: 'string' }, reference] } },
        },
      },
      balancer: {
        properties: {
          algorithm: { anyOf: [{ enum: ['roundrobin', 'leastconn', 'random', 'source'] }, reference] },
        },
      },
      parameter: { properties: { type: { enum: expect.arrayContaining(['integer']) as unknown } } },
    },
  });
});
