// Compares what a scenario asks for with what the engine's host has, before anything is launched. Pure.
import type { EngineDescription } from '../engine/engine.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';

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
    cpus += nodes * mostOf(plan, group.name, 'cpus', group.cpus ?? 0);
    memoryBytes += nodes * mostOf(plan, group.name, 'memoryBytes', group.memoryBytes ?? 0);
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

function mostOf(plan: Plan, group: string, limit: 'cpus' | 'memoryBytes', start: number): number {
  const changes = plan.actions.flatMap(({ change }) =>
    change.kind === 'resize' && change.group === group ? (change[limit] ?? 0) : 0,
  );
  return Math.max(start, ...changes);
}

function gibibytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
