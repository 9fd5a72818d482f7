// The check of an N+1 answer: as many nodes, the target rate, and one node killed in the middle. Pure.
import type { Kill } from '../faults/kill/kill.ts';
import type { CapacityQuestion } from '../scenario/capacity/capacity-question.ts';
import { MOST_DROPPED } from '../measure/generators/delivery.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { probeLoad, sizedScenario } from './sized-scenario.ts';

/** Time in which a dead node may be noticed and its load move to the others; the objectives must hold again after it. */
export const TAKEOVER_MS = 5000;

export const CheckPhase = { before: 'before', takeover: 'takeover', after: 'after' } as const;

/** The scenario of the check. Its objectives are the question's, measured once the load has moved. */
export function failureScenario(scenario: Scenario, question: CapacityQuestion, nodes: number): Scenario {
  const { settleMs, measureMs, targetRate, group } = question;
  const killAtMs = settleMs + measureMs;
  const afterMs = killAtMs + TAKEOVER_MS;
  const durationMs = afterMs + measureMs;
  // Users wait for the dead node until the takeover is over.
  const asked = { rate: targetRate ?? 0, lastsMs: durationMs, longerMs: TAKEOVER_MS };
  const { load } = probeLoad(scenario, question, asked);
  return {
    ...sizedScenario(scenario, question, nodes),
    name: `${scenario.name.slice(0, 30)}-n-plus-1`,
    description: `${nodes} nodes at ${targetRate}/s, one of which is killed.`,
    durationMs,
    // As in the probes: the scenario's objectives decide.
    loads: [{ ...load, thresholds: false }],
    phases: [
      { name: CheckPhase.before, startMs: 0, endMs: killAtMs },
      { name: CheckPhase.takeover, startMs: killAtMs, endMs: afterMs },
      { name: CheckPhase.after, startMs: afterMs, endMs: durationMs },
    ],
    timeline: [
      {
        schedule: { kind: 'at', atMs: killAtMs },
        change: { kind: 'fault', fault: killOne(group) },
        source: 'the N+1 check',
      },
    ],
    objectives: [
      ...scenario.objectives.map((objective) => ({ ...objective, phase: CheckPhase.after })),
      // What nobody was free to start during the takeover is what it cost; before and after it, it is not.
      delivered(load.name, CheckPhase.before, 'delivered share before the kill'),
      { ...delivered(load.name, CheckPhase.takeover, 'delivered share in the takeover'), bound: 0 },
      delivered(load.name, CheckPhase.after, 'delivered share'),
    ],
  };
}

function killOne(group: string): Kill {
  const target = { groups: [group], who: { kind: 'count', rule: 'random', count: 1 } } as const;
  return { kind: 'kill', target, forMs: null, replaceAfterMs: null };
}

function delivered(load: string, phase: string, name: string): Objective {
  return {
    name,
    measure: { kind: 'delivered' },
    comparison: 'atLeast',
    bound: 1 - MOST_DROPPED,
    phase,
    load,
  };
}
