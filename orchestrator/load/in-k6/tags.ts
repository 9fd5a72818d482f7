// The tags that a script gives. Names of Topolab's labels are renamed, as Prometheus does with what it scrapes, and each tag may have a bounded
// number of values: every value is a set of time series of its own, in k6's memory and in Prometheus. What something is asked by is kept in any case.
//
// Virtual users share nothing, so each has to judge for itself. Where there are many users, most of them have no part in the number of values
// that look like ids (three digits or more): to them such a value counts once it comes again, which the id of a request never does.
import exec from 'k6/execution';
import { isAskedBy, tagValues } from './iteration.ts';
import { FOLDED_TAG } from './marks.ts';

type Tags = Record<string, string>;

/** Labels that say where a sample comes from. */
const OURS = new Set(['run', 'scenario', 'group', 'node', 'load', 'window']);
/** Stands for all values of a tag beyond the bound. */
export const FOLDED = '(others)';
/** Virtual users of a generator that may use `tagValues` values each, whatever these look like. */
const FREE_USERS = 100;
/** As many virtual users tell of it as make sure that it is told. */
const TELLING = 3;

const seen = new Map<string, Set<string>>();

/** The same object where there is nothing to change. */
export function safeTags<T>(tags: T): T {
  if (tags === null || typeof tags !== 'object') return tags;
  let safe: Tags | undefined;
  for (const name in tags) {
    const value = String((tags as Tags)[name]);
    const kept = looksLikeId(value) ? boundedId(name, value) : boundedValue(name, value);
    const renamed = OURS.has(name);
    if (kept === value && !renamed) continue;
    safe ??= { ...(tags as Tags) };
    if (renamed) delete safe[name];
    safe[renamed ? `exported_${name}` : name] = kept;
  }
  return (safe ?? tags) as T;
}

/** The value, or what stands for all beyond the first `tagValues` of this tag. */
export function boundedValue(name: string, value: string): string {
  if (isAskedBy(name, value)) return value;
  let values = seen.get(name);
  if (values === undefined) seen.set(name, (values = new Set()));
  if (values.has(value)) return value;
  if (values.size < tagValues()) {
    values.add(value);
    return value;
  }
  tell(name);
  return FOLDED;
}

const seenIds = new Map<string, Set<string>>();

/** 0 while k6 reads the script, before there is any virtual user: `options.tags` are given then. */
function virtualUser(): number {
  try {
    return exec.vu.idInInstance;
  } catch {
    return 0;
  }
}

function looksLikeId(value: string): boolean {
  return virtualUser() > FREE_USERS && /\d.*\d.*\d/.test(value);
}

/** Of a user without a part in the number of such values. */
function boundedId(name: string, value: string): string {
  if (isAskedBy(name, value)) return value;
  let values = seenIds.get(name);
  if (values === undefined) seenIds.set(name, (values = new Set()));
  if (values.has(value)) return boundedValue(name, value);
  if (values.size < tagValues()) values.add(value);
  tell(name);
  return FOLDED;
}

const told = new Set<string>();

function tell(name: string): void {
  if (told.has(name)) return;
  told.add(name);
  const user = virtualUser();
  if (user <= TELLING || (user > FREE_USERS && user <= FREE_USERS + TELLING))
    console.warn(`${FOLDED_TAG}${name}`);
}
