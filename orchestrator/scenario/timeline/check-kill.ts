// Kills on the timeline: can the rule find anybody in the group?
import type { WrittenGroups } from '../groups/written-groups.ts';
import { checkGroupName } from '../groups/check-group-name.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import type { CheckedGroup } from '../groups/group-schema.ts';
import { seedersOf } from '../groups/peer-role.ts';
import { roleNames, roleOf } from '../groups/role-of.ts';
import { onlyTracker } from '../groups/tracker-role.ts';
import type { KillRule } from './timeline.ts';
import type { Role } from '../groups/group.ts';
import type { CheckedTimelineEntry } from './timeline-schema.ts';

type CheckedKill = NonNullable<CheckedTimelineEntry['kill']>;

/** Roles of the groups that each rule can be used on. */
const ROLES_OF_RULE: Readonly<Record<KillRule, readonly Role[]>> = {
  random: roleNames,
  newest: roleNames,
  oldest: roleNames,
  tracker: ['tracker'],
  'best-connected': ['peer', 'client'],
  seeder: ['peer'],
};

export function checkKill(
  kill: CheckedKill,
  path: ProblemPath,
  written: WrittenGroups,
  report: Report,
): void {
  const { group, rule } = kill;
  if (group === undefined) {
    checkWithoutGroup(kill, path, written, report);
    return;
  }
  checkGroupName(group, ROLES_OF_RULE[rule], [...path, 'group'], written, report);
  const value = written.groups.find(({ name }) => name === group)?.value;
  if (value === undefined) return;
  if (rule === 'seeder' && value.role === 'peer' && seedersOf(value) === 0)
    report([...path, 'rule'], `"${group}" has no seeders; choose another rule, or give it \`seeders\``);
  if (rule === 'best-connected' && value.role === 'client' && !value.helps)
    report(
      [...path, 'group'],
      `clients of "${group}" do not help each other, so none is connected; write a peer group`,
    );
  checkReplacement(kill, value, path, report);
}

function checkReplacement(kill: CheckedKill, group: CheckedGroup, path: ProblemPath, report: Report): void {
  if (kill.replaceAfter === undefined) return;
  if (roleOf(group).nodes === 'many') return;
  report(
    [...path, 'replaceAfter'],
    `no other node can take the place of a ${group.role}; leave it out`,
    'key',
  );
}

function checkWithoutGroup(
  kill: CheckedKill,
  path: ProblemPath,
  written: WrittenGroups,
  report: Report,
): void {
  // A group that could not be read may be the one that is meant.
  if (written.groups.length < written.known.groups.length) return;
  const { rule } = kill;
  if (rule === 'tracker') {
    const name = onlyTracker(written);
    const group = written.groups.find((each) => each.name === name)?.value;
    if (group !== undefined) checkReplacement(kill, group, path, report);
    else
      report(
        [...path, 'rule'],
        `the scenario has not exactly one tracker group; ${oneOf(trackers(written))}`,
      );
  } else if (rule === 'best-connected') {
    const names = swarms(written);
    if (names.length === 0)
      report([...path, 'rule'], 'no nodes are connected to each other; write a peer group');
    if (names.length > 1 && kill.replaceAfter !== undefined)
      report([...path, 'replaceAfter'], `needs to know the group; ${oneOf(names)}`);
  } else {
    report(path, `needs a \`group\` with the rule ${rule}; write it`);
  }
}

function trackers({ groups }: WrittenGroups): string[] {
  return groups.filter(({ value }) => value.role === 'tracker').map(({ name }) => name);
}

function swarms({ groups }: WrittenGroups): string[] {
  return groups
    .filter(({ value }) => value.role === 'peer' || (value.role === 'client' && value.helps))
    .map(({ name }) => name);
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'there is none' : `write \`group\`: ${names.slice(0, 20).join(' or ')}`;
}
