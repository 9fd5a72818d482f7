// A scenario with parameters and variants as written → a plain one: values chosen, the variants' overlays merged in, every
// `${name}` replaced. Remembers where each part came from, so that problems point at what people wrote.
import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { applyVariants } from './apply-variants.ts';
import { append, type Problem, type ProblemPath, formatPath } from '../text/problem.ts';
import { boundProblem, checkParameterValue } from './parameter-value.ts';
import {
  type CheckedParameter,
  type Parameter,
  type Parameters,
  parameterSchema,
  variantsSchema,
  type WrittenValue,
} from './parameter-schema.ts';
import { salvage } from '../text/salvage.ts';
import { substitute, unknownReferences } from './substitute.ts';
import { instead } from '../text/suggest.ts';
import { name } from '../text/names.ts';

type Scalar = string | number | boolean;
type Mapping = Readonly<Record<string, unknown>>;

const sectionSchema = z.record(name(), z.unknown());

/** Values from outside, such as `--set nodes=8`. */
export type GivenValues = Readonly<Record<string, string>>;

export interface Applied {
  /** Without `parameters` and `variants`. */
  readonly input: unknown;
  readonly values: Readonly<Record<string, string | number>>;
  /** Problems of parameters and variants themselves, at the places where they are written. */
  readonly problems: readonly Problem[];
  /** Problems of given values, which stand in no file: `--set nodes=500: …`. */
  readonly givenProblems: readonly string[];
  /** A problem of `input` as one of what was written; undefined where it only follows from another problem. */
  readonly trace: (problem: Problem) => Problem | undefined;
}

const NO_SCENARIO = { input: undefined, values: {}, trace: () => undefined };

type SourceAt = (path: ProblemPath) => string | undefined;

/** `sourceAt`: how the value at a path is written, where that is not how it reads. */
export function applyParameters(
  input: unknown,
  given: GivenValues,
  sourceAt: SourceAt = () => undefined,
): Applied {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const givenProblems = Object.keys(given).map((name) => noParameter(name, [], given));
    return { input, values: {}, problems: [], givenProblems, trace: (problem) => problem };
  }
  const { parameters: written, variants: writtenVariants, build, ...fields } = input as Mapping;
  // As in compose files: a place for parts that are used elsewhere through their anchors.
  const rest = Object.fromEntries(Object.entries(fields).filter(([key]) => !key.startsWith('x-')));
  const parameters = readParameters(written, sourceAt);
  const { values, givenProblems } = chooseValues(parameters.read, given, parameters.names);
  const problems = [...parameters.problems];
  const built = typeof build === 'function' ? runBuild(build as Build, valuesOf(values)) : undefined;
  // Nothing more can be said of a scenario that was not made.
  if (built?.ok === false) return { ...NO_SCENARIO, problems: problems.concat(built.problem), givenProblems };
  const base = built?.scenario ?? { ...rest, ...(build === undefined ? {} : { build }) };
  const variants = salvage(variantsSchema, writtenVariants ?? {}, ['variants']);
  append(problems, variants.problems);
  const merged = applyVariants(base, variants.value ?? {}, parameters, values);
  append(problems, merged.problems);

  const withoutValue = (names: readonly string[]): Problem[] => [
    ...unknownReferences(base, [], names),
    ...unknownReferences(writtenVariants, ['variants'], names),
  ];
  append(problems, withoutValue(parameters.names));
  // Text in which a reference stays is wrong only because its parameter is.
  const silenced = new Set(withoutValue([...values.keys()]).map(({ path }) => formatPath(path)));
  const { data, sources, problems: grown } = substitute(merged.data, values);
  append(problems, grown);
  const trace = (problem: Problem): Problem | undefined => {
    const path = merged.originOf(problem.path);
    if (silenced.has(formatPath(path))) return undefined;
    const names = problem.at === 'value' ? sources.get(formatPath(problem.path)) : undefined;
    const from = names === undefined ? '' : ` (from ${names.map((name) => `\${${name}}`).join(', ')})`;
    const message = names === undefined ? problem.message : aboutParameter(problem.message);
    return { ...problem, path, message: `${message}${from}` };
  };
  return { input: data, values: shownValues(values), problems, givenProblems, trace };
}

/** Text that a parameter gives has no quotes to be taken off: its type decides. */
function aboutParameter(message: string): string {
  return message.replace(
    /; write [\d.+-]+ without quotes$/,
    "; make the parameter's `type` integer or number",
  );
}

