// What a trial of a failure study runs: the scenario as it is without any trouble, and some of its nodes killed at one moment. Pure.
import { Membership } from '../plan/membership.ts';
import type { Plan } from '../plan/plan.ts';
import type { Role } from '../scenario/groups/group.ts';
import type { Load } from '../scenario/load/load.ts';
import { kindOf } from '../scenario/objectives/objective-kinds.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { usersFor } from '../study/virtual-users.ts';

/** A node of the topology that can be killed. */
export interface TopologyNode {
  readonly node: string;
  readonly group: string;
  readonly role: Role;
  /** Share of all users who sit at this very node (loads with one user at each node), 0 to 1: they go with it, whatever the topology. */
  readonly ownUsersShare: number;
}

/** Load before the kill that shows what is usual, and after it that shows whether the service comes back. */
const LEAST_BEFORE_MS = 10_000;
const LEAST_AFTER_MS = 10_000;
export const LEAST_LOAD_MS = LEAST_BEFORE_MS + LEAST_AFTER_MS;

/** When nodes are killed, in milliseconds after the start of the load: a third into it, and 10 s at least. */
export function killMomentOf({ durationMs }: Pick<Scenario, 'durationMs'>): number {
  return Math.max(LEAST_BEFORE_MS, Math.round(durationMs / 3_000) * 1000);
}

/**
 * The scenario without churn and without what hurts nodes on its timeline, which would be blamed on the killed node. Scaling and
 * resizing stay: they belong to the load. Open loads get the users that wait for a dead node to the end, so that its loss is not
 * taken for a lack of virtual users. Phases and what must hold in one of them are left out: they were made for other moments.
 */
export function undisturbed(scenario: Scenario): Scenario {
  const waitsMs = scenario.durationMs - killMomentOf(scenario);
  return {
    ...scenario,
    groups: scenario.groups.map((group) => ({ ...group, churn: null })),
    phases: [{ name: 'run', startMs: 0, endMs: scenario.durationMs }],
    // The control run has no fault to recover from, and the study tells the time of every other one.
    // None ends a trial: what a loss costs is seen to the end.
    objectives: scenario.objectives
      .filter(({ measure, phase }) => !kindOf(measure).ofFaults && phase === null)
      .map((each) => {
        const { abort: _, ...objective } = each;
        return objective;
      }),
    // What a dead store has lost is not what is asked, and to look for it takes a minute.
    records: null,
    timeline: scenario.timeline.filter(({ change: { kind } }) => kind !== 'fault' && kind !== 'restore'),
    loads: scenario.loads.map((load) => ({ ...withUsers(load, scenario, waitsMs), thresholds: false })),
  };
}

function withUsers(load: Load, scenario: Scenario, waitsMs: number): Load {
  if (load.model.kind !== 'open') return load;
  const rate = Math.max(load.model.startRate, ...load.model.stages.map(({ target }) => target));
  const { users } = usersFor(load, rate, scenario, waitsMs);
  return { ...load, model: { ...load.model, maxVirtualUsers: users } };
}

/** The nodes that are there when nodes are killed, in launch order. */
export function nodesAtKill(scenario: Scenario, plan: Plan): TopologyNode[] {
  const killMs = killMomentOf(scenario);
  // At the very moment of the kill the scenario's own changes come first: who leaves can't be killed any more, and who comes is not there yet.
  const changes = plan.actions.flatMap(({ offsetMs, change }) =>
    offsetMs < killMs || (offsetMs === killMs && change.kind === 'scale-in') ? [change] : [],
  );
  return scenario.groups.flatMap((own) => {
    const { name: group, role } = own;
    const initial = plan.initialNodes.find((each) => each.group === group)?.nodes;
    const members = new Membership(own, initial);
    for (const change of changes) members.apply(change);
    const { nodes } = members;
    const ownUsersShare = shareAtEachNode(scenario, group) / Math.max(1, nodes.length);
    return nodes.map((node) => ({ node, group, role, ownUsersShare }));
  });
}

/** Share of the loads whose users sit at the nodes of this group. */
function shareAtEachNode({ loads }: Pick<Scenario, 'loads'>, group: string): number {
  return (
    loads.filter(({ model, target }) => model.kind === 'each-node' && target === group).length / loads.length
  );
}
