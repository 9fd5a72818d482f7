// The undisturbed scenario of a failure study → the run in which some of its nodes die. Pure.
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { TimelineEntry } from '../scenario/timeline/timeline.ts';
import { killMomentOf, type TopologyNode } from './trial-scenario.ts';

/** Killing nobody gives the control run. */
export function killing(
  undisturbed: Scenario,
  killed: readonly TopologyNode[],
): { readonly scenario: Scenario; readonly plan: Plan } {
  const scenario =
    killed.length === 0
      ? undisturbed
      : { ...undisturbed, timeline: [...undisturbed.timeline, killOf(undisturbed, killed)] };
  return { scenario, plan: makePlan(scenario) };
}

function killOf(scenario: Scenario, killed: readonly TopologyNode[]): TimelineEntry {
  const target = {
    groups: [...new Set(killed.map(({ group }) => group))],
    who: { kind: 'names', nodes: killed.map(({ node }) => node) },
  } as const;
  return {
    schedule: { kind: 'at', atMs: killMomentOf(scenario) },
    change: { kind: 'fault', fault: { kind: 'kill', target, forMs: null, replaceAfterMs: null } },
    source: 'the failure study',
  };
}
