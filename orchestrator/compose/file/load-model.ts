// Compose files → one model: each file read, what it includes and what its services extend put in, later files written over earlier ones, and
// the whole held against the schema. In the order of compose-go (loader/loader.go).
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { ProblemPath } from '../../scenario/text/problem.ts';
import { parseEnvFile } from './env-file.ts';
import { schemaProblems } from './check-schema.ts';
import type { Variables } from './interpolate.ts';
import { mergeFiles, mergeServices, withoutResets } from './merge-parts.ts';
import {
  entriesOf,
  itemsOf,
  nearestPart,
  type Part,
  partAt,
  plainOf,
  type Source,
  textOf,
  withEntries,
} from './part.ts';
import { PROJECT_NAME, projectName } from './project-name.ts';
import { type Found, readNamed, readPart, startOf, type Surroundings } from './read-part.ts';

/** Files that a project may consist of. */
const MOST_FILES = 50;
/** Services that extend each other one after the other. */
const LONGEST_CHAIN = 20;

export interface Model {
  /** A mapping with `services` and the other sections. */
  readonly root: Part;
  /** What variables of the project stand for: the environment, then `.env`. */
  readonly valueOf: Variables['valueOf'];
}

/**
 * @param files absolute paths; later ones are written over earlier ones.
 * @param baseDir to which names in messages are relative.
 */
export function loadModel(
  files: readonly string[],
  baseDir: string,
  surroundings: Surroundings,
  found: Found,
): Model | undefined {
  const [first] = files;
  if (first === undefined) return undefined;
  const loader = new Loader(baseDir, surroundings, found);
  const folder = dirname(first);
  const lookedUp = loader.variablesOf([join(folder, '.env')], surroundings.variable);
  let called: string | undefined;
  const valueOf: Variables['valueOf'] = (name) =>
    lookedUp(name) ??
    (name === PROJECT_NAME ? (called ??= projectName(files, folder, lookedUp, surroundings)) : undefined);
  const merged = loader.loadFiles(files, folder, valueOf, []);
  if (merged === undefined) return undefined;
  const root = withoutResets(merged);
  for (const { path, message, at } of schemaProblems(plainOf(root))) {
    const part = partAt(root, path) ?? nearestPart(root, path);
    found.problems.push({ place: at === 'key' ? part.keyPlace : part.place, path, message });
  }
  return { root, valueOf };
}

class Loader {
  readonly #baseDir: string;
  readonly #surroundings: Surroundings;
  readonly #found: Found;
  #count = 0;
  /** Of files that services extend, each of which may be named by many. */
  readonly #extendedFiles = new Map<string, Part | undefined>();

  constructor(baseDir: string, surroundings: Surroundings, found: Found) {
    this.#baseDir = baseDir;
    this.#surroundings = surroundings;
    this.#found = found;
  }

  /** The environment, then the files; those that are not there say nothing. */
  variablesOf(files: readonly string[], outer: Variables['valueOf']): Variables['valueOf'] {
    const values = new Map<string, string>();
    for (const path of files) {
      const read = this.#surroundings.readText(path);
      if (!read.ok) continue;
      const source = this.#source(path, dirname(path));
      const file = parseEnvFile(read.text, { valueOf: (name) => outer(name) ?? values.get(name) });
      for (const { line, message } of file.problems)
        this.#found.problems.push({ place: { source, line, column: 1 }, path: [], message });
      for (const [name, value] of file.values) values.set(name, value);
    }
    return (name) => outer(name) ?? values.get(name);
  }

  /** `at`: where they are named, undefined for those of the scenario itself. */
  loadFiles(
    files: readonly string[],
    folder: string,
    valueOf: Variables['valueOf'],
    within: readonly string[],
    at?: { readonly part: Part; readonly path: ProblemPath },
  ): Part | undefined {
    let merged: Part | undefined;
    for (const path of files) {
      const part = this.#loadFile(path, folder, valueOf, within, at);
      if (part !== undefined) merged = merged === undefined ? part : mergeFiles(merged, part);
    }
    return merged;
  }

