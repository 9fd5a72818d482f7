// All faults in force → what one side of a node is to be. Pure, and the one place that knows it: the plan is made with it, the run carries
// it out, and the report looks back with it.
import type { Group } from '../scenario/groups/group.ts';
import type { Aspect } from './kind/aspect.ts';
import type { Hit } from './kind/fault-kind.ts';
import { type Fault, kindOf } from './registry.ts';

/** A fault that has begun and not been taken back. */
export interface FaultInForce extends Hit {
  /** `f1`. */
  readonly id: string;
  readonly fault: Fault;
}

/** A node, or any newcomer of a group. */
export interface Subject {
  readonly group: string;
  /** undefined = a newcomer. */
  readonly node?: string | undefined;
}

/** What a side of a node is to be. @param faults in the order in which they began. */
export function wantedState<State>(
  aspect: Aspect<State>,
  own: Pick<Group, 'link' | 'distances'>,
  faults: readonly FaultInForce[],
  subject: Subject,
): State {
  let state = aspect.ofGroup(own);
  for (const each of faults) {
    const { effect } = kindOf(each.fault);
    if (effect.kind !== 'lasting' || effect.aspect !== aspect || !hits(each, subject)) continue;
    // The kind's own aspect, so that its state is of this type.
    state = effect.put(state, each.fault, each) as State;
  }
  return state;
}

/** Whether a fault in force is on this node. */
export function hits({ fault, nodes, newcomers }: FaultInForce, { group, node }: Subject): boolean {
  if (newcomers && fault.target.groups.includes(group)) return true;
  return node !== undefined && nodes.includes(node);
}
