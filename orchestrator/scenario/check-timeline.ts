// Phases and timeline held against the loads and groups: does everything fall within the run, do node numbers stay in bounds.
import type { Entry, Written } from './check-written.ts';
import { checkGroupName } from './cross-check.ts';
import type { FaultPath, Report } from './fault.ts';
import { type Firing, firingCount, firingsOf } from './firings.ts';
import { MOST_REPLICAS } from './group-schema.ts';
import { onlyTracker, seedersOf } from './resolve-group.ts';
import { loadDurationMs } from './resolve-load.ts';
import { resolvePhases, resolveTimelineEntry } from './resolve-timeline.ts';
import type { Group, KillRule, Load, Phase, Role, TimelineEntry } from './scenario.ts';
import type { CheckedTimelineEntry } from './timeline-schema.ts';
import { formatDuration } from './units.ts';
import { LONGEST_MS } from './written-values.ts';

/** More would be a mistake: one a second for almost three hours. */
const MOST_ACTIONS = 10_000;

const ROLES: readonly Role[] = ['server', 'client', 'peer', 'tracker', 'balancer', 'store'];

/** The phases of the run, the default one where none are written. Empty where its length is not known. */
export function checkPhases(written: Written, loads: readonly Load[], report: Report): Phase[] {
  const longest = loads
    .map((load) => ({ name: load.name, durationMs: loadDurationMs(load) ?? 0 }))
    .reduce((a, b) => (b.durationMs > a.durationMs ? b : a), { name: '', durationMs: 0 });
  if (written.phases === undefined) {
    if (longest.durationMs > 0) return [{ name: 'run', startMs: 0, endMs: longest.durationMs }];
    if (written.lengthKnown)
      report(['phases'], `is missing, and no load says how long the run is; ${PHASES_ADVICE}`, 'key');
    return [];
  }
  checkPhaseNames(
    written.phases.map((entry) => ({ name: entry.value.name, path: entry.path })),
    report,
  );
  if (written.phases.length === 0 && written.lengthKnown)
    report(['phases'], `is empty; leave it out or ${PHASES_ADVICE}`);
  const phases = resolvePhases(written.phases.map((entry) => entry.value));
  const endMs = phases.at(-1)?.endMs ?? 0;
  if (written.lengthKnown && phases.length > 0) checkLength(endMs, longest, report);
  return phases;
}

const PHASES_ADVICE = 'write for example - { name: run, duration: 60s }';

function checkPhaseNames(
  phases: readonly { name: string; path: readonly (string | number)[] }[],
  report: Report,
): void {
  const seen = new Set<string>();
  for (const { name, path } of phases) {
    if (seen.has(name)) report([...path, 'name'], `"${name}" is there already; choose another name`);
    seen.add(name);
  }
}

function checkLength(endMs: number, longest: { name: string; durationMs: number }, report: Report): void {
  if (endMs < longest.durationMs) {
    const message = `last ${formatDuration(endMs)} in all, but load "${longest.name}" lasts ${formatDuration(longest.durationMs)}`;
    report(
      ['phases'],
      `${message}; make the phases ${formatDuration(longest.durationMs - endMs)} longer, or the load shorter`,
    );
  }
  if (endMs > LONGEST_MS)
    report(['phases'], `last ${formatDuration(endMs)} in all; write ${formatDuration(LONGEST_MS)} or less`);
}

/** Resolved entries in the order of the scenario. `durationMs` is undefined where the length of the run is not known. */
export function checkTimeline(
  written: Written,
  groups: readonly Group[],
  durationMs: number | undefined,
  report: Report,
): TimelineEntry[] {
  for (const entry of written.timeline) checkEntry(entry, written, durationMs, report);
  if (durationMs === undefined) return [];
  const pairs = written.timeline.map(({ path, value }) => ({
    path,
    entry: resolveTimelineEntry(value, path, { durationMs, tracker: onlyTracker(written) ?? null }),
  }));
  const entries = pairs.map((pair) => pair.entry);
  if (entries.reduce((sum, entry) => sum + firingCount(entry), 0) > MOST_ACTIONS) {
    report(['timeline'], `makes more than ${MOST_ACTIONS} actions; write longer intervals`, 'key');
    return entries;
  }
  for (const { firing, count } of outOfBounds(firingsOf(entries), groups)) {
    const pair = pairs.find(({ entry }) => entry === firing.entry);
    const limit = count < 0 ? '0' : String(MOST_REPLICAS);
    const message = `would leave "${firing.entry.change.group}" with ${count} nodes at ${formatDuration(firing.offsetMs)}`;
    report([...(pair?.path ?? []), 'scale'], `${message}; the ${count < 0 ? 'least' : 'most'} is ${limit}`);
  }
  return entries;
}

