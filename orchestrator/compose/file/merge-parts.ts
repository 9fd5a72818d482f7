// A part and another one that is written over it: of several compose files, or of a service that extends another one. As compose-go merges
// them (override/merge.go, override/uncity.go): mappings are merged, lists joined, single values replaced, and some keys have rules of their own. Pure.
import {
  entriesOf,
  isEmpty,
  itemsOf,
  type ListPart,
  type Part,
  plainOf,
  textOf,
  textPart,
  withEntries,
} from './part.ts';

/** Keys from the top of a file; those of services and of other resources by any name are `*`. */
type Pattern = readonly string[];

type Rule = (base: Part, over: Part, path: Pattern) => Part;

/** By the path within a service; `*` is any key. */
const serviceRules: Readonly<Record<string, Rule>> = {
  annotations: asPairs,
  build: asBuild,
  'build.args': asPairs,
  'build.additional_contexts': asPairs,
  'build.extra_hosts': asPairs,
  'build.labels': asPairs,
  command: replace,
  depends_on: asDependencies,
  'deploy.labels': asPairs,
  dns: joined,
  dns_opt: joined,
  dns_search: joined,
  entrypoint: replace,
  env_file: joined,
  environment: asPairs,
  extra_hosts: asPairs,
  'healthcheck.test': replace,
  label_file: joined,
  labels: asPairs,
  logging: asLogging,
  models: asNames,
  networks: asNames,
  sysctls: asPairs,
  tmpfs: joined,
  'ulimits.*': replace,
};

/** Of lists of services, what tells that two items are the same thing: the later one stays. */
const sameness: Readonly<Record<string, (item: Part) => string>> = {
  cap_add: wholeOf,
  cap_drop: wholeOf,
  configs: mountTarget(''),
  devices: secondField,
  dns: wholeOf,
  dns_opt: wholeOf,
  dns_search: wholeOf,
  env_file: (item) => textOf(entriesOf(item).get('path') ?? item),
  expose: wholeOf,
  links: wholeOf,
  ports: wholeOf,
  profiles: wholeOf,
  secrets: mountTarget('/run/secrets'),
  tmpfs: (item) => textOf(item).split(':')[0] ?? '',
  volumes: secondField,
};

/** A whole file over another. */
export function mergeFiles(base: Part, over: Part): Part {
  return merge(base, over, []);
}

/** What is left where nothing more is written over it. */
export function withoutResets(part: Part): Part {
  if (part.kind === 'scalar') return part;
  if (part.kind === 'list') return { ...part, items: part.items.filter(isKept).map(withoutResets) };
  const kept = [...part.entries].filter(([, entry]) => isKept(entry));
  return withEntries(part, new Map(kept.map(([key, entry]) => [key, withoutResets(entry)])));
}

function isKept({ tag }: Part): boolean {
  return tag !== '!reset';
}

/** A service over the one that it extends. */
export function mergeServices(base: Part, over: Part): Part {
  return merge(base, over, ['services', '*']);
}

function merge(base: Part, over: Part, path: Pattern): Part {
  const [section, , ...inService] = path;
  const key = inService.join('.');
  const anyKey = [...inService.slice(0, -1), '*'].join('.');
  const rule =
    section === 'services' && inService.length > 0 ? (serviceRules[key] ?? serviceRules[anyKey]) : undefined;
  const same = section === 'services' && inService.length === 1 ? sameness[key] : undefined;
  const merged = (rule ?? ordinary)(base, over, path);
  return merged.kind === 'list' && same !== undefined ? withoutDoubles(merged, same) : merged;
}

function ordinary(base: Part, over: Part, path: Pattern): Part {
  if (isEmpty(over)) return base;
  if (base.kind === 'mapping' && over.kind === 'mapping') return mergeMappings(base, over, path);
  return base.kind === 'list' && over.kind === 'list' ? joined(base, over) : over;
}

function mergeMappings(base: Part, over: Part, path: Pattern): Part {
  const entries = new Map(entriesOf(base));
  for (const [key, value] of entriesOf(over)) {
    const there = entries.get(key);
    const stands = there === undefined || there.tag === '!reset' || value.tag !== undefined;
    entries.set(key, stands ? value : merge(there, value, [...path, path.length === 1 ? '*' : key]));
  }
  // What is said of the whole is said where it was written first.
  return withEntries(base, entries);
}

function replace(_: Part, over: Part): Part {
  return over;
}

function joined(base: Part, over: Part): ListPart {
  const items = [...itemsOf(base), ...itemsOf(over)];
  return { kind: 'list', place: over.place, keyPlace: over.keyPlace, items };
}

/** `NAME=value` and `NAME: value` alike. */
function asPairs(base: Part, over: Part): Part {
  return withEntries(base, new Map([...pairsOf(base), ...pairsOf(over)]));
}

/** A list of names is a mapping of nothing. */
function asNames(base: Part, over: Part, path: Pattern): Part {
  const nothing = (item: Part): Part => ({ ...item, kind: 'scalar', value: null, source: '' });
  return mergeMappings(named(base, nothing), named(over, nothing), path);
}

function asDependencies(base: Part, over: Part, path: Pattern): Part {
  const started = (item: Part): Part =>
    withEntries(item, new Map([['condition', textPart(item, 'service_started')]]));
  return mergeMappings(named(base, started), named(over, started), path);
}

function named(part: Part, value: (item: Part) => Part): Part {
  if (part.kind !== 'list') return part;
  return withEntries(part, new Map(part.items.map((item) => [textOf(item), value(item)])));
}

function asBuild(base: Part, over: Part, path: Pattern): Part {
  const long = (part: Part): Part =>
    part.kind === 'scalar' && !isEmpty(part) ? withEntries(part, new Map([['context', part]])) : part;
  return mergeMappings(long(base), long(over), path);
}

/** Options belong to a driver. */
function asLogging(base: Part, over: Part, path: Pattern): Part {
  const [one, other] = [base, over].map((part) => textOf(entriesOf(part).get('driver')));
  return one === other || one === '' || other === '' ? mergeMappings(base, over, path) : over;
}

/** Names and values of `environment`, `labels` and the like, either way in which they are written; a value that is left out is nothing. */
export function pairsOf(part: Part | undefined): ReadonlyMap<string, Part> {
  if (part?.kind !== 'list') return entriesOf(part);
  return new Map(
    part.items.map((item) => {
      const text = textOf(item);
      const at = text.indexOf('=');
      return at < 0
        ? [text, { ...item, kind: 'scalar', value: null, source: '' }]
        : [text.slice(0, at), textPart(item, text.slice(at + 1))];
    }),
  );
}

function wholeOf(item: Part): string {
  return JSON.stringify(item.kind === 'scalar' ? item.source : plainOf(item));
}

function secondField(item: Part): string {
  if (item.kind === 'mapping') return textOf(item.entries.get('target'));
  const [first = '', second] = textOf(item).split(':');
  return second ?? first;
}

function mountTarget(folder: string): (item: Part) => string {
  return (item) => {
    if (item.kind !== 'mapping') return `${folder}/${textOf(item)}`;
    const target = textOf(item.entries.get('target'));
    return target === '' ? `${folder}/${textOf(item.entries.get('source'))}` : target;
  };
}

function withoutDoubles(list: ListPart, same: (item: Part) => string): ListPart {
  const kept = new Map<string, Part>();
  for (const item of list.items) kept.set(same(item), item);
  return { ...list, items: [...kept.values()] };
}
