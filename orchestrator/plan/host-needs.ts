// What a scenario needs of the engine's host beyond an engine, and where it says so. Pure.
import type { HostNeed } from '../faults/kind/host-need.ts';
import { distanceNeeds, linkNeeds } from '../faults/link/link-needs.ts';
import { type Fault, kindOf } from '../faults/registry.ts';
import { fillsNeighbourTable } from '../scenario/groups/swarm-size.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface PlacedNeed extends HostNeed {
  /** `group peers`, `timeline[0] (group peers)`. */
  readonly where: string;
}

type Parts = Pick<Scenario, 'groups' | 'timeline'>;

export function hostNeeds({ groups, timeline }: Parts): PlacedNeed[] {
  const isWide = groups.some(({ distances }) => distances.length > 0);
  const distant = isWide ? distanceNeeds().map((need) => ({ ...need, where: 'network.between' })) : [];
  const initial = groups.flatMap(({ name, link }) =>
    link === null ? [] : linkNeeds(link).map((need) => ({ ...need, where: `group ${name}` })),
  );
  const changed = timeline.flatMap(({ change }, index) => {
    if (change.kind !== 'fault') return [];
    const { fault } = change;
    const hit = fault.target.groups.join(', ');
    const where = `timeline[${index}]${hit === '' ? '' : ` (group ${hit})`}`;
    return kindOf(fault)
      .needs(fault)
      .map((need) => ({ ...need, where }));
  });
  return [...distant, ...initial, ...changed];
}

/** Names of the groups on whose nodes' resources faults press from within. */
export function pressedGroups(parts: Parts): readonly string[] {
  return groupsHit(parts, (fault) => {
    const { effect } = kindOf(fault);
    return effect.kind === 'lasting' && effect.aspect.runsInside === true;
  });
}

/** Names of the groups whose programs start with the library by which faults reach into them. */
export function preloadedGroups(parts: Parts): readonly string[] {
  return groupsHit(parts, (fault) => kindOf(fault).preloads === true);
}

/** Whether some fault writes into nodes' control groups. */
export function writesControlGroups({ timeline }: Parts): boolean {
  return timeline.some(({ change }) => {
    if (change.kind !== 'fault') return false;
    const { effect } = kindOf(change.fault);
    return effect.kind === 'lasting' && effect.aspect.writesControlGroups === true;
  });
}

function groupsHit({ groups, timeline }: Parts, by: (fault: Fault) => boolean): readonly string[] {
  const targets = timeline.flatMap(({ change }) =>
    change.kind === 'fault' && by(change.fault) ? [change.fault.target.groups] : [],
  );
  // One that names no group may hit any that are connected.
  const anywhere = targets.some((target) => target.length === 0);
  return groups.map(({ name }) => name).filter((name) => anywhere || targets.flat().includes(name));
}

/** Whether a run has the helper that enters nodes' networks: for faults, and to tell nodes of large swarms each other's addresses. */
export function needsNetAdmin({ groups, timeline }: Parts): boolean {
  const changed = timeline.some(({ change }) => {
    if (change.kind !== 'fault') return false;
    const kind = kindOf(change.fault);
    const enters = kind.effect.kind === 'lasting' && kind.effect.aspect.entersNetwork;
    return enters || kind.needs(change.fault).length > 0;
  });
  const shaped = groups.some(({ link, distances }) => link !== null || distances.length > 0);
  return changed || shaped || fillsNeighbourTable({ groups });
}
