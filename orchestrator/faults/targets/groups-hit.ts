// Groups of a scenario that a fault may hit, as they are written.
import type { CheckedGroup } from '../../scenario/groups/group-schema.ts';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import type { NamedEntry } from '../../scenario/text/entry.ts';
import { swarmsOf } from './check-target.ts';
import { resolveTarget } from './resolve-target.ts';
import type { WrittenTarget } from './target-schema.ts';

export function groupsHit(target: WrittenTarget, groups: WrittenGroups): readonly NamedEntry<CheckedGroup>[] {
  const { groups: named } = resolveTarget(target, groups);
  // The best-connected are among all that are connected.
  const names = named.length > 0 ? named : swarmsOf(groups);
  return groups.groups.filter(({ name }) => names.includes(name));
}
