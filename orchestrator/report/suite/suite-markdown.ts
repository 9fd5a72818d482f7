// A suite's chart as Markdown, for comments and summaries.
import type { SavedSuite } from '../../suite/read-suite.ts';
import { markdownBullets, markdownTable, markdownText } from '../text/markdown.ts';
import {
  aheadWords,
  effortWords,
  HOW_TO_READ,
  medianWords,
  NOT_MEASURED,
  remarks,
  rowFinding,
  spreadWords,
} from './suite-words.ts';

export function renderSuiteMarkdown(saved: SavedSuite): string {
  const { chart, run } = saved;
  const { suite } = run;
  const { currency } = suite;
  const rows = chart.rows.flatMap((row) =>
    row.figures.length === 0
      ? [[row.name, '', ...chart.columns.map(() => NOT_MEASURED), '']]
      : row.figures.map((figure, nth) => [
          nth === 0 ? row.name : '',
          figure.name,
          ...figure.cells.map((cell) => {
            const spread = spreadWords(cell, figure, currency);
            return `${medianWords(cell, figure, currency)}${spread === '' ? '' : ` (${spread})`}`;
          }),
          aheadWords(figure, currency),
        ]),
  );
  const parts = [
    `## ${markdownText(suite.name)}`,
    markdownText(suite.description),
    markdownBullets(remarks(saved)),
    markdownTable(
      ['', 'figure', ...chart.columns, 'ahead'],
      rows,
      chart.columns.map((_, nth) => nth + 2),
    ),
    markdownBullets(chart.rows.map((row) => rowFinding(row, currency))),
    `${markdownText(HOW_TO_READ)} ${markdownText(effortWords(chart))}.`,
    suite.assumptions.length === 0 ? '' : `**Assumed**\n\n${markdownBullets(suite.assumptions)}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
