// Scenarios, plans and events as folders of earlier versions hold them → as they are now. Pure.
import type { Fault } from '../../faults/registry.ts';
import type { Target, TargetRule } from '../../faults/targets/target.ts';
import type { ActionChange, Plan } from '../../plan/plan.ts';
import type { Link } from '../../scenario/groups/group.ts';
import { ordinaryContainer } from '../../scenario/groups/group-common.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunEvent } from '../event.ts';

type EarlierChange =
  | {
      readonly kind: 'kill';
      readonly group: string | null;
      readonly rule: TargetRule;
      readonly count: number;
      readonly replaceAfterMs?: number | null;
      readonly nodes?: readonly string[];
    }
  | {
      readonly kind: 'link';
      readonly group: string;
      readonly link: Partial<Link>;
      readonly nodes?: readonly string[];
    };

/** Kills and link changes were written otherwise before faults had ids. */
export function withFaultIds(plan: Plan): Plan {
  const actions = plan.actions.map((action) => ({ ...action, change: plannedNow(action.change, action.id) }));
  return { ...plan, needs: plan.needs ?? [], actions };
}

export function withFaults(scenario: Scenario): Scenario {
  const timeline = scenario.timeline.map((entry) => {
    const change = entry.change as typeof entry.change | EarlierChange;
    if (change?.kind !== 'kill' && change?.kind !== 'link') return entry;
    return { ...entry, change: { kind: 'fault', fault: faultOf(change) } as const };
  });
  return { ...scenario, timeline };
}

/** Balancers once had a single group, all zones were near, and containers as their images had them. */
export function withListsOfGroups(scenario: Scenario): Scenario {
  const groups = scenario.groups.map((each) => {
    const { distances, container, after } = each;
    const since = {
      distances: distances ?? [],
      container: container ?? ordinaryContainer,
      after: after ?? [],
    };
    const group = { ...each, ...since };
    return group.role === 'balancer' ? { ...group, balances: [group.balances].flat() } : group;
  });
  const saved: Partial<Scenario['network']> | undefined = scenario.network;
  return { ...scenario, groups, network: { internet: true, between: [], ...saved } };
}

export function eventWithFaultId<Event extends RunEvent>(event: Event): Event {
  if (event.type !== 'action-started' && event.type !== 'action-finished') return event;
  const { action } = event;
  return { ...event, action: { ...action, change: plannedNow(action.change, action.id) } };
}

/** `id` of the action, which stands for the fault's: `a3`. */
function plannedNow(saved: ActionChange, id: string): ActionChange {
  const change = saved as ActionChange | EarlierChange;
  if (change.kind !== 'kill' && change.kind !== 'link') return change;
  return {
    kind: 'fault',
    id,
    fault: faultOf(change),
    nodes: change.nodes ?? [],
    newcomers: change.kind === 'link',
  };
}

function faultOf(change: EarlierChange): Fault {
  const groups = change.group === null ? [] : [change.group];
  if (change.kind === 'link') {
    const { kind, link } = change;
    return { kind, target: { groups, who: { kind: 'all' } }, forMs: null, link };
  }
  const { kind, rule, count, replaceAfterMs = null } = change;
  const target: Target = { groups, who: { kind: 'count', rule, count } };
  return { kind, target, forMs: null, replaceAfterMs };
}
