// Scenario → Plan: when what happens to which node. Pure: no clock, no I/O. What is random draws from the scenario's seed only,
// so the same scenario gives the same plan.
import { type Firing, firingsOf } from '../scenario/timeline/firings.ts';
import {
  MOST_ACTIONS,
  MOST_NODES,
  MOST_NODES_NAMED,
  MOST_NODES_OF_A_HOST,
  MOST_REPLICAS,
} from '../scenario/text/run-bounds.ts';
import { losesNodes } from '../scenario/timeline/loses-nodes.ts';
import type { Change } from '../scenario/timeline/timeline.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { writeDuration } from '../scenario/text/units.ts';
import { AccessCourse } from './access-course.ts';
import { Agenda } from './agenda.ts';
import { ChurnCourse } from './churn-course.ts';
import { FaultCourse } from './fault-course.ts';
import { hostNeeds } from './host-needs.ts';
import { curveOf } from './load-curve.ts';
import { Members } from './members.ts';
import { SwitchCourse } from './switch-course.ts';
import { UpdateCourse } from './update-course.ts';
import { type ActionChange, type Action, groupsOf, type Plan } from './plan.ts';
import { PlanProblem } from './plan-problem.ts';
import { summarizeChange } from './summarize-change.ts';

/** Among what happens at the same time; see fault-course.ts and churn-course.ts for the others. */
const TIMELINE_RANK = 0;

export interface PlanMaking {
  /** Whether it is for several hosts, or for no hosts yet. Default: for one host. */
  readonly acrossHosts?: boolean | undefined;
}

/**
 * The plan of a scenario. Changes that change nothing, and faults that hit nobody, are left out.
 *
 * @throws PlanProblem where it has more than 100,000 actions, where these name more than a million nodes in all, or where there are more nodes at
 * once than the network carries: 1,000 on one host, wherever else 10,000.
 * @throws Error where a scaling would leave a negative number of nodes in a group that only scalings change: a checked
 * scenario has none, so this is a mistake of ours.
 */
export function makePlan(scenario: Scenario, { acrossHosts = false }: PlanMaking = {}): Plan {
  const course = new Course(scenario, acrossHosts ? MOST_NODES : MOST_NODES_OF_A_HOST);
  const initialNodes = [...course.members].map(([group, { launched }]) => ({ group, nodes: [...launched] }));
  course.run();
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    durationMs: scenario.durationMs,
    initialNodes,
    phases: scenario.phases,
    loads: scenario.loads.map((load) => curveOf(load, scenario.groups)),
    needs: hostNeeds(scenario),
    actions: course.actions,
  };
}

/** Plays the scenario through once, and writes down what happens. */
class Course {
  readonly members: ReadonlyMap<string, Members>;
  readonly actions: Action[] = [];
  readonly #scenario: Scenario;
  /** At the same time, over all groups, generators included. */
  readonly #mostNodes: number;
  readonly #agenda: Agenda;
  readonly #churn = new Map<string, ChurnCourse>();
  readonly #faults: FaultCourse;
  readonly #updates: UpdateCourse;
  readonly #switches: SwitchCourse;
  readonly #access: AccessCourse | undefined;
  #named = 0;

