// Switches of the timeline held against the groups, and against what the network is by then.
import { bringsNodesBack, takesNodes } from '../../faults/registry.ts';
import { checkGroupName } from '../groups/check-group-name.ts';
import { clientRole } from '../groups/client-role.ts';
import { serviceOf } from '../groups/switched-service.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { writeDuration } from '../text/units.ts';
import { firingsOf } from './firings.ts';
import type { Change, TimelineEntry } from './timeline.ts';
import type { WrittenTimeline } from './written-timeline.ts';

interface Placed {
  readonly path: ProblemPath;
  readonly entry: TimelineEntry;
}

type SwitchChange = Extract<Change, { readonly kind: 'switch' }>;

/** `durationMs`: of the run. */
export function checkSwitches(
  placed: readonly Placed[],
  written: WrittenTimeline,
  durationMs: number,
  report: Report,
): void {
  const switches = placed.flatMap(({ path, entry }) =>
    entry.change.kind === 'switch' ? [{ path: [...path, 'switch'], entry, change: entry.change }] : [],
  );
  for (const { path, entry, change } of switches) {
    checkGroup(change, path, written, report);
    const beginMs = entry.schedule.kind === 'at' ? entry.schedule.atMs : entry.schedule.fromMs;
    const leftMs = durationMs - beginMs;
    if (leftMs > 0 && change.holdMs >= leftMs)
      report([...path, 'hold'], `lasts beyond the end of the run; write less than ${writeDuration(leftMs)}`);
  }
  checkOrder(switches, report);
  const [first] = switches;
  if (first !== undefined) for (const each of placed) checkBeside(each, first.change, written, report);
}

function checkGroup(
  { group }: SwitchChange,
  path: ProblemPath,
  written: WrittenTimeline,
  report: Report,
): void {
  const { groups, hasAccess } = written;
  checkGroupName(group, [clientRole.name], [...path, 'group'], written, report);
  const value = groups.find(({ name }) => name === group)?.value;
  if (value?.role !== 'client') return;
  if (!value.switches)
    return report([...path, 'group'], `"${group}" can't become peers; give it \`switches: true\``);
  if (hasAccess)
    report(path, 'does not go with `access`: rights do not move along; leave out one of them', 'key');
  const all = groups.map((each) => ({ ...each.value, name: each.name }));
  const service = serviceOf(group, all);
  for (const other of all) {
    if (other.name === group || service.includes(other.name)) continue;
    const others = 'asks' in other ? serviceOf(other.name, all) : [];
    const balanced = 'balances' in other ? other.balances : [];
    const kept = 'store' in other && other.store !== undefined ? [other.store] : [];
    const shared = [...others, ...balanced, ...kept].find((name) => service.includes(name));
    if (shared !== undefined)
      report(
        [...path, 'group'],
        `"${shared}" leaves in this switch, but "${other.name}" needs it; give that another one`,
      );
  }
  for (const name of service) {
    const server = all.find((each) => each.name === name);
    if (server !== undefined && 'churn' in server && server.churn !== undefined)
      report([...path, 'group'], `"${name}" leaves in this switch, but has \`churn\`; leave out one of them`);
    if (server?.role === 'store' && server.backup !== undefined)
      report(
        [...path, 'group'],
        `"${name}" leaves in this switch, but has a \`backup\`; leave out one of them`,
      );
  }
}

/** Every switch of a group goes where the group is not, and begins as client-server. */
function checkOrder(
  switches: readonly { readonly path: ProblemPath; readonly entry: TimelineEntry }[],
  report: Report,
): void {
  const now = new Map<string, SwitchChange['to']>();
  const reported = new Set<TimelineEntry>();
  for (const { entry, offsetMs } of firingsOf(switches.map(({ entry }) => entry))) {
    const { change } = entry;
    if (change.kind !== 'switch') continue;
    const before = now.get(change.group) ?? 'client-server';
    now.set(change.group, change.to);
    if (before !== change.to || reported.has(entry)) continue;
    reported.add(entry);
    const path = switches.find((each) => each.entry === entry)?.path ?? [];
    const other = change.to === 'peer-to-peer' ? 'client-server' : 'peer-to-peer';
    report(
      [...path, 'to'],
      `"${change.group}" is ${change.to} already at ${writeDuration(offsetMs)}; write ${other}, or leave it out`,
    );
  }
}

/** Who would join, or come back, would not know which way to serve. */
function checkBeside(
  { path, entry: { change } }: Placed,
  { group }: SwitchChange,
  { groups }: WrittenTimeline,
  report: Report,
): void {
  const all = groups.map((each) => ({ ...each.value, name: each.name }));
  const bound = [group, ...serviceOf(group, all)];
  const refuse = (key: string, name: string) =>
    report(
      [...path, key],
      `"${name}" takes part in a \`switch\`, which counts on its nodes; leave out one of them`,
      'key',
    );
  if (change.kind === 'scale' || change.kind === 'update') {
    if (bound.includes(change.group)) refuse(change.kind, change.group);
  } else if (change.kind === 'fault') {
    const { fault } = change;
    const hit = fault.target.groups.find((name) => bound.includes(name));
    if (hit !== undefined && (bringsNodesBack(fault) || (hit !== group && takesNodes(fault))))
      refuse(fault.kind, hit);
  }
}
