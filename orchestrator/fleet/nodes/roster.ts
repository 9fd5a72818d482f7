// Who is in the fleet, and what is in force for each group: the one place that knows both while a run goes on.
import type { RunningContainer } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';
import { applyChange, type GroupState, initialState, linkOf } from '../../plan/group-state.ts';
import { Membership } from '../../plan/membership.ts';
import { groupsOf, type StateChange } from '../../plan/plan.ts';
import type { Limits } from '../../scenario/groups/container-limits.ts';
import type { Group, Link } from '../../scenario/groups/group.ts';
import type { FleetNode, NodeState, PresentNode } from './node.ts';

export interface GroupCount {
  readonly group: string;
  readonly ready: number;
  readonly starting: number;
  /** Ended by a fault that may be taken back. */
  readonly down: number;
  readonly leaving: number;
  /** Nodes that are ready, by what they run; those of which there is none are left out. */
  readonly revisions: readonly { readonly revision: number; readonly ready: number }[];
  readonly limits: Limits;
  /** In force for each node, those that a fault has singled out apart; null = not shaped. */
  readonly link: Link | null;
}

interface Entering {
  /** Default: 1. */
  readonly revision?: number;
  readonly takesFrom?: string | undefined;
  /** Whether it is a store that comes back from its backup. Default: no. */
  readonly restored?: boolean;
}

export class Roster {
  readonly #groups: readonly Group[];
  readonly #nodes = new Map<string, FleetNode>();
  readonly #ofContainer = new Map<string, FleetNode>();
  readonly #states: Map<string, GroupState>;
  /** See `isWanted`. */
  readonly #wanted: ReadonlyMap<string, Membership>;
  /** Of every node that was ever asked for. */
  readonly #places = new Map<string, string>();
  /** See `holdPlace`. */
  readonly #holders = new Map<string, string>();
  readonly #onChange: () => void;

  /** @param onChange called whenever a count, a limit or a link changes: as often as nodes do, so that whoever counts them does so in its own time. */
  constructor(groups: readonly Group[], onChange: () => void) {
    this.#groups = groups;
    this.#states = new Map(groups.map((group) => [group.name, initialState(group)]));
    this.#wanted = new Map(groups.map((group) => [group.name, new Membership(group)]));
    this.#onChange = onChange;
  }

  /** A group of the scenario. Fails with `bug` where there is none. */
  group(name: string): Group {
    const group = this.#groups.find((each) => each.name === name);
    if (group === undefined)
      throw new TopolabError(`find group ${name}: the plan names it, the scenario does not`, { code: 'bug' });
    return group;
  }

  /** What is in force for a group, for nodes that join later too. */
  inForce(group: string): GroupState {
    return this.#states.get(group) ?? initialState(this.group(group));
  }

  /** From now on this is in force. Nodes that are there have not been told by that. */
  putInForce(change: StateChange): void {
    for (const group of groupsOf(change)) this.#states.set(group, applyChange(this.inForce(group), change));
    for (const members of this.#wanted.values()) members.apply(change);
  }

  /** Whether the plan, as far as it has been carried out, has a node join that it has not had leave since. */
  isWanted(group: string, node: string): boolean {
    return this.#wanted.get(group)?.has(node) === true;
  }

  /**
   * A node that is asked for: it has no container yet.
   * @param group with the program that it is to run.
   * @param takesFrom the node that makes room for it, though that may have gone long ago. Default: it has a place of its own.
   */
  enter(
    group: Group,
    name: string,
    { revision = 1, takesFrom = name, restored = false }: Entering = {},
  ): FleetNode {
    const place = this.#places.get(takesFrom) ?? takesFrom;
    this.#places.set(name, place);
    const node: FleetNode = {
      name,
      group,
      revision,
      place,
      restored,
      invitation: undefined,
      container: undefined,
      state: 'starting',
      gone: new AbortController(),
      endedAtMs: undefined,
      endsToTell: 0,
      joined: Promise.resolve(),
    };
    this.#nodes.set(name, node);
    return node;
  }

  /** Until a node of this name is asked for, and after it has gone, another one has its place. */
  holdPlace(name: string, holder: string): void {
    this.#holders.set(name, holder);
  }

  /** Who has the place of a node that the plan names: that node, the one that it is still to replace, or the one that came back for it. */
  holderOf(name: string): string {
    const seen = new Set<string>();
    let holder = name;
    while (!this.#nodes.has(holder) && !seen.has(holder)) {
      seen.add(holder);
      holder = this.#holders.get(holder) ?? holder;
    }
    return this.#nodes.has(holder) ? holder : name;
  }

  /** A node's container has been made. */
  hasContainer(node: FleetNode, container: RunningContainer): void {
    node.container = container;
    this.#ofContainer.set(container.id, node);
  }

  /** A node whose container is no more. */
  forget(node: FleetNode): void {
    if (node.container !== undefined) this.#ofContainer.delete(node.container.id);
    if (this.#nodes.get(node.name) === node) this.#nodes.delete(node.name);
  }

  find(name: string): FleetNode | undefined {
    return this.#nodes.get(name);
  }

  ofContainer(id: string): FleetNode | undefined {
    return this.#ofContainer.get(id);
  }

  /** In the order in which they were asked for. */
  all(): FleetNode[] {
    return [...this.#nodes.values()];
  }

  /** Nodes of a group, in the order in which they were asked for. */
  of(group: string, state?: NodeState): FleetNode[] {
    return this.all().filter(
      (node) => node.group.name === group && (state === undefined || node.state === state),
    );
  }

  /** Names of the nodes of a group, in the order in which they were asked for. */
  namesOf(group: string): string[] {
    return this.of(group).map(({ name }) => name);
  }

  /** Those of the nodes with these names whose container runs, or is about to end because of us. The others are left out. */
  present(names: readonly string[]): PresentNode[] {
    return names.flatMap((name) => presentOf(this.find(name)));
  }

  /** The same of a group's nodes. */
  presentOf(group: string): PresentNode[] {
    return this.of(group).flatMap(presentOf);
  }

  /** The same of those that are ready, of the groups that are wanted. */
  readyOf(wanted: (group: Group) => boolean): PresentNode[] {
    return this.all()
      .filter(({ state, group }) => state === 'ready' && wanted(group))
      .flatMap(presentOf);
  }

  counts(): GroupCount[] {
    return this.#groups.map(({ name }) => {
      const nodes = this.of(name);
      const count = (state: NodeState) => nodes.filter((node) => node.state === state).length;
      const inForce = this.inForce(name);
      return {
        group: name,
        ready: count('ready'),
        starting: count('starting'),
        down: count('down'),
        leaving: count('leaving'),
        revisions: readyRevisions(nodes),
        limits: inForce.limits,
        link: linkOf(inForce),
      };
    });
  }

  /** Tells that a node's state or what is in force has changed. */
  changed(): void {
    this.#onChange();
  }
}

function readyRevisions(nodes: readonly FleetNode[]): GroupCount['revisions'] {
  const ready = nodes.filter(({ state }) => state === 'ready');
  return [...Map.groupBy(ready, ({ revision }) => revision)]
    .map(([revision, { length }]) => ({ revision, ready: length }))
    .toSorted((a, b) => a.revision - b.revision);
}

function presentOf(node: FleetNode | undefined): PresentNode[] {
  if (node?.container === undefined || node.state === 'exited' || node.state === 'down') return [];
  const { name, group, container } = node;
  return [{ name, group, container }];
}
