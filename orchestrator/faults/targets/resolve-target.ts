// Target as written → as faults carry it.
import { onlyTracker } from '../../scenario/groups/tracker-role.ts';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import { groupsIn } from '../../scenario/groups/zones.ts';
import type { Target } from './target.ts';
import type { WrittenTarget } from './target-schema.ts';

export function resolveTarget(written: WrittenTarget, groups: WrittenGroups): Target {
  const { group, zone, nodes, rule, count, share } = written;
  if (nodes !== undefined)
    return {
      groups: [...new Set(nodes.map(groupOfNode))],
      who: { kind: 'names', nodes: [...new Set(nodes)] },
    };
  if (zone !== undefined) return { groups: groupsIn(zone, groups), who: whoOf(rule, count, share) };
  const only = rule === 'tracker' ? onlyTracker(groups) : undefined;
  return { groups: [group ?? only ?? []].flat(), who: whoOf(rule, count, share) };
}

function whoOf(
  rule: WrittenTarget['rule'],
  count: number | undefined,
  share: number | undefined,
): Target['who'] {
  if (share !== undefined) return { kind: 'share', rule: rule ?? 'random', share };
  if (rule === undefined && count === undefined) return { kind: 'all' };
  return { kind: 'count', rule: rule ?? 'random', count: count ?? 1 };
}

/** Node names are `<group>-<number>`. */
export function groupOfNode(node: string): string {
  return node.slice(0, node.lastIndexOf('-'));
}
