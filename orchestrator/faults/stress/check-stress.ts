// Whether the groups that stress hits have what it uses up.
import { isOwnProgram } from '../../scenario/groups/role-of.ts';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import type { ProblemPath, Report } from '../../scenario/text/problem.ts';
import { checkTarget } from '../targets/check-target.ts';
import { groupsHit } from '../targets/groups-hit.ts';
import type { WrittenStress } from './stress-schema.ts';

export function checkStress(
  written: WrittenStress,
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  checkTarget(written, path, groups, report);
  if (written.io === undefined) return;
  const diskless = groupsHit(written, groups).find(({ value }) => isOwnProgram(value));
  if (diskless === undefined) return;
  const message = `needs a disk, and nodes of "${diskless.name}" have none: Topolab's own programs can write to memory only; leave it out`;
  report([...path, 'io'], message, 'key');
}
