// Compares what a scenario asks for with what the engine's host has, before anything is launched. Pure.
import type { EngineDescription } from '../engine/engine.ts';
import type { Plan } from '../plan/plan.ts';
import { containerLimits, type Limits } from '../scenario/container-limits.ts';
import type { Group, Scenario } from '../scenario/scenario.ts';

/** A Linux bridge carries at most this many containers (BR_MAX_PORTS = 1024 in the kernel, less our helpers). */
const MAX_CONTAINERS = 1000;

/** Sentences about what the host may be too small for; empty where it is fine. */
export function checkHost(scenario: Scenario, plan: Plan, host: EngineDescription): string[] {
  const peak = peakNodes(plan);
  let cpus = 0;
  let memoryBytes = 0;
  let containers = 0;
  for (const group of scenario.groups) {
    const nodes = peak.get(group.name) ?? 0;
    containers += nodes;
    const limits = containerLimits(group, highestLimits(plan, group));
    cpus += nodes * (limits.cpus ?? 0);
    memoryBytes += nodes * (limits.memoryBytes ?? 0);
  }
  for (const load of scenario.loads) {
    containers += load.generators;
    cpus += load.generators * (load.cpus ?? 0);
    memoryBytes += load.generators * (load.memoryBytes ?? 0);
  }
  const warnings: string[] = [];
  if (containers > MAX_CONTAINERS) {
    warnings.push(
      `${containers} containers at once: one Docker bridge network carries about ${MAX_CONTAINERS}.`,
    );
  }
  if (cpus > host.cpus) {
    warnings.push(
      `The CPU limits add up to ${cpus.toFixed(1)} cores and the host has ${host.cpus}: nodes may be held back by the host instead of their limits.`,
    );
  }
  if (memoryBytes > host.memoryBytes) {
    warnings.push(
      `The memory limits add up to ${gibibytes(memoryBytes)} GiB and the host has ${gibibytes(host.memoryBytes)} GiB: nodes may run out of memory before their limits.`,
    );
  }
  return warnings;
}

/** The most nodes that each group has at one time. */
function peakNodes(plan: Plan): Map<string, number> {
  const peak = new Map(plan.initialNodes.map(({ group, nodes }) => [group, nodes.length]));
  for (const { change } of plan.actions) {
    if (change.kind === 'scale-out' || change.kind === 'join')
      peak.set(change.group, Math.max(peak.get(change.group) ?? 0, change.to));
  }
  return peak;
}

/** The highest that nodes of the group ever have; null where they never have one. */
function highestLimits(plan: Plan, group: Group): Limits {
  const resizes = plan.actions.flatMap(({ change }) =>
    change.kind === 'resize' && change.group === group.name ? [change] : [],
  );
  const highest = (limit: keyof Limits): number | null => {
    const known = [group, ...resizes].flatMap((each) => each[limit] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  };
  return { cpus: highest('cpus'), memoryBytes: highest('memoryBytes') };
}

function gibibytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