  constructor(scenario: Scenario, mostNodes: number) {
    this.#scenario = scenario;
    this.#mostNodes = mostNodes;
    this.#access = scenario.access && new AccessCourse(scenario.access, scenario.seed);
    this.#agenda = new Agenda(scenario.durationMs);
    let joined = 0;
    const nextPlace = () => ++joined;
    this.members = new Map(scenario.groups.map((group) => [group.name, new Members(group, nextPlace)]));
    this.#faults = new FaultCourse({
      scenario,
      members: this.members,
      agenda: this.#agenda,
      write: (...action) => this.#write(...action),
      join: (...node) => this.#join(...node),
    });
    this.#updates = new UpdateCourse({
      seed: scenario.seed,
      agenda: this.#agenda,
      write: (...action) => this.#write(...action),
      joined: (group, node, offsetMs) => this.#churn.get(group)?.joined(node, offsetMs),
    });
    this.#switches = new SwitchCourse({
      groups: scenario.groups,
      membersOf: (group) => this.#membersOf(group),
      write: (...action) => this.#write(...action),
    });
  }

  run(): void {
    this.#checkTotal(0, 'groups');
    for (const firing of firingsOf(this.#scenario.timeline))
      this.#agenda.at(firing.offsetMs, TIMELINE_RANK, () => this.#fire(firing));
    for (const members of this.members.values()) this.#startChurn(members);
    this.#agenda.run();
  }

  #startChurn(members: Members): void {
    const { name, churn } = members.group;
    if (churn === null) return;
    const source = `groups.${name}.churn`;
    const course = new ChurnCourse({
      churn,
      members,
      seed: this.#scenario.seed,
      agenda: this.#agenda,
      join: (offsetMs) => this.#join(members, offsetMs, source),
      leave: (node, how, offsetMs) => {
        const from = members.count;
        this.#write(offsetMs, { kind: 'leave', group: name, from, to: from - 1, nodes: [node], how }, source);
      },
    });
    this.#churn.set(name, course);
    course.start();
  }

  #fire({ offsetMs, entry: { change, source } }: Firing): void {
    switch (change.kind) {
      case 'scale':
        return this.#scale(change, offsetMs, source);
      case 'resize': {
        const { nodes } = this.#membersOf(change.group);
        return this.#write(offsetMs, { ...change, nodes }, source);
      }
      case 'backup': {
        const { nodes } = this.#membersOf(change.group);
        if (nodes.length > 0) this.#write(offsetMs, { ...change, nodes }, source);
        return;
      }
      case 'restore':
        return this.#restore(change.group, offsetMs, source);
      case 'update':
        return this.#updates.begin(change.update, this.#membersOf(change.group), offsetMs, source);
      case 'switch':
        return this.#switches.begin(change, offsetMs, source);
      case 'grant':
      case 'revoke': {
        const access = this.#access?.change(change, this.members);
        return access && this.#write(offsetMs, access, source);
      }
      case 'fault':
        return this.#faults.begin(change.fault, offsetMs, source);
    }
  }

  /** Stays within 0 and the most nodes of a group: how many are there may be a matter of chance. */
  #scale(change: Extract<Change, { kind: 'scale' }>, offsetMs: number, source: string): void {
    const { group } = change;
    const members = this.#membersOf(group);
    const from = members.count;
    const wanted = 'to' in change ? change.to : from + change.by;
    // Without chance the check has seen to it (see check-timeline.ts).
    if (wanted < 0 && !this.#losesNodes(group)) throw new Error(`${source}: ${wanted} nodes in ${group}`);
    const to = Math.min(Math.max(wanted, 0), MOST_REPLICAS);
    if (to < from) {
      const nodes = members.newest(from - to);
      this.#write(offsetMs, { kind: 'scale-in', group, from, to, nodes }, source);
    } else if (to > from) {
      const nodes = members.newNames(to - from);
      this.#write(offsetMs, { kind: 'scale-out', group, from, to, nodes }, source);
      for (const node of nodes) this.#churn.get(group)?.joined(node, offsetMs);
    }
  }

  /** A store that is there needs none: the check has seen to it that the first time of each entry is not such a one. */
  #restore(group: string, offsetMs: number, source: string): void {
    const members = this.#membersOf(group);
    if (members.count > 0) return;
    const [node] = members.newNames(1);
    if (node === undefined) throw new Error(`${source}: nobody came back to ${group}`);
    this.#write(offsetMs, { kind: 'restore', group, from: 0, to: 1, nodes: [node] }, source);
  }

  #checkTotal(offsetMs: number, source: string, surge = 0): void {
    const generators = this.#scenario.loads.reduce((sum, load) => sum + load.generators, 0);
    const total = [...this.members.values()].reduce((sum, { count }) => sum + count, generators + surge);
    const most = this.#mostNodes;
    if (total <= most) return;
    const when = offsetMs === 0 ? 'at the start' : `in all at ${writeDuration(offsetMs)}`;
    const [who, advice] =
      most === MOST_NODES_OF_A_HOST && total <= MOST_NODES
        ? ["a host's network carries", 'write fewer, or run it on a Swarm (--engine swarm)']
        : ['a run may have', 'write fewer'];
    throw new PlanProblem(
      source,
      `come to ${total} nodes ${when}, generators included; ${who} ${most}: ${advice}`,
    );
  }

  #losesNodes(group: string): boolean {
    return this.#churn.has(group) || losesNodes(group, this.#scenario.timeline);
  }

  /** One node joins by itself. Answers its name. */
  #join(members: Members, offsetMs: number, source: string): string {
    const group = members.group.name;
    const from = members.count;
    const [node] = members.newNames(1);
    if (node === undefined) throw new Error(`${source}: nobody joined ${group}`);
    this.#write(offsetMs, { kind: 'join', group, from, to: from + 1, nodes: [node] }, source);
    this.#churn.get(group)?.joined(node, offsetMs);
    return node;
  }

  #membersOf(group: string): Members {
    const members = this.members.get(group);
    if (members === undefined) throw new Error(`no group ${group}`);
    return members;
  }

  /** Looks at the bounds before the action is there, so that no scenario makes more of them than can be kept. */
  #write(offsetMs: number, change: ActionChange, source: string, surge = 0): void {
    if (this.actions.length >= MOST_ACTIONS) {
      const advice = 'write longer times, or fewer nodes';
      throw new PlanProblem(
        source,
        `makes action ${MOST_ACTIONS + 1} at ${writeDuration(offsetMs)}; ${advice}`,
      );
    }
    this.#named += change.nodes.length;
    if (this.#named > MOST_NODES_NAMED)
      throw new PlanProblem(
        source,
        `makes actions that name ${this.#named} nodes in all by ${writeDuration(offsetMs)}; write longer times, or fewer nodes, for ${MOST_NODES_NAMED} or less`,
      );
    const id = `a${this.actions.length + 1}`;
    const groups = groupsOf(change).map((group) => this.#membersOf(group));
    const summary = summarizeChange(
      change,
      groups.map(({ state }) => state),
    );
    for (const members of groups) members.apply(change);
    if (surge > 0 || ('to' in change && change.to > change.from)) this.#checkTotal(offsetMs, source, surge);
    this.actions.push({ id, offsetMs, change, source, summary });
  }
}