  #loadFile(
    path: string,
    folder: string,
    valueOf: Variables['valueOf'],
    within: readonly string[],
    at: { readonly part: Part; readonly path: ProblemPath } | undefined,
  ): Part | undefined {
    const source = this.#source(path, folder);
    const named = at ?? { part: nothingAt(source), path: [] };
    if (within.includes(path) || ++this.#count > MOST_FILES) {
      const message = within.includes(path)
        ? 'includes a file in which it is included itself; leave one of them out'
        : `is one of more than ${MOST_FILES} files; include fewer`;
      this.#found.problems.push({ place: named.part.place, path: named.path, message });
      return undefined;
    }
    const part = this.#read(path, source, valueOf, named);
    if (part === undefined) return undefined;
    const included = this.#include(part, folder, valueOf, [...within, path]);
    return this.#extend(included, path, valueOf);
  }

  #read(
    path: string,
    source: Source,
    valueOf: Variables['valueOf'],
    named: { readonly part: Part; readonly path: ProblemPath },
  ): Part | undefined {
    const text = readNamed(path, named.part, named.path, this.#surroundings, this.#found);
    const part = text === undefined ? undefined : readPart(source, text, valueOf, this.#found);
    if (part === undefined || part.kind === 'mapping') return part;
    this.#found.problems.push({
      place: startOf(source),
      path: [],
      message: 'is no compose file; write for example services: { web: { image: nginx } }',
    });
    return undefined;
  }

  /** What is included comes first, so that the file itself may change it. */
  #include(part: Part, folder: string, valueOf: Variables['valueOf'], within: readonly string[]): Part {
    const entries = new Map(entriesOf(part));
    const include = entries.get('include');
    if (include === undefined) return part;
    entries.delete('include');
    let merged: Part = withEntries(part, entries);
    for (const [index, item] of itemsOf(include).entries()) {
      const paths = item.kind === 'mapping' ? itemsOf(item.entries.get('path')) : [item];
      const files = paths.map((each) => resolve(folder, textOf(each)));
      const directory = textOf(entriesOf(item).get('project_directory'));
      const ownFolder = directory === '' ? dirname(files[0] ?? folder) : resolve(folder, directory);
      const envFiles = itemsOf(entriesOf(item).get('env_file')).map((each) => resolve(folder, textOf(each)));
      const ownValueOf = this.variablesOf(
        envFiles.length > 0 ? envFiles : [join(ownFolder, '.env')],
        valueOf,
      );
      const at = { part: paths[0] ?? item, path: ['include', index] };
      const included = this.loadFiles(files, ownFolder, ownValueOf, within, at);
      if (included !== undefined) merged = mergeFiles(included, merged);
    }
    return merged;
  }

  #extend(part: Part, file: string, valueOf: Variables['valueOf']): Part {
    const services = entriesOf(part).get('services');
    if (services?.kind !== 'mapping') return part;
    const extended = [...services.entries].map(
      ([name, service]) => [name, this.#extended(name, service, services, file, valueOf, [])] as const,
    );
    const entries = new Map(entriesOf(part)).set('services', withEntries(services, new Map(extended)));
    return withEntries(part, entries);
  }

  #extended(
    name: string,
    service: Part,
    services: Part,
    file: string,
    valueOf: Variables['valueOf'],
    chain: readonly string[],
  ): Part {
    const extend = entriesOf(service).get('extends');
    if (extend === undefined || service.kind !== 'mapping') return service;
    const entries = new Map(service.entries);
    entries.delete('extends');
    const own = withEntries(service, entries);
    const path = ['services', name, 'extends'];
    const problem = (message: string): Part => {
      this.#found.problems.push({ place: extend.place, path, message });
      return own;
    };
    const base = textOf(extend.kind === 'mapping' ? extend.entries.get('service') : extend);
    const other = entriesOf(extend).get('file');
    const from = other === undefined ? file : resolve(extend.place.source.folder, textOf(other));
    const link = `${from} ${base}`;
    if (chain.includes(link) || chain.length >= LONGEST_CHAIN)
      return problem('extends a service that extends it in turn; leave one of them out');
    const there =
      other === undefined
        ? services
        : entriesOf(this.#extendedFile(from, valueOf, { part: other, path })).get('services');
    if (there === undefined) return own;
    const found = entriesOf(there).get(base);
    if (found === undefined)
      return problem(
        `there is no service "${base}" in ${this.#source(from, '').name}; write one of ${[...entriesOf(there).keys()].join(', ')}`,
      );
    return mergeServices(this.#extended(base, found, there, from, valueOf, [...chain, link]), own);
  }

  #extendedFile(
    path: string,
    valueOf: Variables['valueOf'],
    named: { readonly part: Part; readonly path: ProblemPath },
  ): Part | undefined {
    if (!this.#extendedFiles.has(path))
      this.#extendedFiles.set(path, this.#read(path, this.#source(path, dirname(path)), valueOf, named));
    return this.#extendedFiles.get(path);
  }

  #source(path: string, folder: string): Source {
    return { name: isAbsolute(path) ? relative(this.#baseDir, path) : path, folder };
  }
}

function nothingAt(source: Source): Part {
  const place = startOf(source);
  return { kind: 'scalar', value: null, source: source.name, place, keyPlace: place };
}
