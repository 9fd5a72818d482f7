// What is in force for a group: what the scenario says, and what each action since has changed. Pure, and the one place that knows
// it: the plan is made with it, the fleet carries it out, and the report looks back with it.
import { type FaultInForce, wantedState } from '../faults/in-force.ts';
import { linkAspect } from '../faults/link/link-aspect.ts';
import { kindOf } from '../faults/registry.ts';
import type { Limits } from '../scenario/groups/container-limits.ts';
import type { Group, Link } from '../scenario/groups/group.ts';
import { type ActionChange, groupsOf } from './plan.ts';

type Own = Pick<Group, 'name' | 'cpus' | 'memoryBytes' | 'link' | 'distances'>;

export interface GroupState {
  /** The group as the scenario has it. */
  readonly own: Own;
  /** Names of the nodes that are meant to be there, in the order in which they joined. */
  readonly nodes: readonly string[];
  /** Of each node, those that join later included. */
  readonly limits: Limits;
  /** Faults that hit the group or nodes of it and last, in the order in which they began. */
  readonly faults: readonly FaultInForce[];
}

/** Before the first action. */
export function initialState(own: Own, nodes: readonly string[] = []): GroupState {
  const { cpus, memoryBytes } = own;
  return { own, nodes, limits: { cpus, memoryBytes }, faults: [] };
}

/**
 * The state after a change to this very group. A change counts from the moment at which its action begins, also where that fails on some
 * of the nodes: those that join later get what was asked for.
 */
export function applyChange(state: GroupState, change: ActionChange): GroupState {
  switch (change.kind) {
    case 'scale-out':
    case 'join':
    case 'restore':
      return { ...state, nodes: [...state.nodes, ...change.nodes] };
    case 'scale-in':
    case 'leave':
      return without(state, change.nodes);
    case 'resize': {
      const { limits } = state;
      const { cpus, memoryBytes } = change;
      return {
        ...state,
        limits: { cpus: cpus ?? limits.cpus, memoryBytes: memoryBytes ?? limits.memoryBytes },
      };
    }
    case 'backup':
      return state;
    case 'fault': {
      const { effect } = kindOf(change.fault);
      if (effect.kind === 'lasting') return { ...state, faults: [...state.faults, change] };
      return effect.removesNode ? without(state, change.nodes) : state;
    }
    case 'fault-end':
      return { ...state, faults: state.faults.filter(({ id }) => id !== change.id) };
  }
}

/** The link of a node, or without one that of newcomers; null = not shaped. */
export function linkOf({ own, faults }: GroupState, node?: string): Link | null {
  return wantedState(linkAspect, own, faults, { group: own.name, node }).link;
}

/** The state after those of the changes that are to the group. */
export function stateAfter(state: GroupState, changes: readonly ActionChange[]): GroupState {
  return changes.filter((change) => isTo(state, change)).reduce(applyChange, state);
}

/** Every state that the group goes through, the first one included. */
export function statesOver(state: GroupState, changes: readonly ActionChange[]): readonly GroupState[] {
  const states = [state];
  for (const change of changes) {
    if (!isTo(state, change)) continue;
    state = applyChange(state, change);
    states.push(state);
  }
  return states;
}

function isTo({ own }: GroupState, change: ActionChange): boolean {
  return groupsOf(change).includes(own.name);
}

function without(state: GroupState, nodes: readonly string[]): GroupState {
  return { ...state, nodes: state.nodes.filter((node) => !nodes.includes(node)) };
}
