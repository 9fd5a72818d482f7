import { expect, test } from 'vitest';
import { scenarioJsonSchema } from '../../../orchestrator/scenario/json-schema.ts';

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
    required: ['name', 'groups'],
  });
});
