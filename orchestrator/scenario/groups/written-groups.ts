// The groups of a scenario as written, each checked by itself.
import type { NamedEntry } from '../text/entry.ts';
import type { CheckedGroup } from './group-schema.ts';

export interface WrittenGroups {
  readonly groups: readonly NamedEntry<CheckedGroup>[];
  /** Names that may be referred to, those of wrong entries included. */
  readonly known: { readonly groups: readonly string[] };
}
