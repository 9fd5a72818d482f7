// Whether new nodes can join in place of killed ones.
import { roleOf } from '../../scenario/groups/role-of.ts';
import { onlyTracker } from '../../scenario/groups/tracker-role.ts';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import type { ProblemPath, Report } from '../../scenario/text/problem.ts';
import { oneOf, swarmsOf } from '../targets/check-target.ts';
import { groupsIn } from '../../scenario/groups/zones.ts';
import { groupOfNode } from '../targets/resolve-target.ts';
import type { WrittenTarget } from '../targets/target-schema.ts';

interface WrittenKill extends WrittenTarget {
  readonly replaceAfter?: number | undefined;
}

export function checkReplacement(
  { group, zone, nodes, rule, replaceAfter }: WrittenKill,
  path: ProblemPath,
  written: WrittenGroups,
  report: Report,
): void {
  if (replaceAfter === undefined) return;
  const named = new Set(
    [
      group ?? (rule === 'tracker' ? onlyTracker(written) : undefined) ?? [],
      zone === undefined ? [] : groupsIn(zone, written),
      nodes?.map(groupOfNode) ?? [],
    ].flat(),
  );
  for (const { name, value } of written.groups) {
    if (!named.has(name) || roleOf(value).nodes === 'many') continue;
    const message = `no other node can take the place of a ${value.role}; leave it out`;
    return report([...path, 'replaceAfter'], message, 'key');
  }
  if (named.size > 0 || written.groups.length < written.known.groups.length) return;
  const swarms = swarmsOf(written);
  if (rule === 'best-connected' && swarms.length > 1)
    report([...path, 'replaceAfter'], `needs to know the group; ${oneOf(swarms)}`);
}
