// What a rule found, of things of one kind.
import type { Finding } from './finding.ts';

/** The finding, where there is anything to tell. */
export function ifAny(what: readonly unknown[], finding: Finding): Finding[] {
  return what.length === 0 ? [] : [finding];
}
