// Parameters whose names say that they are secrets: their values stay out of messages, and out of names that everything shows.
import { hideValues } from '../../secrets/text/hide-values.ts';
import { HIDDEN, namesSecret } from '../../secrets/text/secret-names.ts';
import type { Problem, ProblemPath } from '../text/problem.ts';

/** Messages cut off what is longer, not all at the same place. */
const SURELY_SHOWN = 40;

/** A function that takes the values of such parameters out of messages: those written as defaults or choices, and those given. */
export function hidingParameters(
  written: unknown,
  given: Readonly<Record<string, string>>,
): (message: string) => string {
  const parameters = Object.entries(Object(written) as Record<string, unknown>);
  const values = [
    ...parameters.filter(([name]) => namesSecret(name)).flatMap(([, parameter]) => valuesOf(parameter)),
    ...Object.entries(given).flatMap(([name, value]) => (namesSecret(name) ? [value] : [])),
  ];
  if (values.length === 0) return (message) => message;
  const hide = hideValues(values);
  const beginnings = values
    .map((value) => JSON.stringify(value).slice(1, -1))
    .filter((value) => value.length > SURELY_SHOWN)
    .map((value) => RegExp.escape(value.slice(0, SURELY_SHOWN)));
  if (beginnings.length === 0) return hide;
  const cutOff = new RegExp(`(?:${beginnings.join('|')})[^…]*…`, 'g');
  return (message) => hide(message).replaceAll(cutOff, HIDDEN);
}

function valuesOf(parameter: unknown): string[] {
  const { default: standard, of } = Object(parameter) as { default?: unknown; of?: unknown };
  return [standard, ...(Array.isArray(of) ? (of as unknown[]) : [])].flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' ? [String(value)] : [],
  );
}

const NAMES = /^(?:name|description|phases\[\d+\]\.name|objectives\[\d+\]\.name)$/;

/** What is wrong with a text that is made of parameters: a name is shown wherever the run is. `at` is its path, as text. */
export function shownSecrets(at: string, path: ProblemPath, names: readonly string[]): Problem[] {
  if (!NAMES.test(at)) return [];
  return names.filter(namesSecret).map((name) => ({
    path,
    message: `shows the value of \${${name}}, whose name says that it is a secret; use another parameter`,
    at: 'value',
  }));
}
