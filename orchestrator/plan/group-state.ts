// What is in force for a group: what the scenario says, and what each action since has changed. Pure, and the one place that knows
// it: the plan is made with it, the fleet carries it out, and the report looks back with it.
import { type FaultInForce, wantedState } from '../faults/in-force.ts';
import { linkAspect } from '../faults/link/link-aspect.ts';
import { kindOf } from '../faults/registry.ts';
import type { Limits } from '../scenario/groups/container-limits.ts';
import type { Group, Link } from '../scenario/groups/group.ts';
import { type ActionChange, groupsOf, type Replacement, type StateChange } from './plan.ts';

/** What the nodes of a group run, from an update on. */
export interface Revision {
  /** 1 is what the group has at first; each update counts on, also from one that was taken back. */
  readonly number: number;
  /** How many the group has had so far. */
  readonly had: number;
  /** The update that brought it, its entry in the scenario, and what was in force before; null for the first. */
  readonly update: { readonly id: string; readonly source: string; readonly before: Revision } | null;
}

type Own = Pick<Group, 'name' | 'cpus' | 'memoryBytes' | 'link' | 'distances' | 'readiness'>;

export interface GroupState {
  /** The group as the scenario has it. */
  readonly own: Own;
  /** Names of the nodes that are meant to be there, in the order in which they joined. */
  readonly nodes: readonly string[];
  /** Of each node, those that join later included. */
  readonly limits: Limits;
  /** Of nodes that join from now on; those that are there may not have got it yet. */
  readonly revision: Revision;
  /** Faults that hit the group or nodes of it and last, in the order in which they began. */
  readonly faults: readonly FaultInForce[];
}

const FIRST: Revision = { number: 1, had: 1, update: null };

/** Before the first action, with the nodes that were launched: those whose program was to end have gone by then. */
export function initialState(own: Own, launched: readonly string[] = []): GroupState {
  const { cpus, memoryBytes, readiness } = own;
  const nodes = readiness.probe.kind === 'completed' ? [] : launched;
  return { own, nodes, limits: { cpus, memoryBytes }, revision: FIRST, faults: [] };
}

/**
 * The state after a change to this very group. A change counts from the moment at which its action begins, also where that fails on some
 * of the nodes: those that join later get what was asked for.
 */
export function applyChange(state: GroupState, change: StateChange): GroupState {
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
    case 'update': {
      const { id, source, replacements } = change;
      const before = state.revision;
      const number = before.had + 1;
      const revision = { number, had: number, update: { id, source, before } };
      return { ...replaced(state, replacements), revision };
    }
    case 'replace':
      return replaced(state, [change.replacement]);
    case 'roll-back': {
      const { update, had } = state.revision;
      return update?.id === change.update ? { ...state, revision: { ...update.before, had } } : state;
    }
    case 'switch': {
      const nodes = change.service.find(({ group }) => group === state.own.name)?.nodes ?? [];
      return change.topology === 'peer-to-peer'
        ? without(state, nodes)
        : { ...state, nodes: [...state.nodes, ...nodes] };
    }
    case 'grant':
    case 'revoke':
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

/** Whoever takes another's place has just joined. */
function replaced(state: GroupState, replacements: readonly Replacement[]): GroupState {
  const left = without(
    state,
    replacements.map(({ node }) => node),
  );
  return { ...left, nodes: [...left.nodes, ...replacements.map(({ by }) => by)] };
}

function without(state: GroupState, nodes: readonly string[]): GroupState {
  return { ...state, nodes: state.nodes.filter((node) => !nodes.includes(node)) };
}
