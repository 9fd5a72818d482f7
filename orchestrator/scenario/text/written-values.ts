// Building blocks of the schema: quantities with units and names, each with a message that says what to write instead.
import { z } from 'zod';
import { printable } from '../../printable.ts';
import { imageProblem } from './image-reference.ts';
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

/** Characters; no quantity that people write is longer. */
const LONGEST_QUANTITY = 100;

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

/** A value as it stands in a message, short. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  // As YAML writes them: JSON knows neither.
  if (typeof value === 'number' && !Number.isFinite(value))
    return String(value).replace('Infinity', '.inf').replace('NaN', '.nan');
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Of text that reads as what is wanted: that it is text only because of its quotes. */
export function withoutQuotes(expected: string, input: unknown): string | undefined {
  if (typeof input !== 'string' || input.length > LONGEST_QUANTITY) return undefined;
  const isNumber = (expected === 'number' || expected === 'int') && /^[-+]?(\d+\.?\d*|\.\d+)$/.test(input);
  const isBoolean = expected === 'boolean' && /^(true|false)$/.test(input);
  return isNumber || isBoolean ? `is text, ${shown(input)}; write ${input} without quotes` : undefined;
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

/** A name that becomes part of host names and labels. */
export function name() {
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is missing; write a name' : undefined) })
    .max(40)
    .refine((text) => text !== 'constructor', { error: 'is a name that every object has; choose another' })
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
      error: ({ input }) =>
        String(input).includes('://')
          ? `${shown(input)} is an address; write the name of a group: what is asked runs in containers`
          : `${shown(input)} is not a name; write lower-case letters, digits and single hyphens`,
    })
    .meta({ title: 'name' });
}

/** One name, or several in a list; a list in any case. */
export function names() {
  return z
    .union([z.array(name()).min(1).max(100), name()], {
      error: ({ input }) =>
        Array.isArray(input) ? `a list of ${input.length} does not fit; write 1 to 100 names` : undefined,
    })
    .transform((written) => [written].flat());
}

/** A name for people: phases, objectives. */
export function title() {
  return z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\n]*$/, { error: 'has more than one line; write one' })
    .refine(isPrintable, { error: UNPRINTABLE });
}

/** Text for people that is shown within a line, such as a word in a cell. */
export function plainLine(most: number) {
  return z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\n]*$/, { error: 'has more than one line; write one' })
    .refine((text) => text.trim() !== '', { error: 'is nothing to be seen; write a word' })
    .refine(isPrintable, { error: UNPRINTABLE });
}

const UNPRINTABLE = 'holds characters that steer a terminal; write plain text';

/** Text for people, of several lines. */
export function prose(most: number) {
  return z
    .string()
    .max(most)
    .refine((text) => isPrintable(text.replaceAll(/[\n\t\r]/g, '')), { error: UNPRINTABLE });
}

function isPrintable(text: string): boolean {
  return printable(text) === text;
}

/** A path relative to the scenario file. `what` is what stands there: `a k6 script`. */
export function filePath(what: string) {
  return z
    .string({
      error: ({ input }) =>
        input === undefined
          ? `is missing; write the path of ${what}, relative to the scenario file`
          : undefined,
    })
    .min(1)
    .max(4096);
}

const OF_THE_KERNEL = ['proc', 'sys', 'dev'];

/** A folder of a node: an absolute path of plain characters. */
export function containerFolder() {
  return z
    .string()
    .max(200)
    .regex(/^\/[\w./-]*\w$/, {
      error: ({ input }) => `${shown(input)} is no folder of a node; write for example /var/lib/data`,
    })
    .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), {
      error: 'has a part that is . or ..; write where it leads to',
    })
    .refine((path) => !OF_THE_KERNEL.includes(path.split('/').find((part) => part !== '') ?? ''), {
      error: 'belongs to the kernel; write for example /var/lib/data',
    });
}

/** Linux takes no longer one. */
const LONGEST_PATH = 4095;

