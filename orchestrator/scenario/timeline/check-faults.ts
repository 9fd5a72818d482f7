// Faults held against time: do they end before the run does, and is what they come to together possible?
import { kindOf } from '../../faults/registry.ts';
import { type FaultInForce, wantedState } from '../../faults/in-force.ts';
import type { KnownBefore } from '../../faults/kind/fault-kind.ts';
import type { Group } from '../groups/group.ts';
import { listeningPorts } from '../groups/listening-ports.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { writeDuration } from '../text/units.ts';
import { firingsOf } from './firings.ts';
import { losesNodes } from './loses-nodes.ts';
import type { TimelineEntry } from './timeline.ts';

interface Placed {
  readonly path: ProblemPath;
  readonly entry: TimelineEntry;
}

export function checkFaults(
  placed: readonly Placed[],
  groups: readonly Group[],
  durationMs: number,
  report: Report,
): void {
  const known: KnownBefore = {
    nodesOf: (name) => steadyNodes(name, groups, placed),
    portsOf: (name) => steadyPorts(name, groups, placed),
  };
  for (const each of placed) {
    checkEnd(each, durationMs, report);
    checkReplacement(each, durationMs, report);
    checkNodes(each, known, report);
  }
  checkTogether(placed, groups, report);
}

/** The first time at least has to end within the run; with `every`, the last ones may be cut short. */
function checkEnd({ path, entry: { schedule, change } }: Placed, durationMs: number, report: Report): void {
  if (change.kind !== 'fault' || change.fault.forMs === null) return;
  const { kind, forMs } = change.fault;
  const beginMs = schedule.kind === 'at' ? schedule.atMs : schedule.fromMs;
  if (beginMs >= durationMs || beginMs + forMs <= durationMs) return;
  const left = writeDuration(durationMs - beginMs);
  report([...path, kind, 'for'], `lasts beyond the end of the run; write ${left} or less, or leave it out`);
}

/** As with ends: the first replacement at least has to join within the run. */
function checkReplacement(
  { path, entry: { schedule, change } }: Placed,
  durationMs: number,
  report: Report,
): void {
  if (change.kind !== 'fault') return;
  const { effect } = kindOf(change.fault);
  const afterMs = effect.kind === 'momentary' ? effect.replacedAfterMs(change.fault) : null;
  const beginMs = schedule.kind === 'at' ? schedule.atMs : schedule.fromMs;
  if (afterMs === null || beginMs >= durationMs || beginMs + afterMs < durationMs) return;
  const left = writeDuration(durationMs - beginMs);
  report(
    [...path, change.fault.kind, 'replaceAfter'],
    `the run has ended by then, so no node would join; write less than ${left}, or leave it out`,
  );
}

function checkNodes({ path, entry: { change } }: Placed, known: KnownBefore, report: Report): void {
  if (change.kind !== 'fault') return;
  const misfit = kindOf(change.fault).misfit?.(change.fault, known);
  if (misfit !== undefined) report([...path, change.fault.kind, misfit.field], misfit.message);
}

/** Nodes of a group that has the same from the beginning to the end; undefined of any other. */
function steadyNodes(
  name: string,
  groups: readonly Group[],
  placed: readonly Placed[],
): readonly string[] | undefined {
  const group = groups.find((each) => each.name === name);
  const timeline = placed.map(({ entry }) => entry);
  const isChanged = timeline.some(
    ({ change }) => (change.kind === 'scale' || change.kind === 'update') && change.group === name,
  );
  if (group?.churn !== null || isChanged || losesNodes(name, timeline)) return undefined;
  return Array.from({ length: group.replicas }, (_, index) => `${name}-${index + 1}`);
}

/** TCP ports on which nodes of a group listen from the beginning to the end; undefined where nobody knows. */
function steadyPorts(
  name: string,
  groups: readonly Group[],
  placed: readonly Placed[],
): readonly number[] | undefined {
  const group = groups.find((each) => each.name === name);
  const isUpdated = placed.some(({ entry: { change } }) => change.kind === 'update' && change.group === name);
  return group === undefined || isUpdated ? undefined : listeningPorts(group);
}

/** What is left out of a change stays as it was, so only in order of time it shows whether a state is possible. */
function checkTogether(placed: readonly Placed[], groups: readonly Group[], report: Report): void {
  const reported = new Set<TimelineEntry>();
  let begun: (FaultInForce & { readonly endMs: number })[] = [];
  for (const { entry, offsetMs } of firingsOf(placed.map((each) => each.entry))) {
    const { change } = entry;
    if (change.kind !== 'fault') continue;
    const { fault } = change;
    const { effect } = kindOf(fault);
    if (effect.kind !== 'lasting') continue;
    // Whom rules choose is not known yet: any node of the groups may be hit by all.
    const inForce = {
      id: entry.source,
      fault,
      nodes: [],
      newcomers: true,
      endMs: offsetMs + (fault.forMs ?? Infinity),
    };
    begun = [...begun.filter(({ endMs }) => endMs > offsetMs), inForce];
    for (const group of groups.filter(({ name }) => fault.target.groups.includes(name))) {
      const state = wantedState(effect.aspect, group, begun, { group: group.name });
      const problem = effect.aspect.problem?.(state);
      if (problem === undefined || reported.has(entry)) continue;
      reported.add(entry);
      const path = placed.find((each) => each.entry === entry)?.path ?? [];
      report([...path, fault.kind], problem);
    }
  }
}
