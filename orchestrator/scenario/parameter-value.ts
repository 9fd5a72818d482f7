// One value of a parameter, given with --set or as default: is it of the right type, and within bounds?
import type { CheckedParameter } from './parameter-schema.ts';
import { instead } from './suggest.ts';
import { parseByteRate, parseDuration, parseRate, parseSize } from './units.ts';
import { shown } from './written-values.ts';

type Scalar = string | number | boolean;

export type ParameterValue =
  | { readonly ok: true; readonly value: Scalar }
  /** What is wrong, and what is allowed. */
  | { readonly ok: false; readonly message: string };

interface TypeRules {
  readonly noun: string;
  readonly example: string;
  /** A number to compare with bounds; undefined where it is not of the type. */
  readonly measure: (text: string) => number | undefined;
}

const RULES: Readonly<Record<NonNullable<CheckedParameter['type']>, TypeRules>> = {
  integer: { noun: 'a whole number', example: '8', measure: (text) => numberOf(text, /^-?\d{1,15}$/) },
  number: { noun: 'a number', example: '0.5', measure: (text) => numberOf(text, /^-?\d{1,15}(\.\d+)?$/) },
  duration: { noun: 'a duration', example: '30s', measure: parseDuration },
  size: { noun: 'a size', example: '64MiB', measure: parseSize },
  rate: {
    noun: 'a rate',
    example: '40/s or 8MiB/s',
    measure: (text) => parseRate(text) ?? parseByteRate(text),
  },
  text: { noun: 'text', example: 'any', measure: () => 0 },
};

function numberOf(text: string, pattern: RegExp): number | undefined {
  return pattern.test(text) ? Number(text) : undefined;
}

/** Values from the command line are text: they become numbers where the parameter says so. */
export function checkParameterValue(parameter: CheckedParameter, written: Scalar): ParameterValue {
  const text = String(written).trim();
  if (parameter.of !== undefined) {
    const found = parameter.of.find((each) => String(each) === text);
    if (found !== undefined) return { ok: true, value: found };
    return {
      ok: false,
      message: `${shown(written)} is not one of the values; ${insteadOf(text, parameter.of.map(String))}`,
    };
  }
  const type = parameter.type ?? 'text';
  const { noun, example, measure } = RULES[type];
  const size = measure(text);
  if (size === undefined) {
    const message = `${shown(written)} is not ${noun}; write ${allowed(parameter) ?? `for example ${example}`}`;
    return { ok: false, message };
  }
  const { min, max } = parameter;
  const outside =
    (min !== undefined && size < (measure(String(min)) ?? size)) ||
    (max !== undefined && size > (measure(String(max)) ?? size));
  if (outside)
    return { ok: false, message: `${text} is out of bounds; write ${allowed(parameter) ?? example}` };
  return { ok: true, value: type === 'integer' || type === 'number' ? size : text };
}

/** Numbers are never misspelt: all of them are named. */
function insteadOf(text: string, words: readonly string[]): string {
  return /^[\d.-]+$/.test(text) ? `write one of ${words.join(', ')}` : instead(text, words);
}

/** Whether a bound is of the parameter's own type. */
export function boundFault(parameter: CheckedParameter, bound: Scalar): string | undefined {
  const { noun, example, measure } = RULES[parameter.type ?? 'text'];
  return measure(String(bound)) === undefined
    ? `${shown(bound)} is not ${noun}; write for example ${example}`
    : undefined;
}

/** Undefined where there are no bounds. */
function allowed({ min, max }: CheckedParameter): string | undefined {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `${min} or more`;
  return max === undefined ? undefined : `${max} or less`;
}
