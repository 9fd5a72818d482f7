// A saturated resource as a sentence: whose, when, how full, of how much.
import { nameRole } from '../../judge/name-role.ts';
import { nameHost } from '../../judge/resource-words.ts';
import type { Saturation } from '../../measure/figures/figures.ts';
import { withNodesHit } from '../../record/nodes-hit.ts';
import { type GroupState, initialState, linkOf, stateAfter } from '../../plan/group-state.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { containerLimits, type Limits } from '../../scenario/groups/container-limits.ts';
import type { Group, Link } from '../../scenario/groups/group.ts';
import {
  formatDuration,
  formatNumber,
  formatOffset,
  formatShare,
  formatValue,
} from '../../format/format-value.ts';

/** `servers-1's CPU at 12.3 s: 100 % of 0.2 CPU, throttled in 96 % of periods, for 18 s`. */
export function describeSaturation(saturation: Saturation, run: SavedRun): string {
  const throttled =
    saturation.throttled === null ? '' : `, throttled in ${formatShare(saturation.throttled)} of periods`;
  const lasted = saturation.forMs > 0 ? `, for ${formatDuration(saturation.forMs)}` : '';
  const use = `${formatShare(saturation.use)} of ${limitOf(saturation, run)}`;
  return `${nameSaturated(saturation)} at ${formatOffset(saturation.fromMs)}: ${use}${throttled}${lasted}`;
}

/** `servers-1's CPU`, `peers-3's uplink`, `CPU of the database (postgres)`. */
export function nameSaturated(saturation: Saturation): string {
  const { resource, group, node, role } = saturation;
  switch (resource) {
    case 'generator-cpu':
      return `generator ${node}'s CPU`;
    case 'host-cpu':
      return `${nameHost(saturation)}'s CPU`;
    case 'host-steal':
      return `${nameHost(saturation)}'s CPU (steal)`;
  }
  const what = resource === 'cpu' ? 'CPU' : resource;
  const only = nameRole(role, group);
  return only === undefined ? `${node}'s ${what}` : `${what} of ${only}`;
}

function limitOf(saturation: Saturation, run: SavedRun): string {
  if (saturation.resource === 'host-cpu' || saturation.resource === 'host-steal') {
    const started = run.events.find((event) => event.type === 'run-started');
    const host = started?.hosts?.find(({ name }) => name === saturation.host) ?? started?.host;
    // Earlier versions did not say of several hosts which.
    if (saturation.host === undefined && started?.hosts !== undefined) return 'the CPUs of the fullest host';
    return host === undefined ? 'all cores' : `${formatNumber(host.cpus)} CPUs`;
  }
  const limits = limitsAt(saturation, run);
  if (saturation.resource === 'memory') {
    return limits?.memoryBytes == null ? 'its memory limit' : formatValue(limits.memoryBytes, 'bytes');
  }
  if (saturation.resource === 'uplink' || saturation.resource === 'downlink') {
    const link = linkAt(saturation, run);
    const rate = saturation.resource === 'uplink' ? link?.uplinkBytesPerSecond : link?.downlinkBytesPerSecond;
    return rate == null ? 'its rate' : formatValue(rate, 'bytes-per-second');
  }
  return limits?.cpus == null ? 'the CPU it may use' : formatValue(limits.cpus, 'cores');
}

/** Limits of the node's container at that moment. */
function limitsAt({ resource, group, node, fromMs }: Saturation, run: SavedRun): Limits | undefined {
  if (resource === 'generator-cpu') {
    return (
      run.scenario.loads.find((load) => load.name === group || node.startsWith(`${load.name}-`)) ??
      onlyLoad(run)
    );
  }
  const own = run.scenario.groups.find((each) => each.name === group);
  return own === undefined ? undefined : containerLimits(own, stateAt(own, fromMs, run).limits);
}

/** The link of the node at that moment. */
function linkAt({ group, node, fromMs }: Saturation, run: SavedRun): Link | null {
  const own = run.scenario.groups.find((each) => each.name === group);
  return own === undefined ? null : linkOf(stateAt(own, fromMs, run), node);
}

/** What was in force for a group at a moment: the scenario's, changed by every action that had begun by then. */
function stateAt(group: Group, atMs: number, { events }: SavedRun): GroupState {
  const begun = events
    .flatMap((event) => (event.type === 'action-finished' && event.startedMs <= atMs ? [event] : []))
    .toSorted((a, b) => a.startedMs - b.startedMs);
  const changes = begun.map(({ action }) => withNodesHit(action.change, events));
  return stateAfter(initialState(group), changes);
}

function onlyLoad({ scenario }: SavedRun): Limits | undefined {
  return scenario.loads.length === 1 ? scenario.loads[0] : undefined;
}
