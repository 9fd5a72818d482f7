// How far rankings can be believed: the tests of all of them together. Pure.
import { holm } from './holm.ts';
import type { Ranking, Rival } from './rank-trials.ts';
import { trialsNeeded } from './trials-needed.ts';

const SIGNIFICANCE = 0.05;

/** `too-few-trials`: with these numbers of trials not even the clearest difference could be told from chance. */
export type Certainty = 'beyond-chance' | 'can-be-chance' | 'too-few-trials';

export interface JudgedRival extends Rival {
  readonly certainty: Certainty;
  /** After Holm's correction for all comparisons that were judged together. */
  readonly adjustedP: number;
}

export type Judged<Ranked extends Ranking> = Omit<Ranked, 'others'> & {
  readonly others: readonly JudgedRival[];
};

export interface Judgement<Ranked extends Ranking> {
  /** In their order. */
  readonly rankings: readonly Judged<Ranked>[];
  /** Trials of each contestant with which the clearest difference would be beyond chance. */
  readonly trialsNeeded: number;
}

/** @param rankings answers to one question: the more of them, the likelier that one seems clear by chance alone. */
export function judgeRankings<Ranked extends Ranking>(rankings: readonly Ranked[]): Judgement<Ranked> {
  const pValues = rankings.flatMap(({ others }) => others.map(({ comparison }) => comparison.pValue));
  const adjusted = holm(pValues);
  let next = 0;
  const judge = (rival: Rival): JudgedRival => {
    const adjustedP = adjusted[next++] ?? 1;
    const possible = rival.comparison.leastPValue * pValues.length < SIGNIFICANCE;
    return { ...rival, adjustedP, certainty: certaintyOf(adjustedP, possible) };
  };
  return {
    rankings: rankings.map(({ others, ...ranking }) => ({ ...ranking, others: others.map(judge) })),
    trialsNeeded: trialsNeeded(pValues.length, SIGNIFICANCE),
  };
}

function certaintyOf(adjustedP: number, possible: boolean): Certainty {
  if (!possible) return 'too-few-trials';
  return adjustedP < SIGNIFICANCE ? 'beyond-chance' : 'can-be-chance';
}
