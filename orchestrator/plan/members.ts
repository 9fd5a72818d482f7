// The nodes of a group as the plan goes on, and their names.
import { MOST_REPLICAS } from '../scenario/text/run-bounds.ts';
import type { Group } from '../scenario/groups/group.ts';
import { applyChange, type GroupState, initialState } from './group-state.ts';
import { Membership } from './membership.ts';
import type { ActionChange } from './plan.ts';

export class Members {
  readonly group: Group;
  /** Before the load begins. */
  readonly launched: readonly string[];
  readonly #joined = new Map<string, number>();
  readonly #nextPlace: () => number;
  readonly #present: Membership;
  #state: GroupState;
  /** Numbers are never reused: a name means one container in logs and metrics of a run. */
  #lastNumber = 0;

  /** @param nextPlace counts the nodes of all groups, as they join. */
  constructor(group: Group, nextPlace: () => number) {
    this.group = group;
    this.#nextPlace = nextPlace;
    this.launched = this.newNames(group.replicas);
    this.#present = new Membership(group, this.launched);
    this.#state = initialState(group);
  }

  get state(): GroupState {
    return this.#state;
  }

  /** In the order in which they joined. */
  get nodes(): readonly string[] {
    return this.#present.nodes;
  }

  get count(): number {
    return this.#present.count;
  }

  get isFull(): boolean {
    return this.count >= MOST_REPLICAS;
  }

  has(node: string): boolean {
    return this.#present.has(node);
  }

  /** Names for nodes that are about to join. */
  newNames(count: number): string[] {
    return Array.from({ length: count }, () => {
      const name = `${this.group.name}-${++this.#lastNumber}`;
      this.#joined.set(name, this.#nextPlace());
      return name;
    });
  }

  /** Its place among the nodes of all groups, by join. */
  placeOf(node: string): number {
    const place = this.#joined.get(node);
    if (place === undefined) throw new Error(`${node} never joined ${this.group.name}`);
    return place;
  }

  /** The newest leave first. */
  newest(count: number): string[] {
    return this.nodes.slice(this.count - count).toReversed();
  }

  apply(change: ActionChange): void {
    this.#present.apply(change);
    this.#state = applyChange(this.#state, change);
  }
}
