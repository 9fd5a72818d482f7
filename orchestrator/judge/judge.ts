// From measured objectives and facts on the measurement to one outcome and the reasons for it. Pure.
//
// The order of precedence: broken (1) · interrupted (130) · invalid (4) · an objective missed (3) · pass (0).
// A measurement that cannot be believed comes before what it seems to show, and the reasons tell both.
import { ExitCode } from '../errors.ts';
import type { Figures } from '../measure/figures.ts';
import type { RunOutcome } from '../record/event.ts';
import type { ExitedNode, Finding } from './finding.ts';
import { type LoadFacts, remarks, unasked, whyFailed, whyInvalid } from './rules.ts';
import { sayFinding } from './words.ts';
import type { Verdict } from './verdict.ts';

export interface JudgeInput extends LoadFacts {
  readonly outcome: RunOutcome;
  /** What broke, where the outcome is `broken`. */
  readonly error?: string;
  /** All loads together; null where nothing was measured. */
  readonly whole: Figures | null;
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
  return {
    outcome,
    exitCode: exitCodes[outcome],
    reasons: findings.map(sayFinding),
    findings,
    objectives: input.objectives,
    phases: input.phases,
    whole: input.whole,
    loads: input.loads,
    firstSaturated: input.saturations.first,
  };
}

export interface ProbeJudgement {
  /** `invalid`: the measurement can't be believed. */
  readonly outcome: 'held' | 'missed' | 'invalid';
  /** What makes it invalid, or what was missed. */
  readonly findings: readonly Finding[];
}

/**
 * Judges a probe of a capacity search. Iterations are dropped when all virtual users wait for answers: where an objective is missed as well, the
 * system is slow, which is what the search wants to know; only where all hold were there too few users to offer the rate.
 */
export function judgeProbe(facts: LoadFacts): ProbeJudgement {
  const missed = whyFailed(facts);
  const invalid = whyInvalid(facts).filter(({ code }) => code !== 'not-delivered' || missed.length === 0);
  if (invalid.length > 0) return { outcome: 'invalid', findings: invalid };
  return { outcome: missed.length > 0 ? 'missed' : 'held', findings: missed };
}

function decide(input: JudgeInput): { outcome: Verdict['outcome']; findings: Finding[] } {
  const failed = whyFailed(input);
  // A node that ended by itself is most often the cause of what follows.
  const exited: Finding[] = input.exited.length === 0 ? [] : [{ code: 'nodes-exited', nodes: input.exited }];
  const seen = [...exited, ...failed, ...unasked(input)];
  const rest = remarks(input);
  if (input.outcome === 'broken') {
    const broken: Finding = { code: 'broken', error: input.error ?? null };
    return { outcome: 'broken', findings: [broken, ...seen, ...rest] };
  }
  if (input.outcome === 'interrupted') {
    return { outcome: 'interrupted', findings: [{ code: 'interrupted' }, ...seen, ...rest] };
  }
  const nothingAsked: Finding[] = input.objectives.length === 0 ? [{ code: 'no-objectives' }] : [];
  const invalid = whyInvalid(input);
  const outcome = invalid.length > 0 ? 'invalid' : failed.length > 0 ? 'fail' : 'pass';
  return { outcome, findings: [...invalid, ...seen, ...nothingAsked, ...rest] };
}