function checkEntry(
  { path, value: entry }: Entry<CheckedTimelineEntry>,
  written: Written,
  durationMs: number | undefined,
  report: Report,
): void {
  if (entry.scale !== undefined) {
    checkGroupName(
      entry.scale.group,
      ['server', 'client', 'peer'],
      [...path, 'scale', 'group'],
      written,
      report,
    );
  }
  if (entry.resize !== undefined) {
    checkGroupName(entry.resize.group, ROLES, [...path, 'resize', 'group'], written, report);
  }
  if (entry.link !== undefined) {
    checkGroupName(entry.link.group, ROLES, [...path, 'link', 'group'], written, report);
  }
  if (entry.kill !== undefined) checkKill(entry.kill, [...path, 'kill'], written, report);
  if (entry.until !== undefined && entry.until <= (entry.from ?? entry.every ?? 0)) {
    report([...path, 'until'], 'is not after the first time, so nothing would happen; write a later time');
  }
  if (durationMs === undefined) return;
  const end = formatDuration(durationMs);
  const start = entry.at === undefined ? (entry.from === undefined ? 'every' : 'from') : 'at';
  if ((entry[start] ?? 0) >= durationMs)
    report([...path, start], `the run has ended by then; write less than ${end}`);
  if ((entry.until ?? 0) > durationMs)
    report([...path, 'until'], `the run has ended by then; write ${end} or less`);
}

/** Roles of the groups that each rule can be used on. */
const ROLES_OF_RULE: Readonly<Record<KillRule, readonly Role[]>> = {
  random: ROLES,
  newest: ROLES,
  oldest: ROLES,
  tracker: ['tracker'],
  'best-connected': ['peer', 'client'],
  seeder: ['peer'],
};

function checkKill(
  kill: NonNullable<CheckedTimelineEntry['kill']>,
  path: FaultPath,
  written: Written,
  report: Report,
): void {
  const { group, rule } = kill;
  if (group !== undefined) {
    checkGroupName(group, ROLES_OF_RULE[rule], [...path, 'group'], written, report);
    const value = written.groups.find(({ name }) => name === group)?.value;
    if (rule === 'seeder' && value?.role === 'peer' && seedersOf(value) === 0)
      report(
        [...path, 'rule'],
        `"${group}" has no seeders; choose another rule, or give the group \`seeders\``,
      );
    if (rule === 'best-connected' && value?.role === 'client' && !value.helps)
      report(
        [...path, 'group'],
        `clients of "${group}" do not help each other, so none is connected; write a peer group`,
      );
    if (kill.replaceAfter !== undefined && value !== undefined && !('churn' in value) && isSingle(value.role))
      report(
        [...path, 'replaceAfter'],
        `a ${value.role} can't be replaced by another node; leave it out`,
        'key',
      );
    return;
  }
  if (rule === 'tracker') {
    if (onlyTracker(written) !== undefined) return;
    const trackers = written.groups.filter(({ value }) => value.role === 'tracker').map(({ name }) => name);
    const advice = trackers.length === 0 ? 'there is none' : `write \`group\`: ${trackers.join(' or ')}`;
    if (written.known.groups.length === written.groups.length)
      report([...path, 'rule'], `the scenario has not exactly one tracker group; ${advice}`);
    return;
  }
  if (rule === 'best-connected') return;
  report(path, `needs a \`group\` with the rule ${rule}; write it`);
}

function isSingle(role: Role): boolean {
  return role === 'tracker' || role === 'balancer' || role === 'store';
}

/** The first firing of each entry that takes a group below 0 or above the most nodes. */
function outOfBounds(
  firings: readonly Firing[],
  groups: readonly Group[],
): { firing: Firing; count: number }[] {
  const killed = new Set(
    firings.flatMap(({ entry: { change } }) => (change.kind === 'kill' ? (change.group ?? []) : [])),
  );
  const counts = new Map(
    // How many are there is known only to the plan where nodes come and go otherwise too; it keeps to the bounds by itself.
    groups
      .filter(({ name, churn }) => churn === null && !killed.has(name))
      .map((group) => [group.name, group.replicas]),
  );
  const found = new Map<TimelineEntry, { firing: Firing; count: number }>();
  for (const firing of firings) {
    const { change } = firing.entry;
    if (change.kind !== 'scale') continue;
    const before = counts.get(change.group);
    if (before === undefined) continue;
    const count = 'to' in change ? change.to : before + change.by;
    const inBounds = Math.min(Math.max(count, 0), MOST_REPLICAS);
    if (inBounds !== count && !found.has(firing.entry)) found.set(firing.entry, { firing, count });
    // Goes on from the bound, so that one mistake is not reported at every later entry.
    counts.set(change.group, inBounds);
  }
  return [...found.values()];
}
