// Which of a sweep's series is ahead, place by place and figure by figure, and whether chance alone may do that. Pure.
import { type Judged, type Judgement, judgeRankings } from '../../capacity/judge-rankings.ts';
import { type Ranking, rankTrials } from '../../capacity/rank-trials.ts';
import { isInEveryRun, type SweepFacts, trialsOf } from './sweep-facts.ts';
import type { Figure } from './sweep-figures.ts';

export interface PlaceRanking extends Ranking {
  readonly place: number | null;
  /** Series without a value here. */
  readonly unmeasured: readonly string[];
  /** Series of which a run that counts has no value here, as where users were never served again: the others' mean would be too good to compare. */
  readonly incomplete: readonly string[];
}

export type JudgedPlace = Judged<PlaceRanking>;

/** One ranking for each place where two series or more have values; those of a figure are judged together. */
export interface FigureComparison extends Judgement<PlaceRanking> {
  readonly figure: Figure;
}

/** Figures without any ranking are left out. */
export function compareSeries(facts: SweepFacts): FigureComparison[] {
  return facts.figures.flatMap((figure) => {
    const rankings = facts.places.flatMap((place) => rankingAt(facts, figure, place) ?? []);
    return rankings.length === 0 ? [] : [{ figure, ...judgeRankings(rankings) }];
  });
}

function rankingAt(facts: SweepFacts, { id, better }: Figure, place: number | null): PlaceRanking | null {
  const all = facts.series.map((name) => ({ name, trials: trialsOf(facts, name, place, id) }));
  const contestants = all.filter(({ name }) => isInEveryRun(facts, name, place, id));
  const ranking = rankTrials(contestants, { better, centre: 'mean', seed: 1 });
  if (ranking === null) return null;
  const unmeasured = all.filter(({ trials }) => trials.length === 0).map(({ name }) => name);
  const incomplete = all
    .filter(({ name, trials }) => trials.length > 0 && !contestants.some((each) => each.name === name))
    .map(({ name }) => name);
  return { ...ranking, place, unmeasured, incomplete };
}
