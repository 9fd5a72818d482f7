// From measured objectives and facts on the measurement to one outcome and the reasons for it. Pure.
//
// The order of precedence: broken (1) · interrupted (130) · invalid (4) · an objective missed (3) · pass (0).
// A measurement that cannot be believed comes before what it seems to show, and the reasons tell both. That one objective could not be measured says nothing
// against another that was missed.
import { type Growth, isLikelyGrowing } from '../measure/growth/growth.ts';
import { ExitCode } from '../errors.ts';
import type { FaultCost, Figures } from '../measure/figures/figures.ts';
import type { RunOutcome } from '../record/event.ts';
import type { ExitedNode, Finding } from './finding.ts';
import { lostHosts } from './host-rules.ts';
import { ifAny } from './if-any.ts';
import type { LoadFacts } from './load-facts.ts';
import { undeliveredLoads } from './load-rules.ts';
import { remarks, unasked, whyFailed, whyInvalid, whyUnsure } from './rules.ts';
import { sayFinding } from './words.ts';
import type { Verdict } from './verdict.ts';

export interface JudgeInput extends LoadFacts {
  readonly outcome: RunOutcome;
  /** What broke, where the outcome is `broken`. */
  readonly error?: string;
  /** Exit code of what broke: 2 where the scenario or its script is wrong. Default 1. */
  readonly errorExitCode?: number;
  /** All loads together; null where nothing was measured. */
  readonly whole: Figures | null;
  /** What each fault cost beside the operations that it lost. Default: nothing is known of it. */
  readonly faultCosts?: readonly FaultCost[];
  /** Nodes that ended by themselves, in order of time. */
  readonly exited: readonly ExitedNode[];
}

const exitCodes: Readonly<Record<Verdict['outcome'], number>> = {
  pass: ExitCode.pass,
  fail: ExitCode.missed,
  invalid: ExitCode.invalid,
  interrupted: ExitCode.interrupted,
  broken: ExitCode.broken,
};

/** Judges a run. `reasons` are sentences with numbers, the weightiest first. */
export function judge(input: JudgeInput): Verdict {
  const { outcome, findings } = decide(input);
  const { faultCosts = [] } = input;
  return {
    outcome,
    exitCode: outcome === 'broken' ? (input.errorExitCode ?? ExitCode.broken) : exitCodes[outcome],
    reasons: findings.map(sayFinding),
    findings,
    objectives: input.objectives,
    phases: input.phases,
    whole: input.whole,
    loads: input.loads,
    ...(faultCosts.length > 0 && { faultCosts }),
    firstSaturated: input.saturations.first,
  };
}

/** What is known of a probe besides: it offers one rate, with users that a study gave it. */
export interface ProbeFacts extends LoadFacts {
  readonly offeredPerSecond: number;
  /** Null where it was ended early, or nothing of it was seen. */
  readonly growth: Growth | null;
  /** Whether it can be asked again for longer. */
  readonly canProlong: boolean;
  /** Virtual users that its load had, and as many as its rate and the longest wait need. */
  readonly given: { readonly users: number; readonly wanted: number };
  /** Nodes that have ended by themselves since the deployment stood: what is left is another size. */
  readonly exited: readonly ExitedNode[];
}

export interface ProbeJudgement {
  /** `invalid`: the measurement can't be believed. `unclear`: too short to tell, and it can be prolonged. */
  readonly outcome: 'held' | 'missed' | 'invalid' | 'unclear';
  /** What makes it invalid or unclear, or what was missed; of one that held, what users met that no objective asks about. */
  readonly findings: readonly Finding[];
}

/**
 * Judges a probe of a capacity search: a rate holds where every objective does, it could go on for ever, and no node has ended. Iterations are dropped when
 * all virtual users wait for answers: where there were users enough, the system is slow, which is what the search wants to know;
 * where there were not, and an objective was not missed either, nobody knows.
 */
export function judgeProbe(facts: ProbeFacts): ProbeJudgement {
  const { given } = facts;
  const failed = whyFailed(facts);
  const tooFewUsers = given.users < given.wanted && undeliveredLoads(facts).length > 0;
  const missed = [...nodesExited(facts), ...failed, ...(tooFewUsers ? [] : notSustained(facts))];
  const invalid = [...whyInvalid(facts), ...(missed.length > 0 ? [] : whyUnsure(facts))];
  if (invalid.length > 0) {
    const bounded: Finding[] = tooFewUsers ? [{ code: 'users-bounded', ...given }] : [];
    return { outcome: 'invalid', findings: [...invalid, ...bounded] };
  }
  if (missed.length > 0) return { outcome: 'missed', findings: missed };
  if (facts.growth?.outcome === 'unclear' && facts.canProlong)
    return { outcome: 'unclear', findings: [{ code: 'too-short-to-tell', growth: facts.growth }] };
  return { outcome: 'held', findings: unasked(facts) };
}

/** If a longer measurement is not possible, the likelier of the two decides. */
function notSustained({ growth, canProlong, offeredPerSecond }: ProbeFacts): Finding[] {
  if (growth === null || (growth.outcome !== 'grows' && canProlong) || !isLikelyGrowing(growth)) return [];
  return [{ code: 'not-sustained', growth, offeredPerSecond, likely: growth.outcome !== 'grows' }];
}

function nodesExited({ exited }: { readonly exited: readonly ExitedNode[] }): Finding[] {
  return ifAny(exited, { code: 'nodes-exited', nodes: exited });
}

function decide(input: JudgeInput): { outcome: Verdict['outcome']; findings: Finding[] } {
  const lost = lostHosts(input);
  const failed = whyFailed(input);
  // A node that ended by itself is most often the cause of what follows.
  const seen = [...nodesExited(input), ...failed, ...unasked(input)];
  const rest = remarks(input);
  if (input.outcome === 'broken') {
    const broken: Finding = { code: 'broken', error: input.error ?? null };
    return { outcome: 'broken', findings: [broken, ...lost, ...seen, ...rest] };
  }
  if (input.outcome === 'interrupted') {
    return { outcome: 'interrupted', findings: [{ code: 'interrupted' }, ...lost, ...seen, ...rest] };
  }
  const nothingAsked: Finding[] = input.objectives.length === 0 ? [{ code: 'no-objectives' }] : [];
  const unsure = whyUnsure(input);
  const invalid = [...whyInvalid(input), ...(failed.length > 0 ? [] : unsure)];
  const isUnmeasured = lost.some(({ needed }) => needed.length > 0);
  const outcome = isUnmeasured || invalid.length > 0 ? 'invalid' : failed.length > 0 ? 'fail' : 'pass';
  return {
    outcome,
    findings: [...lost, ...invalid, ...seen, ...(failed.length > 0 ? unsure : []), ...nothingAsked, ...rest],
  };
}
