// One compose file → its parts with their places, variables replaced.
import type { ProblemPath } from '../../scenario/text/problem.ts';
import type { BoundedText } from '../../scenario/text/read-bounded.ts';
import { readYaml, type YamlFile } from '../../scenario/text/read-yaml.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { mergeTags, type Part, type Place, type Source } from './part.ts';

/** What is around compose files: nothing else is asked of the machine. */
export interface Surroundings {
  /** Text of the file at an absolute path, within bounds and where it may be read. */
  readonly readText: (path: string) => BoundedText;
  /** Of the environment of this process. */
  readonly variable: (name: string) => string | undefined;
}

export interface Finding {
  readonly place: Place;
  /** Within the file: `services.db.image`. */
  readonly path: ProblemPath;
  readonly message: string;
}

/** What is found on the way. */
export interface Found {
  /** What is wrong: nothing is run before it is mended. */
  readonly problems: Finding[];
  /** What is not as the file has it, and runs all the same. */
  readonly remarks: Finding[];
  /** Variables for which nothing stands, by the places where they are used. */
  readonly unset: Map<Place, readonly string[]>;
}

/** Characters that variables may put into a file, over all its texts. */
const MOST_REPLACED = 4 * 2 ** 20;

/** The beginning of a file, for what is wrong with it as a whole. */
export function startOf(source: Source): Place {
  return { source, line: 1, column: 1 };
}

/** Undefined where nothing could be read of it; why is among the problems. */
export function readPart(
  source: Source,
  text: string,
  valueOf: Variables['valueOf'],
  { problems, remarks, unset: unsetAt }: Found,
): Part | undefined {
  const file = readYaml(text, mergeTags);
  for (const { line, column, message } of file.problems)
    problems.push({ place: { source, line, column }, path: [], message });
  if (!file.readable) return undefined;
  const unset = new Set<string>();
  let room = MOST_REPLACED;
  const builder: Builder = {
    file,
    source,
    replace: (written, path, place) => {
      const result = interpolate(written, {
        valueOf,
        onUnset: (name) => {
          unsetAt.set(place, [...new Set([...(unsetAt.get(place) ?? []), name])]);
          if (unset.has(name)) return;
          unset.add(name);
          const message = `the variable ${name} is not set, and nothing stands for it; set it in the environment or in .env`;
          remarks.push({ place, path, message });
        },
      });
      const before = room;
      room -= result.ok && result.text !== written ? result.text.length : 0;
      if (result.ok && room >= 0) return result.text;
      // What follows is too much as well, and told already.
      if (before >= 0 || !result.ok) {
        const tooMuch = `variables make more than ${MOST_REPLACED / 2 ** 20} MiB of text up to here; use fewer or shorter ones`;
        problems.push({ place, path, message: result.ok ? tooMuch : result.problem });
      }
      return written;
    },
  };
  return build(file.data, [], builder);
}

interface Builder {
  readonly file: YamlFile;
  readonly source: Source;
  readonly replace: (written: string, path: ProblemPath, place: Place) => string;
}

function build(data: unknown, path: ProblemPath, builder: Builder): Part {
  const { file, source } = builder;
  const placeOf = (at: 'key' | 'value'): Place => ({ source, ...file.positionOf({ path, message: '', at }) });
  const tag = mergeTags.find((each) => each === file.tagAt(path));
  const places = { place: placeOf('value'), keyPlace: placeOf('key'), ...(tag && { tag }) };
  if (Array.isArray(data)) {
    const items = data.map((item: unknown, index) => build(item, [...path, index], builder));
    return { kind: 'list', ...places, items };
  }
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).map(
      ([key, value]) => [key, build(value, [...path, key], builder)] as const,
    );
    return { kind: 'mapping', ...places, entries: new Map(entries) };
  }
  if (typeof data === 'string') {
    const text = builder.replace(data, path, places.place);
    return { kind: 'scalar', ...places, value: text, source: text };
  }
  const value = typeof data === 'number' || typeof data === 'boolean' ? data : null;
  return { kind: 'scalar', ...places, value, source: file.sourceAt(path) ?? String(value ?? '') };
}

/** The text of a file that another one names, or undefined and a problem where it is named. */
export function readNamed(
  absolute: string,
  at: Part,
  path: ProblemPath,
  { readText }: Pick<Surroundings, 'readText'>,
  { problems }: Found,
): string | undefined {
  const read = readText(absolute);
  if (read.ok) return read.text;
  const named = at.kind === 'scalar' ? JSON.stringify(at.source) : 'it';
  problems.push({ place: at.place, path, message: `${named} can't be read: ${read.problem}` });
  return undefined;
}
