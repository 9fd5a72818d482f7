// What is watched for running out: where nothing did, that is all that can be said. Pure.
import { nameRole } from '../../judge/name-role.ts';
import { type GroupState, initialState, linkOf, statesOver } from '../../plan/group-state.ts';
import { makePlan } from '../../plan/make-plan.ts';
import type { Group, Link } from '../../scenario/groups/group.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/**
 * `what is monitored and has a limit: CPU of servers; memory of servers; CPU of the host. Without a CPU limit of their own, and so part of
 * the host's: the balancer and the load generators`.
 * @param sizedByCpu the group whose nodes get a CPU limit at each size of a study.
 */
export function whatIsWatched(scenario: Scenario, sizedByCpu?: string): string {
  const unlimited = withoutCpuLimit(scenario, sizedByCpu);
  return `what is monitored and has a limit: ${watched(scenario, sizedByCpu)}${unlimited === null ? '' : `. ${unlimited}`}`;
}

/** What to say instead of a resource. */
export function nothingRanOut(scenario: Scenario): string {
  return `nothing of ${whatIsWatched(scenario)}`;
}

/** `Without a CPU limit of their own (they use the host's): the balancer`; null where everything has one. */
export function withoutCpuLimit(scenario: Scenario, sizedByCpu?: string): string | null {
  const { cpus } = limitsOf(scenario, sizedByCpu);
  const groups = scenario.groups.filter(({ name }) => !cpus.includes(name)).map(nameGroup);
  const generators = scenario.loads.some((load) => load.cpus === null) ? ['the load generators'] : [];
  const names = [...groups, ...generators];
  return names.length === 0
    ? null
    : `Without a CPU limit of their own (they use the host's): ${inOneList(names)}`;
}

function watched(scenario: Scenario, sizedByCpu: string | undefined): string {
  const limits = limitsOf(scenario, sizedByCpu);
  const named = (what: string, names: readonly string[]) => {
    const groups = scenario.groups.filter(({ name }) => names.includes(name));
    return groups.length === 0 ? [] : [`${what} of ${inOneList(groups.map(nameGroup))}`];
  };
  const generators = scenario.loads.some(({ cpus }) => cpus !== null) ? ['CPU of the load generators'] : [];
  const parts = [
    ...named('CPU', limits.cpus),
    ...named('memory', limits.memory),
    ...named('uplink', limits.uplink),
    ...named('downlink', limits.downlink),
    ...generators,
    'CPU of the host',
  ];
  return parts.join('; ');
}

/** Groups that have a limit at any time: from the start, or by the timeline. */
function limitsOf(scenario: Scenario, sizedByCpu: string | undefined) {
  const changes = makePlan(scenario, { acrossHosts: true }).actions.map(({ change }) => change);
  const having = (isLimited: (state: GroupState) => boolean) =>
    scenario.groups
      .filter((group) => statesOver(initialState(group), changes).some(isLimited))
      .map(({ name }) => name);
  return {
    cpus: [
      ...having(({ limits }) => limits.cpus !== null),
      ...(sizedByCpu === undefined ? [] : [sizedByCpu]),
    ],
    memory: having(({ limits }) => limits.memoryBytes !== null),
    uplink: having((state) => linksOf(state).some((link) => link?.uplinkBytesPerSecond != null)),
    downlink: having((state) => linksOf(state).some((link) => link?.downlinkBytesPerSecond != null)),
  };
}

/** Of newcomers, and of each node that a fault has singled out. */
function linksOf(state: GroupState): (Link | null)[] {
  const hit = new Set(state.faults.flatMap(({ nodes }) => nodes));
  return [linkOf(state), ...[...hit].map((node) => linkOf(state, node))];
}

function nameGroup({ role, name }: Group): string {
  return nameRole(role, name) ?? name;
}

/** `a`, `a and b`, `a, b and c`. */
function inOneList(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
