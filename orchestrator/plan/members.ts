// The nodes of a group as the plan goes on, and their names.
import { MOST_REPLICAS } from '../scenario/text/run-bounds.ts';
import type { Group } from '../scenario/groups/group.ts';
import { applyChange, type GroupState, initialState } from './group-state.ts';
import type { ActionChange } from './plan.ts';

export class Members {
  readonly group: Group;
  #state: GroupState;
  /** Numbers are never reused: a name means one container in logs and metrics of a run. */
  #lastNumber = 0;

  constructor(group: Group) {
    this.group = group;
    this.#state = initialState(group, this.newNames(group.replicas));
  }

  get state(): GroupState {
    return this.#state;
  }

  /** In the order in which they joined. */
  get nodes(): readonly string[] {
    return this.#state.nodes;
  }

  get count(): number {
    return this.nodes.length;
  }

  get isFull(): boolean {
    return this.count >= MOST_REPLICAS;
  }

  /** Names for nodes that are about to join. */
  newNames(count: number): string[] {
    return Array.from({ length: count }, () => `${this.group.name}-${++this.#lastNumber}`);
  }

  /** The newest leave first. */
  newest(count: number): string[] {
    return this.nodes.slice(this.count - count).toReversed();
  }

  apply(change: ActionChange): void {
    this.#state = applyChange(this.#state, change);
  }
}
