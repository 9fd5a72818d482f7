// Variables of a node's environment, each described once: what it is called, what it may hold, how it is written and how it is read.
import type { EnvReader } from './env-reader.ts';

export interface Variable<Value> {
  readonly name: string;
  /** What the variable says, or its default; problems go to the reader. */
  read(reader: EnvReader): Value;
  /** The text that says the value; undefined where it is best left unset. */
  write(value: Value): string | undefined;
}

interface NumberBounds {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** A number in decimal digits. */
export function number(name: string, bounds: NumberBounds): Variable<number> & { readonly max: number } {
  return { name, max: bounds.max, read: (reader) => reader.number(name, bounds), write: String };
}

export function wholeNumber(name: string, bounds: NumberBounds): Variable<number> {
  return { name, read: (reader) => reader.number(name, { ...bounds, whole: true }), write: String };
}

/** Any text but an empty one. */
export function text(name: string): Variable<string | undefined> {
  return { name, read: (reader) => reader.text(name), write: (value) => value };
}

/** Any text but an empty one; where it is not set, what `fallback` gives. */
export function textOr(name: string, fallback: () => string): Variable<string> {
  return { name, read: (reader) => reader.text(name) ?? fallback(), write: (value) => value };
}

/** Text that must be there. @param meaning what to write: `topolab.run=ID` */
export function requiredText(name: string, meaning: string): Variable<string> {
  return {
    name,
    read: (reader) => {
      const value = reader.text(name);
      if (value === undefined) reader.problem(`${name} is missing: write ${meaning}`);
      return value ?? '';
    },
    write: (value) => value,
  };
}

/** `1` for yes, unset for no. */
export function flag(name: string): Variable<boolean> {
  return { name, read: (reader) => reader.text(name) === '1', write: (value) => (value ? '1' : undefined) };
}

/** Some of these words, separated by commas. */
export function someOf<Word extends string>(
  name: string,
  words: readonly Word[],
  fallback: readonly Word[],
): Variable<readonly Word[]> {
  const isKnown = (word: string): word is Word => words.some((known) => known === word);
  return {
    name,
    read: (reader) => {
      const written = reader.text(name)?.split(',') ?? fallback;
      for (const word of written)
        if (!isKnown(word)) reader.problem(`${name} names '${word}': write some of ${words.join(',')}`);
      return written.filter(isKnown);
    },
    write: (value) => (value.length === 0 ? undefined : value.join(',')),
  };
}

/** Names, separated by commas. */
export function names(name: string): Variable<readonly string[]> {
  return {
    name,
    read: (reader) => (reader.text(name) ?? '').split(',').filter((each) => each !== ''),
    write: (value) => (value.length === 0 ? undefined : value.join(',')),
  };
}
