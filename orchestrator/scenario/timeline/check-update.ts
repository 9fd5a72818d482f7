// Updates held against their groups: is there anything to change, and can it be done to those nodes?
import { checkGroupName } from '../groups/check-group-name.ts';
import { hasDoor } from '../access/check-access.ts';
import { closedServers } from '../groups/closed-servers.ts';
import { isForeign, isOwnProgram, manyNodedRoles, roleNames, roleOf } from '../groups/role-of.ts';
import { versionOf } from '../groups/resolve-program.ts';
import type { CheckedGroup } from '../groups/group-schema.ts';
import { formatPath, type ProblemPath, type Report } from '../text/problem.ts';
import { writeDuration } from '../text/units.ts';
import { resolveUpdate, type UpdatedGroup } from './resolve-update.ts';
import { losesNodes } from './loses-nodes.ts';
import type { TimelineEntry } from './timeline.ts';
import type { CheckedTimelineEntry } from './timeline-schema.ts';
import { CHANGED, type CheckedUpdate } from './update-schema.ts';
import type { WrittenTimeline } from './written-timeline.ts';

/** Roles whose nodes keep nothing that would go with their container. */
const updatable = roleNames.filter((role) => roleOf({ role }).keepsData !== true);

/** @param updated the group before and after it; undefined where there is no such group. */
export function checkUpdate(
  { update, every }: CheckedTimelineEntry & { readonly update: CheckedUpdate },
  path: ProblemPath,
  updated: UpdatedGroup | undefined,
  written: WrittenTimeline,
  report: Report,
): void {
  if (every !== undefined)
    report([...path, 'every'], 'does not go with `update`, which changes nothing a second time; write `at`');
  const inUpdate = [...path, 'update'];
  checkGroupName(update.group, updatable, [...inUpdate, 'group'], written, report);
  if (updated === undefined || !updatable.includes(updated.after.role)) return;
  const { changed } = resolveUpdate(update, updated);
  // At the field that says it where there is one: what stands in for a value that can't be read says nothing.
  const [only, ...others] = CHANGED.filter((key) => update[key] !== undefined);
  if (changed.length === 0)
    report(
      only !== undefined && others.length === 0 ? [...inUpdate, only] : inUpdate,
      `changes nothing: "${update.group}" runs that already; write something else, or leave it out`,
    );
  checkProgram(update, updated, inUpdate, written, report);
  if (update.order === 'start-first' && !manyNodedRoles.includes(updated.after.role))
    report(
      [...inUpdate, 'order'],
      `would make two nodes of "${update.group}", and a ${updated.after.role} is a single one; write stop-first`,
    );
}

/** What does not go with the new program, said where the update says it. */
function checkProgram(
  update: CheckedUpdate,
  { before, after }: UpdatedGroup,
  path: ProblemPath,
  written: WrittenTimeline,
  report: Report,
): void {
  if (update.version !== undefined && (isForeign(after) || !manyNodedRoles.includes(after.role)))
    return report(
      [...path, 'version'],
      "only Topolab's own servers, clients and peers have it; leave it out",
      'key',
    );
  for (const name of Object.keys(update.env ?? {}))
    if (Object.hasOwn(after.secrets, name) && after.secrets[name]?.path === undefined)
      report(
        [...path, 'env', name],
        `stands in \`secrets\` of "${update.group}"; write it in one of them`,
        'key',
      );
  if (update.image === undefined) return;
  const unknown = unknownTo({ before, after }, update.group, written);
  if (unknown !== undefined) report([...path, 'image'], `knows nothing of ${unknown}; leave out one of them`);
  if (isForeign(after) && versionOf(after) > 1)
    report(
      [...path, 'image'],
      `has no \`version\`, but "${update.group}" has one; leave that out of the group`,
    );
  const known = new Set(problemsOf(before, written));
  for (const problem of problemsOf(after, written))
    if (!known.has(problem)) report([...path, 'image'], `does not fit "${update.group}": ${problem}`);
}

/** What Topolab's own program has been told, and an image of somebody else's would not do. */
function unknownTo(
  { before, after }: UpdatedGroup,
  name: string,
  { groups, hasAccess }: WrittenTimeline,
): string | undefined {
  if (isOwnProgram(after) || !isOwnProgram(before)) return undefined;
  if (hasAccess && hasDoor(after.role)) return '`access`';
  if ('enrolment' in after && after.enrolment !== undefined) return '`enrolment`';
  const clients = closedServers(groups.map((group) => ({ ...group.value, name: group.name }))).get(name);
  return clients === undefined ? undefined : `the \`enrolment\` of clients of "${clients}"`;
}

/** What the role finds: `requestCost: only Topolab's own server has it; …`. */
function problemsOf(group: CheckedGroup, written: WrittenTimeline): string[] {
  const found: string[] = [];
  roleOf(group).check({ path: [], value: group }, written, (field, message) =>
    found.push(`\`${formatPath(field)}\`: ${message}`),
  );
  return found;
}

/** Where the number of nodes is known beforehand. `durationMs`: of the run. */
export function checkUpdateSize(
  { path, entry }: { readonly path: ProblemPath; readonly entry: TimelineEntry },
  entries: readonly TimelineEntry[],
  { groups }: WrittenTimeline,
  durationMs: number,
  report: Report,
): void {
  const { change, schedule } = entry;
  if (change.kind !== 'update' || schedule.kind !== 'at') return;
  const { group, update } = change;
  const heldMs = update.hold.reduce((sum, { forMs }) => sum + forMs, 0);
  const leftMs = durationMs - schedule.atMs;
  if (leftMs > 0 && heldMs >= leftMs)
    report(
      [...path, 'update', 'hold'],
      `lasts ${writeDuration(heldMs)} in all, beyond the end of the run; write less than ${writeDuration(leftMs)}`,
    );
  const { pace } = update;
  if (pace.kind === 'own-time' && pace.spread.kind === 'fixed' && leftMs > 0 && pace.spread.valueMs >= leftMs)
    report(
      [...path, 'update', 'spread'],
      `is beyond the end of the run, so that no node would be updated; write less than ${writeDuration(leftMs)}`,
    );
  const nodes = groups.find(({ name }) => name === group)?.value;
  if (update.pace.kind !== 'rolling' || nodes === undefined || changesNumber(group, nodes, entries)) return;
  const { parallelism, delayMs } = update.pace;
  const waitedMs = heldMs + (Math.ceil(nodes.replicas / parallelism) - 1) * delayMs;
  if (leftMs > 0 && heldMs < leftMs && waitedMs >= leftMs)
    report(
      [...path, 'update', 'delay'],
      `comes to ${writeDuration(waitedMs - heldMs)} for ${nodes.replicas} nodes, so that the update would not be over by the end of the run; write less, or more \`parallelism\``,
    );
  if (parallelism > Math.max(1, nodes.replicas))
    report(
      [...path, 'update', 'parallelism'],
      `is more than the ${nodes.replicas} nodes of "${group}"; write ${nodes.replicas} or less`,
    );
}

function changesNumber(group: string, written: object, entries: readonly TimelineEntry[]): boolean {
  if ('churn' in written && written.churn !== undefined) return true;
  const isScaled = entries.some(({ change }) => change.kind === 'scale' && change.group === group);
  return isScaled || losesNodes(group, entries);
}
