// Switches as the plan is made: which nodes switch, and which servers leave or join by it.
import type { Group } from '../scenario/groups/group.ts';
import { serviceOf } from '../scenario/groups/switched-service.ts';
import type { Change } from '../scenario/timeline/timeline.ts';
import type { Members } from './members.ts';
import type { ActionChange } from './plan.ts';

export interface SwitchCourseOptions {
  readonly groups: readonly Group[];
  readonly membersOf: (group: string) => Members;
  /** @param surge nodes that are there in addition from then on. */
  readonly write: (offsetMs: number, change: ActionChange, source: string, surge: number) => void;
}

export class SwitchCourse {
  readonly #options: SwitchCourseOptions;
  /** Group → how many of its nodes left when its users became peers. */
  readonly #left = new Map<string, number>();
  #begun = 0;

  constructor(options: SwitchCourseOptions) {
    this.#options = options;
  }

  /** As many servers come back as left. */
  begin(
    { group, to, holdMs }: Extract<Change, { readonly kind: 'switch' }>,
    offsetMs: number,
    source: string,
  ): void {
    const { groups, membersOf, write } = this.#options;
    const service = serviceOf(group, groups).map((name) => {
      const members = membersOf(name);
      if (to === 'client-server')
        return { group: name, nodes: members.newNames(this.#left.get(name) ?? members.group.replicas) };
      this.#left.set(name, members.count);
      return { group: name, nodes: [...members.nodes] };
    });
    const { nodes } = membersOf(group);
    const joining = to === 'client-server' ? service.reduce((sum, each) => sum + each.nodes.length, 0) : 0;
    write(
      offsetMs,
      { kind: 'switch', id: `s${++this.#begun}`, group, topology: to, holdMs, nodes, service },
      source,
      joining,
    );
  }
}
