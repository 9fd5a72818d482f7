// A comparison's figures as words, the same in the terminal, in Markdown and on the page.
import type { Change, MetricComparison } from './compare-runs.ts';
import { formatValue } from '../format/format-value.ts';
import type { Difference } from './scenario-differences.ts';

export const CHANGES: Readonly<Record<Change, { readonly sign: string; readonly words: string }>> = {
  regression: { sign: '✗', words: 'worse' },
  'now-missed': { sign: '✗', words: 'missed now' },
  improvement: { sign: '✓', words: 'better' },
  'now-held': { sign: '✓', words: 'held now' },
  'within-tolerance': { sign: '=', words: 'within the tolerance' },
  'no-difference-seen': { sign: '=', words: 'can be chance' },
  'too-few-trials': { sign: '?', words: 'too few trials' },
};

/** What a row of every rendering says. */
export const COMPARISON_HEAD = [
  '',
  'figure',
  'baseline',
  'candidate',
  'difference',
  '95 % interval',
  'p',
  'trials',
];
/** Columns of numbers. */
export const COMPARISON_NUMERIC = [2, 3, 4, 5, 6, 7];

export function comparisonCells(row: MetricComparison): string[] {
  const { metric, comparison, adjustedP, trials } = row;
  const value = (each: number) => formatValue(each, metric.unit);
  const { difference } = comparison;
  // As shares of the baseline, except from nothing.
  const change = (each: number) =>
    comparison.a === 0
      ? signed(value(each))
      : `${signed(((each / Math.abs(comparison.a)) * 100).toFixed(1))} %`;
  return [
    `${CHANGES[row.change].sign} ${CHANGES[row.change].words}`,
    metric.title,
    value(comparison.a),
    value(comparison.b),
    change(comparison.b - comparison.a),
    difference === null ? '–' : `${change(difference.lower)} to ${change(difference.upper)}`,
    difference === null ? '–' : adjustedP < 0.001 ? '<0.001' : adjustedP.toFixed(3),
    trials.a === trials.b ? String(trials.a) : `${trials.a}, ${trials.b}`,
  ];
}

function signed(text: string): string {
  return /^[-–]/.test(text) || Number.parseFloat(text) === 0 ? text : `+${text}`;
}

/** JSON on one line; what is not there is `–`. */
export function differenceCells({ path, a, b }: Difference): string[] {
  const words = (value: unknown) => {
    if (value === undefined) return '–';
    const text = JSON.stringify(value);
    return text.length > 120 ? `${text.slice(0, 119)}…` : text;
  };
  return [path, words(a), words(b)];
}
