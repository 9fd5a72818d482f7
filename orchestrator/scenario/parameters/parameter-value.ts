// One value of a parameter, given with --set or as default: is it of the right type, and within bounds?
import { printable } from '../../printable.ts';
import type { Parameter, WrittenValue } from './parameter-schema.ts';
import { instead } from '../text/suggest.ts';
import { parseByteRate, parseDuration, parseRate, parseSize } from '../text/units.ts';
import { shown } from '../text/shown.ts';

export type ParameterValue =
  | { readonly ok: true; readonly value: WrittenValue }
  /** What is wrong, and what is allowed. */
  | { readonly ok: false; readonly message: string };

interface TypeRules {
  readonly noun: string;
  readonly example: string;
  /** A number to compare with bounds; undefined where it is not of the type. */
  readonly measure: (text: string) => number | undefined;
}

const RULES: Readonly<Record<NonNullable<Parameter['type']>, TypeRules>> = {
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

/** Text becomes a number where the parameter says so. */
export function checkParameterValue(parameter: Parameter, written: string): ParameterValue {
  const text = written.trim();
  if (parameter.of !== undefined) {
    const found = parameter.of.find((each) => each.text === text);
    if (found !== undefined) return { ok: true, value: found };
    const words = parameter.of.map((each) => each.text);
    // A value with a comma was taken for several.
    const whole = words.find(
      (word) => word.includes(',') && word.split(',').some((part) => part.trim() === text),
    );
    const advice = whole === undefined ? insteadOf(text, words) : `write ${whole.replaceAll(',', '\\,')}`;
    return { ok: false, message: `${shown(text)} is not one of the values; ${advice}` };
  }
  const type = parameter.type ?? 'text';
  const { noun, example, measure } = RULES[type];
  const size = measure(text);
  if (type === 'text' && printable(text) !== text)
    return { ok: false, message: `${shown(text)} holds characters that steer a terminal; write plain text` };
  if (size === undefined) {
    const message = `${shown(text)} is not ${noun}; write ${allowed(parameter) ?? `for example ${example}`}`;
    return { ok: false, message };
  }
  const { min, max } = parameter;
  const outside =
    (min !== undefined && size < (measure(min.text) ?? size)) ||
    (max !== undefined && size > (measure(max.text) ?? size));
  if (outside)
    return {
      ok: false,
      message: `${text.slice(0, 60)} is out of bounds; write ${allowed(parameter) ?? example}`,
    };
  return { ok: true, value: { value: type === 'integer' || type === 'number' ? size : text, text } };
}

/** Numbers are never misspelt: all of them are named. */
function insteadOf(text: string, words: readonly string[]): string {
  return /^[\d.-]+$/.test(text) ? `write one of ${words.join(', ')}` : instead(text, words);
}

/** Whether a bound is of the parameter's own type. */
export function boundProblem(parameter: Parameter, bound: WrittenValue): string | undefined {
  const { noun, example, measure } = RULES[parameter.type ?? 'text'];
  return measure(bound.text) === undefined
    ? `${shown(bound.value)} is not ${noun}; write for example ${example}`
    : undefined;
}

/** Undefined where there are no bounds. */
function allowed({ min, max }: Parameter): string | undefined {
  if (min !== undefined && max !== undefined) return `${min.text} to ${max.text}`;
  if (min !== undefined) return `${min.text} or more`;
  return max === undefined ? undefined : `${max.text} or less`;
}
