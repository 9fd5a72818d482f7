// A scenario with parameters and variants as written → a plain one: values chosen, the variants' overlays merged in, every
// `${name}` replaced. Remembers where each part came from, so that faults point at what people wrote.
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { applyVariants } from './apply-variants.ts';
import { type Fault, type FaultPath, formatPath } from './fault.ts';
import { boundFault, checkParameterValue } from './parameter-value.ts';
import {
  type CheckedParameter,
  type Parameters,
  parameterSchema,
  variantsSchema,
} from './parameter-schema.ts';
import { salvage } from './salvage.ts';
import { substitute, unknownReferences } from './substitute.ts';
import { instead } from './suggest.ts';
import { name } from './written-values.ts';

type Scalar = string | number | boolean;
type Mapping = Readonly<Record<string, unknown>>;

const sectionSchema = z.record(name(), z.unknown());

/** Values from outside, such as `--set nodes=8`. */
export type GivenValues = Readonly<Record<string, string>>;

export interface Applied {
  /** Without `parameters` and `variants`. */
  readonly input: unknown;
  readonly values: Readonly<Record<string, string | number>>;
  /** Faults of parameters and variants themselves, at the places where they are written. */
  readonly faults: readonly Fault[];
  /** Faults of given values, which stand in no file: `--set nodes=500: …`. */
  readonly givenFaults: readonly string[];
  /** A fault of `input` as one of what was written; undefined where it only follows from another fault. */
  readonly trace: (fault: Fault) => Fault | undefined;
}

export function applyParameters(input: unknown, given: GivenValues): Applied {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const givenFaults = Object.keys(given).map((name) => noParameter(name, [], given));
    return { input, values: {}, faults: [], givenFaults, trace: (fault) => fault };
  }
  const { parameters: written, variants: writtenVariants, build, ...rest } = input as Mapping;
  const parameters = readParameters(written);
  const { values, givenFaults } = chooseValues(parameters.read, given, parameters.names);
  const faults = [...parameters.faults];
  const base =
    typeof build === 'function'
      ? runBuild(build as Build, values, faults)
      : { ...rest, ...(build === undefined ? {} : { build }) };
  const variants = salvage(variantsSchema, writtenVariants ?? {}, ['variants']);
  faults.push(...variants.faults);
  const merged = applyVariants(base, variants.value ?? {}, parameters, values);
  faults.push(...merged.faults);

  const withoutValue = (names: readonly string[]): Fault[] => [
    ...unknownReferences(base, [], names),
    ...unknownReferences(writtenVariants, ['variants'], names),
  ];
  faults.push(...withoutValue(parameters.names));
  // Text in which a reference stays is wrong only because its parameter is.
  const silenced = new Set(withoutValue(Object.keys(values)).map(({ path }) => formatPath(path)));
  const { data, sources } = substitute(merged.data, values);
  const trace = (fault: Fault): Fault | undefined => {
    const path = merged.originOf(fault.path);
    if (silenced.has(formatPath(path))) return undefined;
    const names = fault.at === 'value' ? sources.get(formatPath(fault.path)) : undefined;
    const from = names === undefined ? '' : ` (from ${names.map((name) => `\${${name}}`).join(', ')})`;
    return { ...fault, path, message: `${fault.message}${from}` };
  };
  const shownValues = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? String(value) : value,
  ]);
  return { input: data, values: Object.fromEntries(shownValues), faults, givenFaults, trace };
}

function readParameters(written: unknown): Parameters & { readonly faults: readonly Fault[] } {
  const section = salvage(sectionSchema, written ?? {}, ['parameters']);
  const faults = [...section.faults];
  const read: Record<string, CheckedParameter> = {};
  // Each by itself, so that one that can't be read hides no other's faults.
  for (const [name, input] of Object.entries(section.value ?? {})) {
    const entry = salvage(parameterSchema, input, ['parameters', name]);
    faults.push(...entry.faults);
    if (entry.value === undefined) continue;
    read[name] = entry.value;
    if (entry.faults.length === 0) faults.push(...valueFaults(['parameters', name], entry.value));
  }
  return { names: Object.keys(section.value ?? {}), read, faults };
}

/** Bounds that are none, and a default that would not be allowed. */
function valueFaults(path: FaultPath, parameter: CheckedParameter): Fault[] {
  const bounds = (['min', 'max'] as const).flatMap((key): Fault[] => {
    const bound = parameter[key];
    const message = bound === undefined ? undefined : boundFault(parameter, bound);
    return message === undefined ? [] : [{ path: [...path, key], message, at: 'value' }];
  });
  const standard = checkParameterValue(parameter, parameter.default);
  return standard.ok
    ? bounds
    : [...bounds, { path: [...path, 'default'], message: standard.message, at: 'value' }];
}

function chooseValues(
  parameters: Readonly<Record<string, CheckedParameter>>,
  given: GivenValues,
  names: readonly string[],
): { values: Record<string, Scalar>; givenFaults: string[] } {
  const givenFaults = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => noParameter(name, names, given));
  const values: Record<string, Scalar> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const text = given[name];
    const checked = checkParameterValue(parameter, text ?? parameter.default);
    if (checked.ok) values[name] = checked.value;
    else {
      // Goes on with the default, so that the rest is checked as well.
      values[name] = parameter.default;
      if (text !== undefined) givenFaults.push(`--set ${name}=${text}: ${checked.message}`);
    }
  }
  return { values, givenFaults };
}

function noParameter(name: string, names: readonly string[], given: GivenValues): string {
  const advice = names.length === 0 ? 'the scenario has none' : instead(name, names);
  return `--set ${name}=${given[name] ?? ''}: there is no parameter "${name}"; ${advice}`;
}

type Build = (values: Readonly<Record<string, Scalar>>) => unknown;

function runBuild(build: Build, values: Readonly<Record<string, Scalar>>, faults: Fault[]): Mapping {
  const path: FaultPath = ['build'];
  try {
    const built = build(values);
    if (typeof built === 'object' && built !== null) return built as Mapping;
    faults.push({ path, message: 'gives back no scenario; return { name: …, groups: … }', at: 'value' });
  } catch (error) {
    faults.push({ path, message: `throws: ${messageOf(error)}`, at: 'value' });
  }
  return {};
}
