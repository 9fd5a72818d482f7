// zod's issues in the words of the scenario: what is wrong, what to write instead.
import { z } from 'zod';
import type { Problem, ProblemPath } from './problem.ts';
import { instead } from './suggest.ts';
import { shown, withoutQuotes } from './shown.ts';

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text, in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Stands for a union that has nothing to say beyond what its branches say. */
const NO_MESSAGE = '';

/** An error map for `safeParse`. Messages of unknown keys hold one line for each key; `problemsOf` takes them apart. */
export function explainIssue(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const noun = NOUNS[issue.expected] ?? issue.expected;
      // Quotes are advice for what YAML takes for something else; where nothing stands they only puzzle.
      const wanted = issue.expected === 'string' ? 'text' : noun;
      if (issue.input === null) return `is empty; write ${wanted}`;
      const unquoted = withoutQuotes(issue.expected, issue.input);
      if (unquoted !== undefined) return unquoted;
      return issue.input === undefined
        ? `is missing; write ${wanted}`
        : `is ${shown(issue.input)}; write ${noun}${layout(noun, issue.input)}`;
    }
    case 'invalid_value':
      return explainValue(issue.input, issue.values);
    case 'invalid_union':
      return explainUnion(issue);
    case 'unrecognized_keys':
      return issue.keys.map((key) => `is not known here; ${instead(key, knownKeys(issue.inst))}`).join('\n');
    case 'too_small': {
      const advice = issue.inclusive === false ? `more than ${issue.minimum}` : `${issue.minimum} or more`;
      return `${measured(issue.input, 'small', 'short')}; write ${advice}`;
    }
    case 'too_big': {
      const advice = issue.inclusive === false ? `less than ${issue.maximum}` : `${issue.maximum} or less`;
      return `${measured(issue.input, 'large', 'long')}; write ${advice}`;
    }
    default:
      return undefined;
  }
}

/** How a list or mapping is written, for who wrote one in place of the other. */
function layout(noun: string, input: unknown): string {
  if (noun === 'a mapping' && Array.isArray(input)) return ': names with a colon, without hyphens';
  return noun === 'a list' && shown(input) === 'a mapping' ? ': a hyphen before each entry' : '';
}

function explainValue(input: unknown, values: readonly unknown[]): string {
  const words = values.map(String);
  if (input === undefined) return `is missing; write ${words.join(' or ')}`;
  // In quotes it would be text.
  if (!values.some((value) => typeof value === 'string'))
    return `${shown(input)} is not known here; write ${words.join(' or ')}`;
  return `${shown(input)} is not known here; ${instead(typeof input === 'string' ? input : shown(input), words)}`;
}

/** Only unions told apart by a key get a message of their own; for others the nearest branch speaks (see problemsOf). */
function explainUnion(issue: Extract<RawIssue, { code: 'invalid_union' }>): string {
  const { inst, input } = issue;
  if (!(inst instanceof z.ZodDiscriminatedUnion)) return NO_MESSAGE;
  const key = inst.def.discriminator;
  const values = [...(inst._zod.propValues[key] ?? [])];
  return explainValue(
    typeof input === 'object' && input !== null ? Reflect.get(input, key) : undefined,
    values,
  );
}

function knownKeys(schema: unknown): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape).filter((key) => key !== '$schema') : [];
}

/** What was too small or too large: the number itself, or how much there is of it. */
function measured(input: unknown, adjective: string, ofLength: string): string {
  if (Array.isArray(input)) return `a list of ${input.length} is too ${ofLength}`;
  if (typeof input === 'string') return `text of ${input.length} characters is too ${ofLength}`;
  return `${shown(input)} is too ${adjective}`;
}

/** The problems of an issue: one for each unknown key; those of the nearest branch for a union. */
export function problemsOf(issue: Issue, prefix: ProblemPath = []): Problem[] {
  const path = [...prefix, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      message: lines[index] ?? issue.message,
      at: 'key',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && !speaksForItself(issue)) {
    return nearestBranch(issue.errors).flatMap((each) => problemsOf(each, path));
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? issue.message, at: 'key' }];
  }
  return [{ path, message: issue.message, at: 'value' }];
}

/** A union whose schema has a message of its own, for input that none of its branches gets into. */
function speaksForItself(issue: Extract<Issue, { code: 'invalid_union' }>): boolean {
  const atTheDoor = issue.errors.every((branch) =>
    branch.every((each) => each.path.length === 0 && each.code !== 'unrecognized_keys'),
  );
  return atTheDoor && issue.message !== NO_MESSAGE;
}

/** The branch that got furthest into the value; of equals the last, which is the most general one in our unions. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (branch: readonly Issue[]): number =>
    Math.max(...branch.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));
  return branches.reduce((best, branch) => (depth(branch) >= depth(best) ? branch : best));
}
