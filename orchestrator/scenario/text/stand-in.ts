// A sound value for the place of a wrong one, so that everything around it is still checked: an entry with one wrong field is
// not lost for the checks of its other fields.
import { z } from 'zod';
import type { ProblemPath } from './problem.ts';
import { nearest } from './suggest.ts';

/** A name that is none of the scenario's, of a group or (with a number) of a node: what follows from it is no problem of the author's. */
export const STAND_IN_NAME = 'what-was-meant';

/** What to put at a path of the input; undefined where it is better left out, for its default takes its place, or nothing fits. */
export function standInAt(schema: z.ZodType, path: ProblemPath, input: unknown): unknown {
  const [part, ...deeper] = path;
  if (part === undefined) return standIn(schema, input);
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, part) : undefined;
  for (const inner of innerSchemas(unwrapped(schema), part, input)) {
    const found = standInAt(inner, deeper, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Schemas of what stands under a key or index; several where the schema is a choice. */
function innerSchemas(schema: z.ZodType, part: string | number, input: unknown): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const field: unknown = Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined;
    return field instanceof z.ZodType ? [field] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const options = schema.options as z.ZodType[];
    const kindsOf = (option: z.ZodType) => [...(option._zod.propValues?.[discriminator] ?? [])].map(String);
    const kind = String(Reflect.get(Object(input), discriminator));
    const option = options.find((each) => kindsOf(each).includes(kind));
    if (option !== undefined) return innerSchemas(unwrapped(option), part, input);
    if (part !== discriminator) return [];
    // Of which kind it was meant to be: the one that knows most of its keys.
    const keys = Object.keys(Object(input));
    const known = (each: z.ZodType) => {
      const inner = unwrapped(each);
      return inner instanceof z.ZodObject ? keys.filter((key) => Object.hasOwn(inner.shape, key)).length : 0;
    };
    return [z.enum(options.toSorted((one, other) => known(other) - known(one)).flatMap(kindsOf))];
  }
  if (schema instanceof z.ZodUnion)
    return (schema.options as z.ZodType[]).flatMap((option) => innerSchemas(unwrapped(option), part, input));
  return [];
}

/** Without what only says that it may be missing, or what is made of it. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = layerBelow(schema);
  return inner === undefined ? schema : unwrapped(inner);
}

function layerBelow(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault)
    return schema.unwrap() as z.ZodType;
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : undefined;
}

function standIn(schema: z.ZodType, input: unknown): unknown {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault) return undefined;
  return candidates(schema, input).find((each) => schema.safeParse(each).success);
}

function candidates(schema: z.ZodType, input: unknown): unknown[] {
  const examples = examplesOf(schema);
  // One layer at a time: each may have an example of its own.
  const inner = layerBelow(schema);
  if (inner !== undefined) return [...examples, ...candidates(inner, input)];
  if (schema instanceof z.ZodEnum) {
    const options = schema.options.map(String);
    // What was meant, where that can be told.
    return [typeof input === 'string' ? nearest(input, options) : undefined, ...options];
  }
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  if (schema instanceof z.ZodNumber) return [schema.minValue, schema.maxValue, 1, 50];
  if (schema instanceof z.ZodString)
    return [...examples, STAND_IN_NAME, `/${STAND_IN_NAME}`, `${STAND_IN_NAME}-1`];
  if (schema instanceof z.ZodArray) {
    const item = standIn(schema.element as z.ZodType, undefined);
    return item === undefined ? examples : [...examples, [item]];
  }
  if (schema instanceof z.ZodBoolean) return [true];
  if (schema instanceof z.ZodUnion)
    return (schema.options as z.ZodType[]).flatMap((option) => candidates(option, input));
  return examples;
}

function examplesOf(schema: z.ZodType): unknown[] {
  const examples = schema.meta()?.examples;
  return Array.isArray(examples) ? examples : [];
}
