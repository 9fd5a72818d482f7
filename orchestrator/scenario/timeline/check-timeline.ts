// Phases and timeline held against the loads and groups: does everything fall within the run, do node numbers stay in bounds.
import { checkUser } from '../access/check-access.ts';
import type { Entry } from '../text/entry.ts';
import type { WrittenTimeline } from './written-timeline.ts';
import { checkGroupName } from '../groups/check-group-name.ts';
import type { Report } from '../text/problem.ts';
import { type Firing, firingCount, firingsOf } from './firings.ts';
import { MOST_ACTIONS, MOST_REPLICAS } from '../text/run-bounds.ts';
import { manyNodedRoles, roleNames } from '../groups/role-of.ts';
import { kindOf, writtenFaults } from '../../faults/registry.ts';
import { checkBackup, checkRestores } from './check-backups.ts';
import { checkFaults } from './check-faults.ts';
import { checkSwitches } from './check-switches.ts';
import { checkUpdate, checkUpdateSize } from './check-update.ts';
import { updatedGroups } from './resolve-update.ts';
import { loadDurationMs } from '../load/resolve-load.ts';
import { losesNodes } from './loses-nodes.ts';
import { resolvePhases, resolveTimelineEntry } from './resolve-timeline.ts';
import type { Group } from '../groups/group.ts';
import type { Load } from '../load/load.ts';
import type { Phase, TimelineEntry } from './timeline.ts';
import type { CheckedPhase, CheckedTimelineEntry } from './timeline-schema.ts';
import { writeDuration } from '../text/units.ts';
import { LONGEST_MS } from '../text/quantities.ts';

/** The phases of the run, the default one where none are written. Empty where its length is not known. */
export function checkPhases(written: WrittenTimeline, loads: readonly Load[], report: Report): Phase[] {
  const longest = loads
    .map((load) => ({ name: load.name, durationMs: loadDurationMs(load) ?? 0 }))
    .reduce((a, b) => (b.durationMs > a.durationMs ? b : a), { name: '', durationMs: 0 });
  if (written.phases === undefined) {
    if (longest.durationMs > LONGEST_MS) {
      const message = `lasts ${writeDuration(longest.durationMs)} in all; write ${writeDuration(LONGEST_MS)} or less`;
      report(['load', longest.name, 'stages'], message);
      return [];
    }
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
  checkWarmUps(written.phases, report);
  const phases = resolvePhases(written.phases.map((entry) => entry.value));
  const endMs = phases.at(-1)?.endMs ?? 0;
  if (written.lengthKnown && phases.length > 0) checkLength(endMs, longest, report);
  return phases;
}

function checkWarmUps(phases: readonly Entry<CheckedPhase>[], report: Report): void {
  const firstCounted = phases.findIndex(({ value }) => !value.warmUp);
  for (const [index, { path, value }] of phases.entries()) {
    if (!value.warmUp) continue;
    const isLast = index === phases.length - 1 && firstCounted < 0;
    if (isLast) report([...path, 'warmUp'], 'leaves nothing that counts; write a phase after it', 'key');
    else if (firstCounted >= 0 && index > firstCounted)
      report(
        [...path, 'warmUp'],
        'comes after a phase that counts; only the first phases can be a warm-up',
        'key',
      );
  }
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
    const message = `last ${writeDuration(endMs)} in all, but load "${longest.name}" lasts ${writeDuration(longest.durationMs)}`;
    report(
      ['phases'],
      `${message}; make the phases ${writeDuration(longest.durationMs - endMs)} longer, or the load shorter`,
    );
  }
  if (endMs > LONGEST_MS)
    report(['phases'], `last ${writeDuration(endMs)} in all; write ${writeDuration(LONGEST_MS)} or less`);
}

