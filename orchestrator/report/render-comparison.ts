// A comparison as text for the terminal and as Markdown for pipelines.
import pc from 'picocolors';
import type { CandidateComparison, RunsComparison } from './compare-runs.ts';
import { COMPARISON_HEAD, COMPARISON_NUMERIC, comparisonCells, differenceCells } from './comparison-words.ts';
import { markdownBullets, markdownTable, markdownText } from './text/markdown.ts';
import { cutToWidth, displayWidth } from '../format/display-width.ts';
import { renderTable } from '../format/render-table.ts';
import { wrapText } from '../format/wrap-text.ts';

export interface ComparisonTextOptions {
  readonly colour: boolean;
  readonly width: number;
}

const scenarioHead = ['the scenarios differ in', 'baseline', 'candidate'] as const;

export function renderComparison(comparison: RunsComparison, options: ComparisonTextOptions): string {
  return comparison.candidates
    .map((candidate) => candidateText(comparison.baseline, candidate, options))
    .join('\n\n');
}

function candidateText(
  baseline: string,
  candidate: CandidateComparison,
  { colour, width }: ComparisonTextOptions,
): string {
  const paint = pc.createColors(colour);
  const columns = Math.max(40, width);
  const inkOf = (sign: string) => (sign === '✗' ? paint.red : sign === '✓' ? paint.green : paint.dim);
  const rows = candidate.metrics.map((metric) => {
    const cells = comparisonCells(metric);
    return { cells, ink: inkOf(cells[0]?.[0] ?? '') };
  });
  // Which figure it is matters more than interval, p and number of trials: the other forms have those.
  const table = { head: COMPARISON_HEAD, numeric: COMPARISON_NUMERIC, flexible: 1, spare: 3, rows };
  const longest = Math.max(0, ...candidate.scenario.map(({ path }) => displayWidth(path)));
  const most = Math.max(12, Math.floor((columns - Math.max(longest, displayWidth(scenarioHead[0])) - 4) / 2));
  const differences = candidate.scenario.map((difference) => {
    const [path = '', ...values] = differenceCells(difference);
    return { cells: [path, ...values.map((value) => cutToWidth(value, most))] };
  });
  const scenario = { head: scenarioHead, numeric: [], flexible: 2, rows: differences };
  return [
    ...wrapText(`${candidate.candidate} against ${baseline} (the baseline)`, columns, '  ', '').map(
      paint.bold,
    ),
    ...candidate.sentences.flatMap((sentence) => wrapText(sentence, columns, '  ')),
    ...(rows.length === 0 ? [] : ['', ...renderTable(table, paint.dim, columns)]),
    ...(differences.length === 0 ? [] : ['', ...renderTable(scenario, paint.dim, columns)]),
    ...notes(candidate).flatMap((note) => wrapText(`! ${note}`, columns, '  ', '')),
  ].join('\n');
}

export function renderComparisonMarkdown({ baseline, candidates }: RunsComparison): string {
  const sections = candidates.map((candidate) => {
    const rows = candidate.metrics.map(comparisonCells);
    return [
      `## ${markdownText(candidate.candidate)} against ${markdownText(baseline)}`,
      markdownBullets(candidate.sentences),
      rows.length === 0 ? '' : markdownTable(COMPARISON_HEAD, rows, COMPARISON_NUMERIC),
      candidate.scenario.length === 0
        ? ''
        : markdownTable(scenarioHead, candidate.scenario.map(differenceCells)),
      notes(candidate).length === 0 ? '' : `**Warnings**\n\n${markdownBullets(notes(candidate))}`,
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  });
  return `${sections.join('\n\n')}\n`;
}

/** Warnings, and what could not be compared. */
export function notes({ warnings, onlyInBaseline, onlyInCandidate }: CandidateComparison): string[] {
  return [
    ...warnings,
    ...(onlyInBaseline.length === 0 ? [] : [`Only in the baseline: ${onlyInBaseline.join(', ')}.`]),
    ...(onlyInCandidate.length === 0 ? [] : [`Only in the candidate: ${onlyInCandidate.join(', ')}.`]),
  ];
}
