// Names of groups that other parts of a scenario refer to.
import type { OtherGroups } from './role.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { instead } from '../text/suggest.ts';

/** The name of a group that exists and has one of the roles. */
export function checkGroupName(
  name: string,
  roles: readonly string[],
  path: ProblemPath,
  written: OtherGroups,
  report: Report,
): void {
  // Without any group there is one problem to mend, and it is reported already.
  if (written.known.groups.length === 0) return;
  const role = written.groups.find((entry) => entry.name === name)?.value.role;
  const fitting = written.groups
    .filter((entry) => roles.includes(entry.value.role))
    .map((entry) => entry.name);
  if (!written.known.groups.includes(name)) {
    report(path, `there is no group "${name}"; ${instead(name, written.known.groups)}`);
  } else if (role !== undefined && !roles.includes(role)) {
    const advice = fitting.length === 0 ? 'there are none' : `write ${fitting.slice(0, 20).join(' or ')}`;
    report(path, `"${name}" is a ${role}, not a ${listed(roles)}; ${advice}`);
  }
}

/** Of a list in which a second mention changes nothing, and mostly was to be another one. */
export function checkDistinct(names: readonly string[], path: ProblemPath, report: Report): void {
  for (const [index, name] of names.entries())
    if (names.indexOf(name) < index)
      report([...path, index], `"${name}" is there already; write another one, or leave it out`);
}

/** `server, client or peer`. */
function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
}
