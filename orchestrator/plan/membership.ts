// Who is meant to be in a group as changes go on: the plan is made with it, and the fleet asks it who is still wanted.
import type { Group } from '../scenario/groups/group.ts';
import { kindOf } from '../faults/registry.ts';
import { groupsOf, type StateChange } from './plan.ts';

/** Costs as much as a change names nodes, however many there are: of ten thousand, each may come and go ten times. */
export class Membership {
  readonly #group: string;
  /** In the order in which they joined. */
  readonly #names: Set<string>;
  /** The same as a list, until somebody joins or leaves. */
  #list: readonly string[] | undefined;

  /** @param launched before the first action; those whose program was to end have gone by then. */
  constructor({ name, readiness }: Pick<Group, 'name' | 'readiness'>, launched: readonly string[] = []) {
    this.#group = name;
    this.#names = new Set(readiness.probe.kind === 'completed' ? [] : launched);
  }

  get count(): number {
    return this.#names.size;
  }

  /** In the order in which they joined. */
  get nodes(): readonly string[] {
    this.#list ??= [...this.#names];
    return this.#list;
  }

  has(node: string): boolean {
    return this.#names.has(node);
  }

  /** Takes in a change; one to another group changes nothing. */
  apply(change: StateChange): void {
    if (!groupsOf(change).includes(this.#group)) return;
    switch (change.kind) {
      case 'scale-out':
      case 'join':
      case 'restore':
        return this.#join(change.nodes);
      case 'scale-in':
      case 'leave':
        return this.#leave(change.nodes);
      case 'update':
        return this.#replace(change.replacements);
      case 'replace':
        return this.#replace([change.replacement]);
      case 'switch': {
        const nodes = change.service.find(({ group }) => group === this.#group)?.nodes ?? [];
        return change.topology === 'peer-to-peer' ? this.#leave(nodes) : this.#join(nodes);
      }
      case 'fault': {
        const { effect } = kindOf(change.fault);
        return effect.kind !== 'lasting' && effect.removesNode ? this.#leave(change.nodes) : undefined;
      }
      case 'resize':
      case 'backup':
      case 'roll-back':
      case 'grant':
      case 'revoke':
      case 'fault-end':
        return;
    }
  }

  #join(nodes: readonly string[]): void {
    for (const node of nodes) this.#names.add(node);
    this.#list = undefined;
  }

  #leave(nodes: readonly string[]): void {
    for (const node of nodes) this.#names.delete(node);
    this.#list = undefined;
  }

  /** Whoever takes another's place has just joined. */
  #replace(replacements: readonly { readonly node: string; readonly by: string }[]): void {
    this.#leave(replacements.map(({ node }) => node));
    this.#join(replacements.map(({ by }) => by));
  }
}
