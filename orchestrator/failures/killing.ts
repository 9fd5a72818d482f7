// The undisturbed scenario of a failure study → the run in which some of its nodes die, or a host is lost. Pure.
import { initialState, stateAfter } from '../plan/group-state.ts';
import { makePlan } from '../plan/make-plan.ts';
import { type Action, type ActionChange, groupsOf, type Plan, type Replacement } from '../plan/plan.ts';
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
  const control = makePlan(undisturbed, { acrossHosts: true });
  if (killed.length === 0) return { scenario: undisturbed, plan: control };
  return hitBy(killOf(killed), undisturbed, control, (later) => withoutDead(later, killed));
}

/**
 * A host is lost, with all nodes that are on it by then, to the end of the load. Everything else happens as in the control run: who joins later
 * comes to other hosts.
 */
export function losingHost(
  undisturbed: Scenario,
  host: string,
): { readonly scenario: Scenario; readonly plan: Plan } {
  const target = {
    groups: undisturbed.groups.map(({ name }) => name),
    who: { kind: 'hosts', hosts: { kind: 'names', names: [host] } },
  } as const;
  const fault = { kind: 'host-lost', target, forMs: null } as const;
  const loss: BegunFault = { kind: 'fault', id: 'f1', fault, nodes: [], newcomers: false };
  return hitBy(loss, undisturbed, makePlan(undisturbed, { acrossHosts: true }), (later) => later);
}

/** @param afterwards what happens after it, of what happens then in the control run. */
function hitBy(
  begun: BegunFault,
  undisturbed: Scenario,
  control: Plan,
  afterwards: (later: readonly Action[]) => readonly Action[],
): { readonly scenario: Scenario; readonly plan: Plan } {
  const atMs = killMomentOf(undisturbed);
  const entry: TimelineEntry = {
    schedule: { kind: 'at', atMs },
    change: { kind: 'fault', fault: begun.fault },
    source,
  };
  const scenario = { ...undisturbed, timeline: [...undisturbed.timeline, entry] };
  // At the very moment of the kill the scenario's own changes come first.
  const before = control.actions.filter(({ offsetMs }) => offsetMs <= atMs);
  const later = control.actions.filter(({ offsetMs }) => offsetMs > atMs);
  const actions = [...before, { offsetMs: atMs, change: begun, source }, ...afterwards(later)];
  return { scenario, plan: { ...control, actions: numbered(actions, scenario) } };
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

/** What happens after the kill to those who are left. */
function withoutDead(later: readonly Action[], killed: readonly TopologyNode[]): Action[] {
  const dead = Map.groupBy(killed, ({ group }) => group);
  const missingIn = new Map([...dead].map(([group, nodes]) => [group, nodes.map(({ node }) => node)]));
  return later.flatMap((action) => {
    const [group = ''] = groupsOf(action.change);
    const missing = missingIn.get(group) ?? [];
    if (missing.length === 0) return [action];
    const { change, still } = withoutMissing(action.change, missing);
    missingIn.set(group, still);
    return change === undefined ? [] : [{ ...action, change }];
  });
}

/**
 * A change to a group without those who are missing from it: undefined where it would have been to them alone.
 * `still`: who is missing afterwards. In the control run the others have left by then, or another one has taken their place, who is missing now.
 */
function withoutMissing(
  change: ActionChange,
  missing: string[],
): { readonly change: ActionChange | undefined; readonly still: string[] } {
  const isThere = (node: string) => !missing.includes(node);
  switch (change.kind) {
    case 'scale-out':
    case 'scale-in': {
      const nodes = change.nodes.filter(isThere);
      const still = missing.filter((node) => !change.nodes.includes(node));
      const [from, to] = [change.from - missing.length, change.to - still.length];
      return { change: nodes.length === 0 ? undefined : { ...change, nodes, from, to }, still };
    }
    case 'resize':
      return { change: { ...change, nodes: change.nodes.filter(isThere) }, still: missing };
    case 'backup': {
      const nodes = change.nodes.filter(isThere);
      return { change: nodes.length === 0 ? undefined : { ...change, nodes }, still: missing };
    }
    case 'switch': {
      const service = change.service.map((each) => ({ ...each, nodes: each.nodes.filter(isThere) }));
      return { change: { ...change, nodes: change.nodes.filter(isThere), service }, still: missing };
    }
    case 'update': {
      const replacements = change.replacements.filter(({ node }) => isThere(node));
      const nodes = replacements.map(({ by }) => by);
      return { change: { ...change, replacements, nodes }, still: replacedIn(missing, change.replacements) };
    }
    case 'replace': {
      const { replacement } = change;
      return {
        change: isThere(replacement.node) ? change : undefined,
        still: replacedIn(missing, [replacement]),
      };
    }
    // An undisturbed scenario has neither churn nor faults nor restores, and rights are of no group.
    case 'join':
    case 'leave':
    case 'restore':
    case 'grant':
    case 'revoke':
    case 'fault':
    case 'fault-end':
      throw new Error(`a ${change.kind} in an undisturbed scenario`);
  }
}

function replacedIn(nodes: readonly string[], replacements: readonly Replacement[]): string[] {
  return nodes.map((node) => replacements.find((each) => each.node === node)?.by ?? node);
}

/** With the ids and summaries that the plan of a run has. */
function numbered(
  actions: readonly Pick<Action, 'offsetMs' | 'change' | 'source'>[],
  { groups }: Scenario,
): Action[] {
  const changes = actions.map(({ change }) => change);
  return actions.map((action, index) => {
    const states = groups
      .filter(({ name }) => groupsOf(action.change).includes(name))
      .map((group) => stateAfter(initialState(group), changes.slice(0, index)));
    return { ...action, id: `a${index + 1}`, summary: summarizeChange(action.change, states) };
  });
}
