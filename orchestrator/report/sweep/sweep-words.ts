// What a sweep came to, in sentences: which series is ahead, by what factor, beyond chance or not, and what it took. Pure.
import { meanOf } from '../../capacity/bootstrap.ts';
import { counted, formatNumber, formatValue } from '../../format/format-value.ts';
import { writeDuration } from '../../scenario/text/units.ts';
import { lowerFirst } from '../words/lower-first.ts';
import { leadOf, rivalNote } from '../words/rival-words.ts';
import { compareSeries, type FigureComparison, type JudgedPlace } from './sweep-comparison.ts';
import { estimateOf, type SweepFacts, trialsOf } from './sweep-facts.ts';
import type { Figure, FigureId } from './sweep-figures.ts';

export interface SweepFindings {
  /** The weightiest first. */
  readonly sentences: readonly string[];
  /** What is missing, or must not be taken for granted. */
  readonly remarks: readonly string[];
}

/** @param comparisons of the same facts, where they are there already: to make them takes a while. */
export function sweepFindings(
  facts: SweepFacts,
  comparisons: readonly FigureComparison[] = compareSeries(facts),
): SweepFindings {
  // Each has a bound of its own: to be nearest to it is not to be ahead.
  const results = comparisons.filter(({ figure }) => figure.isCost !== true && figure.id !== 'bound-share');
  return {
    sentences: [
      ...results
        .slice(0, 1)
        .flatMap((each) => each.rankings.map((ranking) => aheadWords(each, ranking, facts))),
      ...growth(facts),
      ...results.slice(1).flatMap((each) => {
        const largest = each.rankings.at(-1);
        return largest === undefined ? [] : [aheadWords(each, largest, facts)];
      }),
      ...alone(facts, comparisons),
      ...costs(facts),
    ],
    remarks: remarks(facts, results),
  };
}

function aheadWords({ figure }: FigureComparison, ranking: JudgedPlace, facts: SweepFacts): string {
  const { centre, place, unmeasured, incomplete } = ranking;
  const value = (each: number) => formatValue(each, figure.unit);
  const where = place === null ? '' : ` (${facts.axis} ${formatNumber(place)})`;
  const missing = [
    unmeasured.length === 0 ? '' : ` Not measured: ${unmeasured.join(', ')}.`,
    incomplete.length === 0 ? '' : ` Not in every run: ${incomplete.join(', ')}.`,
  ].join('');
  const title = `${figure.title}${where}`;
  const { leaders, behind } = leadOf(ranking);
  if (behind.length === 0) return `${title}: ${leaders.join(', ')} all came to ${value(centre)}.${missing}`;
  const rivals = behind.map((rival) => `${value(rival.centre)} with ${rival.name}${rivalNote(rival)}`);
  const one = leaders.length === 1;
  const verb = behind.some(({ certainty }) => certainty === 'beyond-chance')
    ? `${one ? 'is' : 'are'} ahead with`
    : `${one ? 'has' : 'have'} the best,`;
  return `${title}: ${leaders.join(' and ')} ${verb} ${value(centre)}, against ${rivals.join(' and ')}.${missing}`;
}

/** How the first figure changed from the least to the greatest place. */
function growth(facts: SweepFacts): string[] {
  const { axis, places, figures, series } = facts;
  const [figure] = figures;
  const [first, last] = [places[0], places.at(-1)];
  if (axis === null || figure === undefined || first == null || last == null || first === last) return [];
  return series.flatMap((name) => {
    const [from, to] = [meanAt(facts, name, first, figure.id), meanAt(facts, name, last, figure.id)];
    if (from === null || to === null) return [];
    const times = from === 0 ? '' : `, ${formatNumber(to / from)} times`;
    const share = meanAt(facts, name, last, 'bound-share');
    const reached =
      share === null ? '' : ` There, ${formatValue(share, 'share')} of what the links allow was reached.`;
    return [
      `${name}: ${figure.title.toLowerCase()} went from ${formatValue(from, figure.unit)} (${axis} ${formatNumber(first)}) to ${formatValue(to, figure.unit)} (${axis} ${formatNumber(last)})${times}.${reached}`,
    ];
  });
}

