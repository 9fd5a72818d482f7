// What is in force for a group: what the scenario says, and what each action since has changed. Pure, and the one place that knows
// it: the plan is made with it, the fleet carries it out, and the report looks back with it.
import type { Group, Link } from '../scenario/groups/group.ts';
import type { Limits } from '../scenario/groups/container-limits.ts';
import type { ActionChange } from './plan.ts';

export interface GroupState {
  /** Names of the nodes that are meant to be there, in the order in which they joined. */
  readonly nodes: readonly string[];
  /** Of each node, those that join later included. */
  readonly limits: Limits;
  /** Of each node, those that join later included; null = not shaped. */
  readonly link: Link | null;
}

/** Before the first action. */
export function initialState(
  { cpus, memoryBytes, link }: Pick<Group, 'cpus' | 'memoryBytes' | 'link'>,
  nodes: readonly string[] = [],
): GroupState {
  return { nodes, limits: { cpus, memoryBytes }, link };
}

/**
 * The state after a change to this very group. A change counts from the moment at which its action begins, also where that fails on some
 * of the nodes: those that join later get what was asked for.
 */
export function applyChange(state: GroupState, change: ActionChange): GroupState {
  switch (change.kind) {
    case 'scale-out':
    case 'join':
      return { ...state, nodes: [...state.nodes, ...change.nodes] };
    case 'scale-in':
    case 'leave':
    case 'kill':
      return { ...state, nodes: state.nodes.filter((node) => !change.nodes.includes(node)) };
    case 'resize': {
      const { limits } = state;
      const { cpus, memoryBytes } = change;
      return {
        ...state,
        limits: { cpus: cpus ?? limits.cpus, memoryBytes: memoryBytes ?? limits.memoryBytes },
      };
    }
    case 'link':
      return { ...state, link: change.link };
  }
}

/** The state after those of the changes that are to the group. */
export function stateAfter(state: GroupState, group: string, changes: readonly ActionChange[]): GroupState {
  return changes.filter((change) => change.group === group).reduce(applyChange, state);
}

/** Every state that the group goes through, the first one included. */
export function statesOver(
  state: GroupState,
  group: string,
  changes: readonly ActionChange[],
): readonly GroupState[] {
  const states = [state];
  for (const change of changes) {
    if (change.group !== group) continue;
    state = applyChange(state, change);
    states.push(state);
  }
  return states;
}
