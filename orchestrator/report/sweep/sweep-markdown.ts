// What the runs of a sweep come to together as Markdown, for the summaries of pipelines and for comments on pull requests.
import { markdownBullets, markdownTable, markdownText } from '../text/markdown.ts';
import type { SweepFacts } from './sweep-facts.ts';
import { seriesTable } from './sweep-summary.ts';
import { sweepFindings } from './sweep-words.ts';

export function renderSweepMarkdown(facts: SweepFacts): string {
  const { sentences, remarks } = sweepFindings(facts);
  const rows = seriesTable(facts);
  const numeric = facts.series.map((_, nth) => nth + 1);
  const parts = [
    `## Sweep: ${markdownText(facts.scenario)}`,
    rows.length === 0 ? '' : markdownTable(['', ...facts.series], rows, numeric),
    markdownBullets([...sentences, ...remarks]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}
