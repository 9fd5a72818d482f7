// Overlays of the variants in force, merged into the scenario as a JSON merge patch (RFC 7396): mappings are merged, anything
// else replaces what was there, and an empty value (null) removes it.
import { type Problem, type ProblemPath, formatPath } from '../text/problem.ts';
import type { Parameters, WrittenValue } from './parameter-schema.ts';
import { checkParameterValue } from './parameter-value.ts';
import { instead } from '../text/suggest.ts';

type Mapping = Readonly<Record<string, unknown>>;
type Variants = Readonly<Record<string, Readonly<Record<string, Mapping>>>>;

export interface Merged {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Where the part of `data` at a path is written. */
  readonly originOf: (path: ProblemPath) => ProblemPath;
}

/** What a variant may not change, as it is settled before. */
const SETTLED = ['parameters', 'variants', 'build'];

export function applyVariants(
  base: Mapping,
  variants: Variants,
  parameters: Parameters,
  values: ReadonlyMap<string, WrittenValue>,
): Merged {
  const origins = new Map<string, ProblemPath>();
  let data: unknown = base;
  for (const [name, overlays] of Object.entries(variants)) {
    const value = values.get(name);
    const key = [value?.text, String(value?.value)].find((each) => Object.hasOwn(overlays, each ?? ''));
    if (key === undefined) continue;
    data = merge(data, overlays[key], [], ['variants', name, key], origins);
  }
  const originOf = (path: ProblemPath): ProblemPath => {
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(formatPath(path.slice(0, length)));
      if (origin !== undefined) return [...origin, ...path.slice(length)];
    }
    return path;
  };
  return { data, problems: variantProblems(variants, parameters), originOf };
}

function merge(
  base: unknown,
  overlay: unknown,
  path: ProblemPath,
  origin: ProblemPath,
  origins: Map<string, ProblemPath>,
): unknown {
  if (!isMapping(overlay)) {
    origins.set(formatPath(path), origin);
    return overlay;
  }
  const whole = !isMapping(base);
  if (whole) origins.set(formatPath(path), origin);
  // A map, for `constructor` is a key like any other.
  const result = new Map<string, unknown>(whole ? [] : Object.entries(base));
  for (const [key, value] of Object.entries(overlay)) {
    if (value === null) result.delete(key);
    else result.set(key, merge(result.get(key), value, [...path, key], [...origin, key], origins));
  }
  return Object.fromEntries(result);
}

function variantProblems(variants: Variants, { names, read }: Parameters): Problem[] {
  return Object.entries(variants).flatMap(([name, overlays]): Problem[] => {
    const path = ['variants', name];
    if (!names.includes(name))
      return [{ path, message: `there is no parameter "${name}"; ${instead(name, names)}`, at: 'key' }];
    const parameter = read.get(name);
    return Object.entries(overlays).flatMap(([value, overlay]): Problem[] => {
      const checked = parameter && checkParameterValue(parameter, value);
      const wrong =
        checked?.ok === false
          ? [{ path: [...path, value], message: checked.message, at: 'key' as const }]
          : [];
      const settled = SETTLED.filter((key) => key in overlay).map((key) => ({
        path: [...path, value, key],
        message: "can't be changed by a variant; leave it out",
        at: 'key' as const,
      }));
      return [...wrong, ...settled];
    });
  });
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
