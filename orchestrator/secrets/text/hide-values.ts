// Takes known secrets out of text that is about to be written to a folder: logs of nodes, the scenario as it was written, events.
import { HIDDEN } from './secret-names.ts';

/** Shorter ones are looked for as whole words only: as a part of words they would be found everywhere. */
const SHORTEST_ANYWHERE = 8;
/** Shorter ones are not looked for: they are words of everything (`1`, `on`). */
const SHORTEST = 4;

/**
 * A function that replaces every one of the values, as it is, as JSON writes it and as a URL does.
 * @param values secrets; none of them may be part of what a folder is read by (names of groups).
 */
export function hideValues(values: readonly string[]): (text: string) => string {
  // The longest first: one may be part of another.
  const written = [...new Set(values.filter((value) => value.length >= SHORTEST).flatMap(formsOf))].toSorted(
    (a, b) => b.length - a.length,
  );
  const [first] = written;
  if (first === undefined) return (text) => text;
  const pattern = new RegExp(written.map(patternOf).join('|'), 'g');
  return (text) => text.replaceAll(pattern, HIDDEN);
}

/** For `JSON.stringify`: hides in the strings of a value, so that what comes out is JSON as before. */
export function hidingStrings(hide: (text: string) => string): (key: string, value: unknown) => unknown {
  return (_key, value) => (typeof value === 'string' ? hide(value) : value);
}

function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
}

function patternOf(form: string): string {
  const literal = RegExp.escape(form);
  return form.length >= SHORTEST_ANYWHERE ? literal : `(?<![\\w-])${literal}(?![\\w-])`;
}
