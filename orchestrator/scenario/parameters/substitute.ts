// `${name}` in text → the value of a parameter. Text that is nothing else takes on the value's own type, so that
// `replicas: ${nodes}` is a number. `$${name}` is the text `${name}` itself.
import { append, type Problem, type ProblemPath, formatPath } from '../text/problem.ts';
import type { WrittenValue } from './parameter-schema.ts';
import { shownSecrets } from './secret-parameters.ts';
import { instead } from '../text/suggest.ts';
import { meansText } from '../text/written-tree.ts';

type Scalar = string | number | boolean;

/** Characters that values may put into texts, over all of them. */
const MOST_CHARACTERS = 4 * 2 ** 20;

const REFERENCE = /\$?\$\{([^{}]*)\}/g;

export interface Substituted {
  readonly data: unknown;
  /** Names of the parameters that went into the text at a path. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Texts that grow without bound, and names that show a secret. */
  readonly problems: readonly Problem[];
}

/** References to unknown parameters stay as they are. */
export function substitute(data: unknown, values: ReadonlyMap<string, WrittenValue>): Substituted {
  let room = MOST_CHARACTERS;
  const problems: Problem[] = [];
  const sources = new Map<string, readonly string[]>();
  const replaced = mapTexts(data, [], (text, path) => {
    const names = referencesIn(text).filter((name) => values.has(name));
    const at = names.length > 0 ? formatPath(path) : '';
    if (names.length > 0) sources.set(at, names);
    append(problems, shownSecrets(at, path, names));
    const [only] = names;
    const whole = only !== undefined && text.trim() === `\${${only}}` ? values.get(only) : undefined;
    if (whole !== undefined) return meansText(path) ? whole.text : whole.value;
    const before = room;
    const filled = text.replaceAll(REFERENCE, (reference, name: string) => {
      if (reference.startsWith('$$')) return reference.slice(1);
      const value = values.get(name)?.text ?? reference;
      room -= value.length;
      return room >= 0 ? value : '';
    });
    if (before >= 0 && room < 0) {
      const message = `values of parameters make more than ${MOST_CHARACTERS / 2 ** 20} MiB of text up to here; use fewer or shorter ones`;
      problems.push({ path, message, at: 'value' });
    }
    return filled;
  });
  return { data: replaced, sources, problems };
}

/** One problem for each name that is no parameter. */
export function unknownReferences(data: unknown, start: ProblemPath, names: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  mapTexts(data, start, (text, path) => {
    for (const name of new Set(referencesIn(text))) {
      if (names.includes(name)) continue;
      const advice = names.length === 0 ? `write $\${${name}} for the text itself` : instead(name, names);
      problems.push({ path, message: `there is no parameter "${name}"; ${advice}`, at: 'value' });
    }
    return text;
  });
  return problems;
}

function referencesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)]
    .filter(([reference]) => !reference.startsWith('$$'))
    .map(([, name = '']) => name);
}

/** A copy with every text replaced. */
function mapTexts(
  data: unknown,
  path: ProblemPath,
  replace: (text: string, path: ProblemPath) => Scalar,
): unknown {
  if (typeof data === 'string') return replace(data, path);
  if (Array.isArray(data))
    return data.map((item: unknown, index) => mapTexts(item, [...path, index], replace));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, mapTexts(value, [...path, key], replace)]),
  );
}
