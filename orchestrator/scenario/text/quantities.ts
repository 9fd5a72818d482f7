// Fields for quantities with units, each with a message that says what to write instead.
import { z } from 'zod';
import { LONGEST_QUANTITY, shown, withoutQuotes } from './shown.ts';
import {
  BYTE_RATE_PATTERN,
  DURATION_PATTERN,
  RATE_PATTERN,
  SHARE_PATTERN,
  SIZE_PATTERN,
  writeByteRate,
  writeDuration,
  writeRate,
  writeSize,
  parseByteRate,
  parseDuration,
  parseRate,
  parseShare,
  parseSize,
} from './units.ts';

/** No run, stage or phase is longer: a week. */
export const LONGEST_MS = 7 * 24 * 3_600_000;
/** Docker refuses less. */
const SMALLEST_MEMORY_BYTES = 6 * 2 ** 20;
const LARGEST_SIZE_BYTES = 2 ** 44;

interface Quantity {
  /** What it is, for messages: `a duration`. */
  readonly noun: string;
  readonly example: string;
  /** In words, where an example alone doesn't tell them. */
  readonly units?: string;
  readonly pattern: string;
  readonly parse: (text: string) => number | undefined;
  readonly format: (value: number) => string;
  readonly min: number;
  readonly max: number;
}

/** A string with a unit that becomes a number. */
function quantity({ noun, example, units, pattern, parse, format, min, max }: Quantity) {
  const advice = `write for example ${example}`;
  return z
    .string({ error: ({ input }) => `${lacksUnit(input, noun)}; ${advice}` })
    .meta({ title: noun.replace(/^an? /, ''), pattern, examples: [example] })
    .transform((text, context) => {
      const value = text.length > LONGEST_QUANTITY ? undefined : parse(text.trim());
      if (value === undefined)
        return fail(
          context,
          text,
          `${shown(text)} is not ${noun}; ${advice}${units === undefined ? '' : ` (${units})`}`,
        );
      if (value < min)
        return fail(context, text, `${shown(text)} is too small; write ${format(min)} or more`);
      if (value > max)
        return fail(context, text, `${shown(text)} is too large; write ${format(max)} or less`);
      return value;
    });
}

function fail(context: z.RefinementCtx, input: unknown, message: string): never {
  context.issues.push({ code: 'custom', input, message });
  return z.NEVER;
}

function lacksUnit(input: unknown, noun: string): string {
  if (input === undefined) return 'is missing';
  return typeof input === 'number'
    ? `the number ${shown(input)} has no unit`
    : `${shown(input)} is not ${noun}`;
}

/** A duration in whole milliseconds; `fractional` allows parts of one. */
export function duration(
  options: { min?: string; max?: string; example?: string; fractional?: boolean } = {},
) {
  const bounds = {
    min: parseDuration(options.min ?? '0s') ?? 0,
    max: parseDuration(options.max ?? '168h') ?? LONGEST_MS,
  };
  const base = quantity({
    noun: 'a duration',
    example: options.example ?? '30s',
    units: 'units are h, m, s and ms',
    pattern: DURATION_PATTERN,
    parse: parseDuration,
    format: writeDuration,
    ...bounds,
  });
  return base.refine((durationMs) => options.fractional === true || Number.isInteger(durationMs), {
    error: 'is not a whole number of milliseconds; write for example 500ms',
  });
}

/** Bytes, up to 16 TiB. */
export function size(example = '4MiB', maxBytes = LARGEST_SIZE_BYTES) {
  return quantity({
    noun: 'a size',
    example,
    pattern: SIZE_PATTERN,
    parse: parseSize,
    format: writeSize,
    min: 0,
    max: maxBytes,
  });
}

/** A memory limit in bytes, 6MiB or more. */
export function memory() {
  return quantity({
    noun: 'a size',
    example: '128MiB',
    pattern: SIZE_PATTERN,
    parse: parseSize,
    format: writeSize,
    min: SMALLEST_MEMORY_BYTES,
    max: LARGEST_SIZE_BYTES,
  });
}

/** Per second, up to a million. */
export function rate(example = '40/s') {
  return quantity({
    noun: 'a rate',
    example,
    units: 'or by the minute /m, by the hour /h',
    pattern: RATE_PATTERN,
    parse: parseRate,
    format: writeRate,
    min: 0,
    max: 1e6,
  });
}

/** Bytes per second, 1kB/s to 16TiB/s. */
export function byteRate(example = '8MiB/s') {
  return quantity({
    noun: 'a rate of bytes',
    example,
    pattern: BYTE_RATE_PATTERN,
    parse: parseByteRate,
    format: writeByteRate,
    min: 1000,
    max: LARGEST_SIZE_BYTES,
  });
}

/** A share from 0 to 1, written "1%" or 0.01. `one`: why the number 1 is refused; by default it is not. */
export function share(example = '1%', { one }: { readonly one?: string } = {}) {
  const advice = `write for example ${example}`;
  return z
    .union([z.string().meta({ pattern: SHARE_PATTERN }), z.number()], {
      error: ({ input }) => `${lacksUnit(input, 'a share')}; ${advice}`,
    })
    .transform((written, context) => {
      if (written === 1 && one !== undefined) return fail(context, written, `1 ${one}`);
      const value = typeof written === 'number' ? written : parseShare(written.trim());
      if (value === undefined) return fail(context, written, `${shown(written)} is not a share; ${advice}`);
      if (value < 0 || value > 1) {
        return fail(context, written, `${shown(written)} is not between 0% and 100%; ${advice}`);
      }
      return value;
    })
    .meta({ title: 'share', examples: [example] });
}

/** Cores, from 0.01 (Docker's scheduler takes no less) to 1024. */
export function cpus() {
  return z
    .number({
      error: ({ code, input }) =>
        code === 'invalid_type'
          ? (withoutQuotes('number', input) ??
            `${shown(input)} is not a number of cores; write for example 0.5`)
          : undefined,
    })
    .min(0.01)
    .max(1024);
}

/** A limit that may be lifted: the word `unlimited` becomes null. */
export function orUnlimited<Limit extends z.ZodType>(limit: Limit) {
  return z.union([z.literal('unlimited').transform(() => null), limit]);
}