/** Where there is nothing to compare with: the figure, and how sure it is. */
function alone(facts: SweepFacts, comparisons: readonly FigureComparison[]): string[] {
  const [name, ...others] = facts.series;
  if (name === undefined || others.length > 0 || facts.axis !== null || comparisons.length > 0) return [];
  return facts.figures.flatMap((figure) => {
    const trials = trialsOf(facts, name, null, figure.id);
    const words = estimateWords(trials, figure);
    return words === null ? [] : [`${figure.title}: ${words} in ${counted(trials.length, 'run')}.`];
  });
}

/** `2.13 s`, and with several runs `2.13 s (2.04 s to 2.22 s)`, the 95 % interval; null without any. */
export function estimateWords(trials: readonly number[], { unit }: Pick<Figure, 'unit'>): string | null {
  const estimate = estimateOf(trials);
  if (estimate === null) return null;
  const { mean, interval } = estimate;
  return interval === null
    ? formatValue(mean, unit)
    : `${formatValue(mean, unit)} (${formatValue(interval.lower, unit)} to ${formatValue(interval.upper, unit)})`;
}

/** `2.13 s ±4.2 %`: the same where there is little room; the greater half of the interval. */
export function shortEstimate(trials: readonly number[], { unit }: Pick<Figure, 'unit'>): string | null {
  const estimate = estimateOf(trials);
  if (estimate === null) return null;
  const { mean, interval } = estimate;
  const half = interval === null ? 0 : Math.max(interval.upper - mean, mean - interval.lower);
  const spread = interval === null || mean === 0 ? '' : ` ±${formatValue(half / Math.abs(mean), 'share')}`;
  return `${formatValue(mean, unit)}${spread}`;
}

/** At the greatest place, for there it matters most. */
function costs(facts: SweepFacts): string[] {
  const place = facts.places.at(-1) ?? null;
  if (facts.series.length < 2) return [];
  const parts = facts.figures.flatMap((figure) => {
    if (figure.isCost !== true) return [];
    const each = facts.series.flatMap((name) => {
      const mean = meanAt(facts, name, place, figure.id);
      return mean === null ? [] : [`${name} ${formatValue(mean, figure.unit)}`];
    });
    return each.length === 0 ? [] : [`${lowerFirst(figure.title)} (${each.join(', ')})`];
  });
  if (parts.length === 0) return [];
  const where = place === null ? '' : ` with ${facts.axis} ${formatNumber(place)}`;
  return [`What a run took on average${where}: ${parts.join(', ')}.`];
}

function meanAt(facts: SweepFacts, series: string, place: number | null, figure: FigureId): number | null {
  const trials = trialsOf(facts, series, place, figure);
  return trials.length === 0 ? null : meanOf(trials);
}

function remarks(facts: SweepFacts, results: readonly FigureComparison[]): string[] {
  const { rows, planned, withinMs, unreadable, trials } = facts;
  const leftOut = rows.filter(({ counts }) => !counts).length - unreadable;
  const [main] = results;
  const fewRuns = main?.rankings.some(({ others }) =>
    others.some(({ certainty }) => certainty === 'too-few-trials'),
  );
  return [
    ...(planned > rows.length
      ? [
          `Only ${formatNumber(rows.length)} of ${formatNumber(planned)} runs were made: ${withinMs === null ? 'it was interrupted' : `there was no time for more (--within ${writeDuration(withinMs)})`}.`,
        ]
      : []),
    ...(unreadable > 0 ? [`Of ${counted(unreadable, 'run')} the folder can’t be read.`] : []),
    ...(leftOut > 0
      ? [`${counted(leftOut, 'run')} ended without a valid measurement: in the table, but not compared.`]
      : []),
    ...(fewRuns === true && main !== undefined
      ? [
          `${trials === 1 ? 'Single runs' : `${counted(trials, 'run')} of each`} can’t show that a difference is more than chance; ${main.trialsNeeded} of each could (--repeat ${main.trialsNeeded}).`,
        ]
      : []),
    ...(facts.series.length === 0 ? ['Nothing was measured.'] : []),
  ];
}
