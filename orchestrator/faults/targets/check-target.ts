// Targets held against the groups: can anybody be found that way?
import { checkDistinct, checkGroupName } from '../../scenario/groups/check-group-name.ts';
import type { Role } from '../../scenario/groups/group.ts';
import { seedersOf } from '../../scenario/groups/peer-role.ts';
import { roleNames } from '../../scenario/groups/role-of.ts';
import { onlyTracker, trackerNames } from '../../scenario/groups/tracker-role.ts';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import type { ProblemPath, Report } from '../../scenario/text/problem.ts';
import { instead } from '../../scenario/text/suggest.ts';
import { zonesOf } from '../../scenario/groups/zones.ts';
import { groupOfNode } from './resolve-target.ts';
import type { TargetRule } from './target.ts';
import type { WrittenTarget } from './target-schema.ts';

/** Roles of the groups that each rule can be used on. */
const ROLES_OF_RULE: Readonly<Record<TargetRule, readonly Role[]>> = {
  random: roleNames,
  newest: roleNames,
  oldest: roleNames,
  tracker: ['tracker'],
  'best-connected': ['peer', 'client'],
  seeder: ['peer'],
};

/** @param path of the fault: `timeline[0].pause`. */
export function checkTarget(
  target: WrittenTarget,
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  const { group, zone, nodes, rule } = target;
  if (nodes !== undefined) {
    checkDistinct(nodes, [...path, 'nodes'], report);
    for (const [index, node] of nodes.entries())
      checkGroupName(groupOfNode(node), roleNames, [...path, 'nodes', index], groups, report);
    return;
  }
  if (zone !== undefined) return checkZone(zone, rule, path, groups, report);
  if (group === undefined) return checkWithoutGroup(rule, path, groups, report);
  checkGroupName(
    group,
    rule === undefined ? roleNames : ROLES_OF_RULE[rule],
    [...path, 'group'],
    groups,
    report,
  );
  const value = groups.groups.find(({ name }) => name === group)?.value;
  if (value === undefined) return;
  if (rule === 'seeder' && value.role === 'peer' && seedersOf(value) === 0)
    report([...path, 'rule'], `"${group}" has no seeders; choose another rule, or give it \`seeders\``);
  if (rule === 'best-connected' && value.role === 'client' && !value.helps)
    report(
      [...path, 'group'],
      `clients of "${group}" do not help each other, so none is connected; write a peer group`,
    );
}

/** Rules that can choose among nodes of whatever role. */
const RULES_IN_ZONES: readonly TargetRule[] = ['random', 'newest', 'oldest'];

function checkZone(
  zone: string,
  rule: TargetRule | undefined,
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  if (rule !== undefined && !RULES_IN_ZONES.includes(rule))
    report([...path, 'rule'], `can't choose in a zone; write ${RULES_IN_ZONES.join(' or ')}, or a \`group\``);
  // A group that could not be read may be the one that is meant.
  if (groups.groups.length < groups.known.groups.length) return;
  const zones = zonesOf(groups);
  if (zones.includes(zone)) return;
  const advice = zones.length === 0 ? 'give groups a `zone`' : instead(zone, zones);
  report([...path, 'zone'], `no group is in the zone "${zone}"; ${advice}`);
}

function checkWithoutGroup(
  rule: TargetRule | undefined,
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  // A group that could not be read may be the one that is meant.
  if (groups.groups.length < groups.known.groups.length) return;
  if (rule === 'tracker') {
    if (onlyTracker(groups) !== undefined) return;
    const message = `the scenario has not exactly one tracker group; ${oneOf(trackerNames(groups))}`;
    report([...path, 'rule'], message);
  } else if (rule === 'best-connected') {
    if (swarmsOf(groups).length === 0)
      report([...path, 'rule'], 'no nodes are connected to each other; write a peer group');
  } else {
    report(
      path,
      `needs a \`group\`${rule === undefined ? ', a `zone` or `nodes`' : ` with the rule ${rule}`}; write it`,
    );
  }
}

/** Groups whose nodes are connected to each other. */
export function swarmsOf({ groups }: WrittenGroups): string[] {
  return groups
    .filter(({ value }) => value.role === 'peer' || (value.role === 'client' && value.helps))
    .map(({ name }) => name);
}

/** `write \`group\`: a or b`. */
export function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'there is none' : `write \`group\`: ${names.slice(0, 20).join(' or ')}`;
}
