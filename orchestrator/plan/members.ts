// The nodes of a group as the plan goes on.
import { MOST_REPLICAS } from '../scenario/group-schema.ts';
import type { Group, Link } from '../scenario/scenario.ts';

export class Members {
  readonly group: Group;
  /** In the order in which they joined. */
  readonly nodes: string[] = [];
  /** The link in force; null = not shaped. */
  link: Link | null;
  /** Numbers are never reused: a name means one container in logs and metrics of a run. */
  #lastNumber = 0;

  constructor(group: Group) {
    this.group = group;
    this.link = group.link;
    this.join(group.replicas);
  }

  get count(): number {
    return this.nodes.length;
  }

  get isFull(): boolean {
    return this.count >= MOST_REPLICAS;
  }

  join(count: number): string[] {
    const joining = Array.from({ length: count }, () => `${this.group.name}-${++this.#lastNumber}`);
    this.nodes.push(...joining);
    return joining;
  }

  /** The newest leave first. */
  leaveNewest(count: number): string[] {
    return this.nodes.splice(this.count - count, count).toReversed();
  }

  remove(node: string): void {
    const index = this.nodes.indexOf(node);
    if (index >= 0) this.nodes.splice(index, 1);
  }
}