/** For reports: as they are written, numbers as numbers where that is the same. */
function shownValues(values: ReadonlyMap<string, WrittenValue>): Record<string, string | number> {
  return Object.fromEntries(
    [...values].map(([name, { value, text }]) => [
      name,
      typeof value === 'number' && String(value) === text ? value : text,
    ]),
  );
}

function valuesOf(values: ReadonlyMap<string, WrittenValue>): Record<string, Scalar> {
  return Object.fromEntries([...values].map(([name, { value }]) => [name, value]));
}

function readParameters(
  written: unknown,
  sourceAt: SourceAt,
): Parameters & { readonly problems: readonly Problem[] } {
  const section = salvage(sectionSchema, written ?? {}, ['parameters']);
  const problems = [...section.problems];
  const read = new Map<string, Parameter>();
  // Each by itself, so that one that can't be read hides no other's problems.
  for (const [name, input] of Object.entries(section.value ?? {})) {
    const path = ['parameters', name];
    const entry = salvage(parameterSchema, input, path);
    append(problems, entry.problems);
    if (entry.value === undefined) continue;
    const parameter = withSources(entry.value, path, sourceAt);
    read.set(name, parameter);
    if (entry.problems.length === 0) append(problems, valueProblems(path, parameter));
  }
  return { names: Object.keys(section.value ?? {}), read, problems };
}

function withSources(checked: CheckedParameter, path: ProblemPath, sourceAt: SourceAt): Parameter {
  const at = (value: Scalar, ...place: ProblemPath): WrittenValue => ({
    value,
    text: sourceAt([...path, ...place]) ?? String(value),
  });
  const { type, of, min, max } = checked;
  return {
    type,
    of: of?.map((value, index) => at(value, 'of', index)),
    min: min === undefined ? undefined : at(min, 'min'),
    max: max === undefined ? undefined : at(max, 'max'),
    default: at(checked.default, 'default'),
  };
}

/** Bounds that are none, and a default that would not be allowed. */
function valueProblems(path: ProblemPath, parameter: Parameter): Problem[] {
  const bounds = (['min', 'max'] as const).flatMap((key): Problem[] => {
    const bound = parameter[key];
    const message = bound === undefined ? undefined : boundProblem(parameter, bound);
    return message === undefined ? [] : [{ path: [...path, key], message, at: 'value' }];
  });
  const standard = checkParameterValue(parameter, parameter.default.text);
  return standard.ok
    ? bounds
    : [...bounds, { path: [...path, 'default'], message: standard.message, at: 'value' }];
}

function chooseValues(
  parameters: ReadonlyMap<string, Parameter>,
  given: GivenValues,
  names: readonly string[],
): { values: Map<string, WrittenValue>; givenProblems: string[] } {
  const givenProblems = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => noParameter(name, names, given));
  const values = new Map<string, WrittenValue>();
  for (const [name, parameter] of parameters) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    const checked = checkParameterValue(parameter, text ?? parameter.default.text);
    // Goes on with the default, so that the rest is checked as well.
    values.set(name, checked.ok ? checked.value : parameter.default);
    if (!checked.ok && text !== undefined) givenProblems.push(`${givenText(name, text)}: ${checked.message}`);
  }
  return { values, givenProblems };
}

function noParameter(name: string, names: readonly string[], given: GivenValues): string {
  const advice = names.length === 0 ? 'the scenario has none' : instead(name, names);
  return `${givenText(name, given[name] ?? '')}: there is no parameter "${name}"; ${advice}`;
}

/** As it was given, cut off where what is wrong with it would be lost behind it. */
function givenText(name: string, text: string): string {
  return `--set ${name}=${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

type Build = (values: Readonly<Record<string, Scalar>>) => unknown;

type Built =
  | { readonly ok: true; readonly scenario: Mapping }
  | { readonly ok: false; readonly problem: Problem };

function runBuild(build: Build, values: Readonly<Record<string, Scalar>>): Built {
  const failed = (message: string): Built => ({
    ok: false,
    problem: { path: ['build'], message, at: 'value' },
  });
  try {
    const scenario = build(values);
    if (typeof scenario === 'object' && scenario !== null) return { ok: true, scenario: scenario as Mapping };
    return failed('gives back no scenario; return { name: …, groups: … }');
  } catch (error) {
    return failed(`throws: ${messageOf(error)}`);
  }
}