/** An absolute path of a file or folder in a node. */
export function containerPath() {
  const part = (path: string) => path.split('/').filter((each) => each !== '');
  return z
    .string()
    .max(LONGEST_PATH)
    .refine((path) => path.startsWith('/') && part(path).length > 0 && isPrintable(path), {
      error: ({ input }) => `${shown(input)} is no path in a node; write for example /etc/app/app.conf`,
    })
    .refine((path) => !part(path).some((each) => each === '.' || each === '..'), {
      error: 'has a part that is . or ..; write where it leads to',
    })
    .refine((path) => !OF_THE_KERNEL.includes(part(path)[0] ?? ''), {
      error: 'belongs to the kernel; write for example /etc/app/app.conf',
    })
    .overwrite((path) => `/${part(path).join('/')}`);
}

/** A reference to an image, as Docker writes them. */
export function image() {
  return z.string().refine((text) => imageProblem(text) === undefined, {
    error: ({ input }) => imageProblem(String(input)) ?? '',
  });
}

/** Name of an environment variable. */
export function variableName() {
  return z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: 'is not the name of a variable; write for example LOG_LEVEL',
  });
}

/** The same where dots and hyphens may stand in it: `discovery.type` is one that Elasticsearch reads. */
function environmentName() {
  return z.string().regex(/^[A-Za-z_][\w.-]*$/, {
    error: 'is not the name of a variable; write for example LOG_LEVEL',
  });
}

/** Linux hands no longer text to a program (MAX_ARG_STRLEN, less the zero at its end). */
const MOST_HANDED_BYTES = 128 * 1024 - 1;
const TOO_LONG = 'is longer than 128 KiB, and Linux hands that to no program; write less';
const HOLDS_NUL = 'holds a NUL character, at which a program takes it to end; leave it out';

/** An argument of a program. */
export function argument() {
  return z
    .string()
    .refine((text) => !text.includes('\0'), { error: HOLDS_NUL })
    .refine((text) => Buffer.byteLength(text) <= MOST_HANDED_BYTES, { error: TOO_LONG });
}

/** Environment variables; numbers and booleans become text, as YAML does not quote them. */
export function environment() {
  return z
    .record(
      environmentName(),
      z
        .union(
          [z.string().refine((text) => !text.includes('\0'), { error: HOLDS_NUL }), z.number(), z.boolean()],
          {
            error: ({ input }) => `${shown(input)} is no text; write text, "" for none`,
          },
        )
        .transform(String),
    )
    .superRefine((variables, context) => {
      for (const [name, value] of Object.entries(variables))
        if (Buffer.byteLength(`${name}=${value}`) > MOST_HANDED_BYTES)
          context.addIssue({ code: 'custom', path: [name], message: TOO_LONG });
    });
}

/** A Linux capability, as `man 7 capabilities` calls it, without `CAP_`. */
export function capability() {
  return z.string().regex(/^(?!CAP_|ALL$)[A-Z][A-Z_]{2,30}$/, {
    error: ({ input }) => `${shown(input)} is not a capability; write for example NET_RAW`,
  });
}

/** A path on an HTTP server. */
export function urlPath() {
  return z
    .string()
    .regex(/^\/\S*$/, { error: ({ input }) => `${shown(input)} is not a path; write for example /ready` });
}

export function portNumber() {
  return z.int().min(1).max(65_535);
}

/**
 * A check for strict objects of which exactly one of some keys has to be there. Its `oneOf` goes into the JSON Schema with
 * `.meta(exactlyOne(…).meta)`: plain optional keys give far clearer messages than a union of objects.
 */
export function exactlyOne(...keys: readonly string[]) {
  const quoted = keys.map((key) => `\`${key}\``);
  const list = quoted.join(', ');
  return {
    /** For a description: "`at` or `every`". */
    alternatives: `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`,
    meta: { oneOf: keys.map((key) => ({ required: [key] })) },
    check: (value: object, context: z.RefinementCtx): void => {
      const present = keys.filter((key) => Reflect.get(value, key) !== undefined);
      if (present.length === 0)
        context.addIssue({ code: 'custom', message: `has none of ${list}; write one of them` });
      for (const key of present.slice(1)) {
        const message = `can't stand beside \`${present[0]}\`; write only one of ${list}`;
        context.addIssue({ code: 'custom', path: [key], message });
      }
    },
  };
}
