// A saturated resource as a sentence: whose, when, how full, of how much.
import type { Saturation } from '../objectives/verdict.ts';
import type { SavedRun } from '../record/run-folder.ts';
import { containerLimits, type Limits } from '../scenario/container-limits.ts';
import { formatDuration, formatNumber, formatOffset, formatShare, formatValue } from './format-value.ts';

/** `servers-1's CPU at 12.3 s: 100 % of 0.2 CPU, throttled in 96 % of periods, for 18 s`. */
export function describeSaturation(saturation: Saturation, run: SavedRun): string {
  const throttled =
    saturation.throttled === null ? '' : `, throttled in ${formatShare(saturation.throttled)} of periods`;
  const lasted = saturation.forMs > 0 ? `, for ${formatDuration(saturation.forMs)}` : '';
  const use = `${formatShare(saturation.use)} of ${limitOf(saturation, run)}`;
  return `${nameSaturated(saturation)} at ${formatOffset(saturation.fromMs)}: ${use}${throttled}${lasted}`;
}

/** `servers-1's CPU`. */
export function nameSaturated({ resource, node }: Saturation): string {
  switch (resource) {
    case 'cpu':
      return `${node}'s CPU`;
    case 'memory':
      return `${node}'s memory`;
    case 'generator-cpu':
      return `generator ${node}'s CPU`;
    case 'host-cpu':
      return "the host's CPU";
  }
}

function limitOf(saturation: Saturation, run: SavedRun): string {
  if (saturation.resource === 'host-cpu') {
    const host = run.events.find((event) => event.type === 'run-started')?.host;
    return host === undefined ? 'all cores' : `${formatNumber(host.cpus)} CPUs`;
  }
  const limits = limitsAt(saturation, run);
  if (saturation.resource === 'memory') {
    return limits?.memoryBytes == null ? 'its memory limit' : formatValue(limits.memoryBytes, 'bytes');
  }
  return limits?.cpus == null ? 'the CPU it may use' : formatValue(limits.cpus, 'cores');
}

/** Limits of the node's container at that moment: the scenario's, changed by every resize that had begun by then. */
function limitsAt({ resource, group, node, fromMs }: Saturation, run: SavedRun): Limits | undefined {
  if (resource === 'generator-cpu') {
    return (
      run.scenario.loads.find((load) => load.name === group || node.startsWith(`${load.name}-`)) ??
      onlyLoad(run)
    );
  }
  const own = run.scenario.groups.find((each) => each.name === group);
  if (own === undefined) return undefined;
  let limits: Limits = own;
  for (const event of run.events) {
    if (event.type !== 'action-finished' || event.error !== undefined || event.startedMs > fromMs) continue;
    const { change } = event.action;
    if (change.kind !== 'resize' || change.group !== group) continue;
    // What a resize leaves out stays as it was.
    limits = {
      cpus: change.cpus ?? limits.cpus,
      memoryBytes: change.memoryBytes ?? limits.memoryBytes,
    };
  }
  return containerLimits(own, limits);
}

function onlyLoad({ scenario }: SavedRun): Limits | undefined {
  return scenario.loads.length === 1 ? scenario.loads[0] : undefined;
}
