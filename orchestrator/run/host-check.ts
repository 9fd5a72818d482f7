// Compares what a scenario asks for with what the engine's host has, before anything is launched. Pure.
import type { EngineDescription } from '../engine/engine.ts';
import { type GroupState, initialState, statesOver } from '../plan/group-state.ts';
import type { Plan } from '../plan/plan.ts';
import { containerLimits, type Limits } from '../scenario/groups/container-limits.ts';
import type { Group } from '../scenario/groups/group.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Sentences about what the host may be too small for; empty where it is fine. */
export function checkHost(scenario: Scenario, plan: Plan, host: EngineDescription): string[] {
  let cpus = 0;
  let memoryBytes = 0;
  for (const group of scenario.groups) {
    const states = statesOf(group, plan);
    const nodes = Math.max(...states.map((state) => state.nodes.length));
    const limits = containerLimits(group, highestOf(states.map((state) => state.limits)));
    cpus += nodes * (limits.cpus ?? 0);
    memoryBytes += nodes * (limits.memoryBytes ?? 0);
  }
  for (const load of scenario.loads) {
    cpus += load.generators * (load.cpus ?? 0);
    memoryBytes += load.generators * (load.memoryBytes ?? 0);
  }
  const warnings: string[] = [];
  if (cpus > host.cpus) {
    warnings.push(
      `The CPU limits add up to ${cpus.toFixed(1)} cores and the host has ${host.cpus}: nodes may be limited by the host instead of by their own limits.`,
    );
  }
  if (memoryBytes > host.memoryBytes) {
    warnings.push(
      `The memory limits add up to ${gibibytes(memoryBytes)} GiB and the host has ${gibibytes(host.memoryBytes)} GiB: nodes may run out of memory before their limits.`,
    );
  }
  return warnings;
}

/** All that the group goes through. */
function statesOf(group: Group, { initialNodes, actions }: Plan): readonly GroupState[] {
  const nodes = initialNodes.find((each) => each.group === group.name)?.nodes ?? [];
  return statesOver(
    initialState(group, nodes),
    actions.map(({ change }) => change),
  );
}

/** The highest of each limit; null where there never is one. */
function highestOf(limits: readonly Limits[]): Limits {
  const highest = (limit: keyof Limits): number | null => {
    const known = limits.flatMap((each) => each[limit] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  };
  return { cpus: highest('cpus'), memoryBytes: highest('memoryBytes') };
}

function gibibytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
