// What a fault that is about to begin makes of those that it hits. Pure.
import { type Subject, wantedState } from '../faults/in-force.ts';
import { kindOf } from '../faults/registry.ts';
import { groupOfNode } from '../faults/targets/resolve-target.ts';
import type { GroupState } from './group-state.ts';
import type { ActionChange } from './plan.ts';

export type BegunFault = Extract<ActionChange, { kind: 'fault' }>;

/**
 * The state of the first of those that it hits; of any node where nobody knows yet who that is, null for a fault that does not last.
 * @param groups before it begins.
 */
export function stateWith(begun: BegunFault, groups: readonly GroupState[]): unknown {
  const { effect } = kindOf(begun.fault);
  if (effect.kind !== 'lasting') return null;
  const [first] = groups.flatMap((group) => subjectsIn(group, begun));
  const [group] = groups;
  const before =
    first === undefined
      ? effect.aspect.ofGroup(group?.own ?? { link: null, distances: [] })
      : wantedState(effect.aspect, first.state.own, first.state.faults, first.subject);
  return effect.put(before, begun.fault, begun);
}

/** Whether it leaves everybody as they are for good. A fault that ends, or that others which end lie under, never does. */
export function changesNothing(begun: BegunFault, groups: readonly GroupState[]): boolean {
  const { effect } = kindOf(begun.fault);
  if (effect.kind !== 'lasting' || begun.fault.forMs !== null) return false;
  const hit = groups.flatMap((group) => subjectsIn(group, begun));
  return (
    hit.length > 0 &&
    groups.every(({ faults }) => faults.every(({ fault }) => fault.forMs === null)) &&
    hit.every(({ state: { own, faults }, subject }) => {
      const before = wantedState(effect.aspect, own, faults, subject);
      return JSON.stringify(effect.put(before, begun.fault, begun)) === JSON.stringify(before);
    })
  );
}

interface Hit {
  readonly state: GroupState;
  readonly subject: Subject;
}

function subjectsIn(state: GroupState, { nodes, newcomers }: BegunFault): Hit[] {
  const group = state.own.name;
  const named = nodes.filter((node) => groupOfNode(node) === group).map((node) => ({ group, node }));
  return [...(newcomers ? [{ group }] : []), ...named].map((subject) => ({ state, subject }));
}
