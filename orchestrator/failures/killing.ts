// The undisturbed scenario of a failure study → the run in which some of its nodes die. Pure.
import { initialState, stateAfter } from '../plan/group-state.ts';
import { makePlan } from '../plan/make-plan.ts';
import { type Action, type ActionChange, groupsOf, type Plan } from '../plan/plan.ts';
import { summarizeChange } from '../plan/summarize-change.ts';
import type { BegunFault } from '../plan/with-fault.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TimelineEntry } from '../scenario/timeline/timeline.ts';
import { killMomentOf, type TopologyNode } from './trial-scenario.ts';

const source = 'the failure study';

/**
 * Killing nobody gives the control run. Otherwise the same happens as in the control run, without the dead: nobody takes their place, also
 * where the scenario scales `to` a number of nodes later.
 */
export function killing(
  undisturbed: Scenario,
  killed: readonly TopologyNode[],
): { readonly scenario: Scenario; readonly plan: Plan } {
  const control = makePlan(undisturbed);
  if (killed.length === 0) return { scenario: undisturbed, plan: control };
  const kill = killOf(killed);
  const atMs = killMomentOf(undisturbed);
  const entry: TimelineEntry = {
    schedule: { kind: 'at', atMs },
    change: { kind: 'fault', fault: kill.fault },
    source,
  };
  const scenario = { ...undisturbed, timeline: [...undisturbed.timeline, entry] };
  // At the very moment of the kill the scenario's own changes come first.
  const before = control.actions.filter(({ offsetMs }) => offsetMs <= atMs);
  const later = control.actions.flatMap((action) => {
    const change = action.offsetMs > atMs ? withoutDead(action.change, killed) : undefined;
    return change === undefined ? [] : [{ ...action, change }];
  });
  const actions = [...before, { offsetMs: atMs, change: kill, source }, ...later];
  return { scenario, plan: { ...control, actions: numbered(actions, scenario, control) } };
}

function killOf(killed: readonly TopologyNode[]): BegunFault {
  const nodes = killed.map(({ node }) => node);
  const target = {
    groups: [...new Set(killed.map(({ group }) => group))],
    who: { kind: 'names', nodes },
  } as const;
  const fault = { kind: 'kill', target, forMs: null, replaceAfterMs: null } as const;
  return { kind: 'fault', id: 'f1', fault, nodes, newcomers: false };
}

/** undefined where it would have been to the dead alone. */
function withoutDead(change: ActionChange, killed: readonly TopologyNode[]): ActionChange | undefined {
  const dead = killed.filter(({ group }) => groupsOf(change).includes(group)).map(({ node }) => node);
  if (dead.length === 0) return change;
  switch (change.kind) {
    case 'scale-out':
      return { ...change, from: change.from - dead.length, to: change.to - dead.length };
    case 'scale-in': {
      const nodes = change.nodes.filter((node) => !dead.includes(node));
      if (nodes.length === 0) return undefined;
      // Of the dead, those who would have left now are missed no longer.
      const to = change.to - dead.length + (change.nodes.length - nodes.length);
      return { ...change, nodes, from: to + nodes.length, to };
    }
    case 'resize':
      return { ...change, nodes: change.nodes.filter((node) => !dead.includes(node)) };
    // An undisturbed scenario has neither churn nor faults.
    case 'join':
    case 'leave':
    case 'fault':
    case 'fault-end':
      throw new Error(`a ${change.kind} in an undisturbed scenario`);
  }
}

/** With the ids and summaries that the plan of a run has. */
function numbered(
  actions: readonly Pick<Action, 'offsetMs' | 'change' | 'source'>[],
  { groups }: Scenario,
  { initialNodes }: Plan,
): Action[] {
  const changes = actions.map(({ change }) => change);
  return actions.map((action, index) => {
    const states = groups
      .filter(({ name }) => groupsOf(action.change).includes(name))
      .map((group) =>
        stateAfter(
          initialState(group, initialNodes.find((each) => each.group === group.name)?.nodes),
          changes.slice(0, index),
        ),
      );
    return { ...action, id: `a${index + 1}`, summary: summarizeChange(action.change, states) };
  });
}
