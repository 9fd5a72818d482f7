// What is in force for a group: what the scenario says, and what each action since has changed. Who is in it: membership.ts. Pure, and the one place that knows
// it: the plan is made with it, the fleet carries it out, and the report looks back with it.
import { type FaultInForce, wantedState } from '../faults/in-force.ts';
import { linkAspect } from '../faults/link/link-aspect.ts';
import { kindOf } from '../faults/registry.ts';
import type { Limits } from '../scenario/groups/container-limits.ts';
import type { Group, Link } from '../scenario/groups/group.ts';
import { type ActionChange, groupsOf, type StateChange } from './plan.ts';

/** What the nodes of a group run, from an update on. */
export interface Revision {
  /** 1 is what the group has at first; each update counts on, also from one that was taken back. */
  readonly number: number;
  /** How many the group has had so far. */
  readonly had: number;
  /** The update that brought it, its entry in the scenario, and what was in force before; null for the first. */
  readonly update: { readonly id: string; readonly source: string; readonly before: Revision } | null;
}

type Own = Pick<Group, 'name' | 'cpus' | 'memoryBytes' | 'link' | 'distances'>;

export interface GroupState {
  /** The group as the scenario has it. */
  readonly own: Own;
  /** Of each node, those that join later included. */
  readonly limits: Limits;
  /** Of nodes that join from now on; those that are there may not have got it yet. */
  readonly revision: Revision;
  /** Faults that hit the group or nodes of it and last, in the order in which they began. */
  readonly faults: readonly FaultInForce[];
}

const FIRST: Revision = { number: 1, had: 1, update: null };

/** Before the first action. */
export function initialState(own: Own): GroupState {
  const { cpus, memoryBytes } = own;
  return { own, limits: { cpus, memoryBytes }, revision: FIRST, faults: [] };
}

/**
 * The state after a change to this very group. A change counts from the moment at which its action begins, also where that fails on some
 * of the nodes: those that join later get what was asked for.
 */
export function applyChange(state: GroupState, change: StateChange): GroupState {
  switch (change.kind) {
    case 'resize': {
      const { limits } = state;
      const { cpus, memoryBytes } = change;
      return {
        ...state,
        limits: { cpus: cpus ?? limits.cpus, memoryBytes: memoryBytes ?? limits.memoryBytes },
      };
    }
    case 'update': {
      const { id, source } = change;
      const before = state.revision;
      const number = before.had + 1;
      const revision = { number, had: number, update: { id, source, before } };
      return { ...state, revision };
    }
    case 'roll-back': {
      const { update, had } = state.revision;
      return update?.id === change.update ? { ...state, revision: { ...update.before, had } } : state;
    }
    case 'fault': {
      const isLasting = kindOf(change.fault).effect.kind === 'lasting';
      return isLasting ? { ...state, faults: [...state.faults, change] } : state;
    }
    case 'fault-end':
      return { ...state, faults: state.faults.filter(({ id }) => id !== change.id) };
    case 'scale-out':
    case 'scale-in':
    case 'join':
    case 'leave':
    case 'replace':
    case 'switch':
    case 'backup':
    case 'restore':
    case 'grant':
    case 'revoke':
      return state;
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

/** Every state that the group goes through, the first one included. Who joins or leaves makes no other. */
export function statesOver(state: GroupState, changes: readonly ActionChange[]): readonly GroupState[] {
  const states = [state];
  for (const change of changes) {
    if (!isTo(state, change)) continue;
    const before = state;
    state = applyChange(state, change);
    if (state !== before) states.push(state);
  }
  return states;
}

function isTo({ own }: GroupState, change: ActionChange): boolean {
  return groupsOf(change).includes(own.name);
}