/** Resolved entries in the order of the scenario. `durationMs` is undefined where the length of the run is not known. */
export function checkTimeline(
  written: WrittenTimeline,
  groups: readonly Group[],
  durationMs: number | undefined,
  report: Report,
): TimelineEntry[] {
  const updated = updatedGroups(written);
  for (const entry of written.timeline) {
    checkEntry(entry, written, durationMs, report);
    const { update } = entry.value;
    if (update !== undefined)
      checkUpdate({ ...entry.value, update }, entry.path, updated.get(entry.value), written, report);
  }
  if (durationMs === undefined) return [];
  const pairs = written.timeline.map(({ path, value }) => ({
    path,
    entry: resolveTimelineEntry(value, path, { durationMs, groups: written, updated }),
  }));
  const entries = pairs.map((pair) => pair.entry);
  if (entries.reduce((sum, entry) => sum + firingCount(entry), 0) > MOST_ACTIONS) {
    report(['timeline'], `makes more than ${MOST_ACTIONS} actions; write longer intervals`, 'key');
    return entries;
  }
  checkFaults(pairs, groups, durationMs, report);
  checkRestores(pairs, groups, report);
  checkSwitches(pairs, written, durationMs, report);
  for (const pair of pairs) checkUpdateSize(pair, entries, written, durationMs, report);
  for (const { firing, group, count } of outOfBounds(entries, groups)) {
    const pair = pairs.find(({ entry }) => entry === firing.entry);
    const limit = count < 0 ? '0' : String(MOST_REPLICAS);
    const message = `would leave "${group}" with ${count} nodes at ${writeDuration(firing.offsetMs)}`;
    report([...(pair?.path ?? []), 'scale'], `${message}; the ${count < 0 ? 'least' : 'most'} is ${limit}`);
  }
  return entries;
}

function checkEntry(
  { path, value: entry }: Entry<CheckedTimelineEntry>,
  written: WrittenTimeline,
  durationMs: number | undefined,
  report: Report,
): void {
  if (entry.scale !== undefined) {
    checkGroupName(entry.scale.group, manyNodedRoles, [...path, 'scale', 'group'], written, report);
  }
  if (entry.resize !== undefined) {
    checkGroupName(entry.resize.group, roleNames, [...path, 'resize', 'group'], written, report);
  }
  checkBackup({ path, value: entry }, written, report);
  for (const key of ['grant', 'revoke'] as const) {
    const change = entry[key];
    if (change !== undefined) checkUser(change, [...path, key], written, report);
  }
  for (const { name, value } of writtenFaults(entry))
    kindOf({ kind: name }).check(value, [...path, name], written, report);
  if (entry.until !== undefined && entry.until <= (entry.from ?? entry.every ?? 0)) {
    report([...path, 'until'], 'is not after the first time, so nothing would happen; write a later time');
  }
  if (durationMs === undefined) return;
  const end = writeDuration(durationMs);
  const start = entry.at === undefined ? (entry.from === undefined ? 'every' : 'from') : 'at';
  if ((entry[start] ?? 0) >= durationMs)
    report([...path, start], `the run has ended by then; write less than ${end}`);
  if ((entry.until ?? 0) > durationMs)
    report([...path, 'until'], `the run has ended by then; write ${end} or less`);
}

/**
 * The first firing of each entry that takes a group below 0 or above the most nodes. Counted here and not by the plan, which a scenario with problems has
 * none of: they are all told at once.
 */
function outOfBounds(
  entries: readonly TimelineEntry[],
  groups: readonly Group[],
): { firing: Firing; group: string; count: number }[] {
  const counts = new Map(
    // How many are there is known only to the plan where nodes come and go otherwise too; it keeps to the bounds by itself.
    groups
      .filter(({ name, churn }) => churn === null && !losesNodes(name, entries))
      .map((group) => [group.name, group.replicas]),
  );
  const found = new Map<TimelineEntry, { firing: Firing; group: string; count: number }>();
  for (const firing of firingsOf(entries)) {
    const { change } = firing.entry;
    if (change.kind !== 'scale') continue;
    const before = counts.get(change.group);
    if (before === undefined) continue;
    const count = 'to' in change ? change.to : before + change.by;
    const inBounds = Math.min(Math.max(count, 0), MOST_REPLICAS);
    if (inBounds !== count && !found.has(firing.entry))
      found.set(firing.entry, { firing, group: change.group, count });
    // Goes on from the bound, so that one mistake is not reported at every later entry.
    counts.set(change.group, inBounds);
  }
  return [...found.values()];
}
