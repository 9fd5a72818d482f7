// Whether the groups whose nodes are to run out of memory have a limit of it.
import { defaultMemoryBytes } from '../../scenario/groups/resolve-group.ts';
import type { WrittenGroups } from '../../scenario/groups/written-groups.ts';
import type { ProblemPath, Report } from '../../scenario/text/problem.ts';
import { writeSize } from '../../scenario/text/units.ts';
import { checkTarget } from '../targets/check-target.ts';
import { groupsHit } from '../targets/groups-hit.ts';
import type { WrittenTarget } from '../targets/target-schema.ts';

export function checkMemory(
  written: WrittenTarget & { readonly leave: number },
  path: ProblemPath,
  groups: WrittenGroups,
  report: Report,
): void {
  checkTarget(written, path, groups, report);
  for (const { name, value } of groupsHit(written, groups)) {
    const limit = value.memory === undefined ? defaultMemoryBytes(value) : value.memory;
    if (limit === null) {
      const message = `nodes of "${name}" have no memory limit, so half of the host's memory would have to be taken; give the group \`memory\`, for example 256MiB`;
      return report(path, message);
    }
    if (written.leave >= limit) {
      const message = `leaves nodes of "${name}" all of their ${writeSize(limit)}; write less than that`;
      return report([...path, 'leave'], message);
    }
  }
}
