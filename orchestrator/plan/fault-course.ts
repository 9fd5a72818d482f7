// Faults as the plan is made: whom they hit, when they are taken back, and who joins in place of the dead.
import { type Fault, kindOf, movesNodes } from '../faults/registry.ts';
import { chooseNodes, countOf } from '../faults/targets/choose-nodes.ts';
import { groupOfNode } from '../faults/targets/resolve-target.ts';
import type { Target } from '../faults/targets/target.ts';
import { exchanges } from '../scenario/groups/swarm-size.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Agenda } from './agenda.ts';
import type { Members } from './members.ts';
import type { ActionChange } from './plan.ts';
import { randomStream } from './random-stream.ts';
import { type BegunFault, changesNothing } from './with-fault.ts';

/** Faults end before anything else happens at the same time; replacements join after the timeline, before churn. */
const END_RANK = -1;
const REPLACEMENT_RANK = 1;

export interface FaultCourseOptions {
  readonly scenario: Pick<Scenario, 'seed' | 'groups'>;
  /** By group. */
  readonly members: ReadonlyMap<string, Members>;
  readonly agenda: Agenda;
  readonly write: (offsetMs: number, change: ActionChange, source: string) => void;
  /** One new node joins. */
  readonly join: (members: Members, offsetMs: number, source: string) => void;
}

export class FaultCourse {
  readonly #options: FaultCourseOptions;
  #begun = 0;
  /** For nodes that are hit at random, by kind of fault and groups. */
  readonly #chance = new Map<string, () => number>();

  constructor(options: FaultCourseOptions) {
    this.#options = options;
  }

  begin(written: Fault, offsetMs: number, source: string): void {
    const fault = this.#placed(written);
    const members = fault.target.groups.map((group) => this.#membersOf(group));
    const { effect } = kindOf(fault);
    const chosen = members.length > 0 ? chooseNodes(fault.target, members, this.#chanceOf(fault)) : undefined;
    const newcomers = effect.kind === 'lasting' && fault.target.who.kind === 'all';
    if (chosen?.length === 0 && !newcomers) return;
    const id = `f${this.#begun + 1}`;
    const spares = movesNodes(fault)
      ? members.map((each) => ({ group: each.group.name, nodes: each.newNames(each.count) }))
      : undefined;
    const begun: BegunFault = {
      kind: 'fault',
      id,
      fault,
      nodes: chosen ?? [],
      newcomers,
      ...(spares === undefined ? {} : { spares }),
    };
    const states = members.map(({ state }) => state);
    if (changesNothing(begun, states)) return;
    this.#begun++;
    this.#options.write(offsetMs, begun, source);
    if (effect.kind === 'lasting') this.#planEnd(begun, offsetMs, source);
    else this.#planReplacements(begun, effect.replacedAfterMs(fault), offsetMs, source);
  }

  /** Where no group is named, it is the only one whose nodes are connected to each other; none where there are several. */
  #placed(fault: Fault): Fault {
    if (fault.target.groups.length > 0) return fault;
    const swarms = this.#options.scenario.groups.filter(exchanges).map(({ name }) => name);
    return swarms.length === 1 ? { ...fault, target: { ...fault.target, groups: swarms } } : fault;
  }

  #planEnd({ id, fault, nodes, newcomers }: BegunFault, offsetMs: number, source: string): void {
    if (fault.forMs === null) return;
    const endMs = offsetMs + fault.forMs;
    this.#options.agenda.at(endMs, END_RANK, () => {
      const still = newcomers
        ? fault.target.groups.flatMap((group) => this.#membersOf(group).nodes)
        : nodes.filter((node) => this.#membersOf(groupOfNode(node)).has(node));
      this.#options.write(endMs, { kind: 'fault-end', id, fault, nodes: still }, source);
    });
  }

  #planReplacements(
    { fault, nodes }: BegunFault,
    afterMs: number | null,
    offsetMs: number,
    source: string,
  ): void {
    if (afterMs === null) return;
    const { agenda, join } = this.#options;
    const joinMs = offsetMs + afterMs;
    const { groups, who } = fault.target;
    for (const group of groups) {
      const members = this.#membersOf(group);
      const taken = nodes.filter((node) => groupOfNode(node) === group).length;
      const count = nodes.length === 0 ? askedOf(who, members.count) : taken;
      agenda.at(joinMs, REPLACEMENT_RANK, () => {
        for (let left = count; left > 0 && !members.isFull; left--) join(members, joinMs, source);
      });
    }
  }

  #chanceOf({ kind, target: { groups } }: Fault): () => number {
    const key = [...groups, kind];
    const chance = this.#chance.get(key.join()) ?? randomStream(this.#options.scenario.seed, ...key);
    this.#chance.set(key.join(), chance);
    return chance;
  }

  #membersOf(group: string): Members {
    const members = this.#options.members.get(group);
    if (members === undefined) throw new Error(`no group ${group}`);
    return members;
  }
}

/** How many of so many nodes a fault takes of which only the run can tell. */
function askedOf(who: Target['who'], nodes: number): number {
  if (who.kind === 'share') return countOf(who.share, nodes);
  return who.kind === 'count' ? Math.min(who.count, nodes) : 0;
}
