// Compose files held against the schema that the Compose Specification publishes.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Problem, ProblemPath } from '../../scenario/text/problem.ts';
import { salvage } from '../../scenario/text/salvage.ts';
import { instead } from '../../scenario/text/suggest.ts';

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

interface Published {
  readonly json: JsonSchema;
  readonly schema: z.ZodType;
}

let read: Published | undefined;

/** Read when the first compose file is: it takes fifty milliseconds. */
function published(): Published {
  if (read !== undefined) return read;
  const text = readFileSync(new URL('../schema/compose-spec.json', import.meta.url), 'utf8');
  const json = JSON.parse(text) as JsonSchema;
  read = { json, schema: z.fromJSONSchema(json as Parameters<typeof z.fromJSONSchema>[0]) };
  return read;
}

const PATTERN = /^Invalid string: must match pattern (.*)$/;

/** All that the schema refuses, by its path in the file. */
export function schemaProblems(data: unknown): readonly Problem[] {
  const { json, schema } = published();
  return salvage(schema, data).problems.map((problem) => {
    const key = problem.path.at(-1);
    if (problem.at !== 'key' || typeof key !== 'string')
      return {
        ...problem,
        message: problem.message.replace(
          PATTERN,
          'has a form that compose does not take; write text that matches $1',
        ),
      };
    const known = keysOf(at([json], problem.path.slice(0, -1), json), json);
    return { ...problem, message: `is not known here; ${instead(key, known)}` };
  });
}

/** The parts of the schema that may hold at a path. */
function at(start: readonly JsonSchema[], path: ProblemPath, root: JsonSchema): readonly JsonSchema[] {
  return path.reduce<readonly JsonSchema[]>(
    (schemas, key) =>
      schemas.flatMap((schema) => branchesOf(schema, root)).flatMap((schema) => below(schema, key)),
    start,
  );
}

function below(schema: JsonSchema, key: ProblemPath[number]): readonly JsonSchema[] {
  if (typeof key === 'number') return schema.items === undefined ? [] : [schema.items];
  const own = schema.properties?.[key];
  if (own !== undefined) return [own];
  const matching = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) =>
    new RegExp(pattern).test(key),
  );
  if (matching.length > 0) return matching.map(([, each]) => each);
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

/** References followed, each choice for itself. */
function branchesOf(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  const name = schema.$ref?.replace('#/$defs/', '');
  const referred = name === undefined ? undefined : root.$defs?.[name];
  if (referred !== undefined) return branchesOf(referred, root);
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return [schema, ...choices.flatMap((choice) => branchesOf(choice, root))];
}

function keysOf(schemas: readonly JsonSchema[], root: JsonSchema): string[] {
  const branches = schemas.flatMap((schema) => branchesOf(schema, root));
  return [...new Set(branches.flatMap(({ properties = {} }) => Object.keys(properties)))];
}
